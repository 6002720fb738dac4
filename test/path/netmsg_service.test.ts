/** The decision of netmsg_service for one message: every row of its table. The handler, which is MPSAFE and so changes nothing, looks at the lock. */
import { expect, test } from "vitest";
import { BROADCAST, frame, IPV6, station } from "../support/frames.ts";
import { type Lab, type Labs, onEachMachine } from "../support/lab.ts";

const MODE = "net.netisr.mpsafe_thread";
const message = frame({ dst: BROADCAST, src: station(1), type: IPV6 });

interface Service {
  mode: number;
  /** The message has MSGF_MPSAFE. */
  mpsafe: 0 | 1;
  /** mplocked before. */
  before: 0 | 1;
  lazy?: 0 | 1;
}

interface Outcome {
  gets?: number;
  releases?: number;
  keeps?: number;
  violations?: number;
}

const watchedThread = (labs: Labs): { lab: Lab; owners: number[] } => {
  const lab = labs.of({ interfaces: [{ name: "em0", mac: "02:00:00:00:00:01" }], handlers: { ipv6: { mpsafe: true } } });
  const owners: number[] = [];
  lab.engine.setHandler("ipv6", () => {
    owners.push(lab.engine.exports.lockOwner(0));
    return "taken";
  });
  return { lab, owners };
};

/** Brings the thread to the state before, sends it one message, and says what it did. */
const serve = (labs: Labs, { mode, mpsafe, before, lazy = 0 }: Service) => {
  const { lab, owners } = watchedThread(labs);
  if (before) {
    lab.set(MODE, 0);
    lab.receive("em0", message);
  }
  lab.set(MODE, mode);
  lab.set("net.netisr.mpsafe_lazy", lazy);
  lab.set("net.link.ether.input_mpsafe", mpsafe);
  owners.length = 0;
  const { messages, ...counts } = lab.thread("netisr_cpu 0", () => lab.receive("em0", message));
  return { messages, counts, ranWithLock: owners[0] !== 0, after: lab.engine.exports.threadMplocked(0) };
};

/** mode, MSGF_MPSAFE, mplocked before; what is counted, whether the message runs with the lock, mplocked after. */
const TABLE: [number, 0 | 1, 0 | 1, Outcome, boolean, 0 | 1][] = [
  [0, 0, 0, { gets: 1, keeps: 1 }, true, 1],
  [0, 1, 0, { gets: 1, keeps: 1 }, true, 1],
  [0, 0, 1, { keeps: 1 }, true, 1],
  [0, 1, 1, { keeps: 1 }, true, 1],
  [1, 1, 0, {}, false, 0],
  [1, 1, 1, { releases: 1 }, false, 0],
  [1, 0, 0, { gets: 1, releases: 1 }, true, 0],
  [1, 0, 1, { releases: 1 }, true, 0],
  [2, 1, 0, {}, false, 0],
  [2, 0, 0, { violations: 1 }, false, 0],
  [2, 1, 1, { releases: 1 }, false, 0],
  [2, 0, 1, { releases: 1, violations: 1 }, false, 0],
  [3, 0, 0, { gets: 1, keeps: 1 }, true, 1],
  [3, 1, 0, { gets: 1, keeps: 1 }, true, 1],
  [255, 0, 1, { keeps: 1 }, true, 1],
  [255, 1, 1, { keeps: 1 }, true, 1],
];

const LAZY: typeof TABLE = [
  [1, 1, 0, {}, false, 0],
  [1, 1, 1, { releases: 1 }, false, 0],
  [1, 0, 0, { gets: 1, keeps: 1 }, true, 1],
  [1, 0, 1, { keeps: 1 }, true, 1],
  [0, 1, 1, { keeps: 1 }, true, 1],
  [2, 0, 1, { releases: 1, violations: 1 }, false, 0],
];

onEachMachine((labs) => {
  test.each(TABLE)(
    "mode %i, MSGF_MPSAFE %i, mplocked %i: counts %o, runs with the lock %s, mplocked after %i",
    (mode, mpsafe, before, counts, ranWithLock, after) => {
      expect(serve(labs, { mode, mpsafe, before })).toEqual({ messages: 1, counts, ranWithLock, after });
    },
  );

  test.each(LAZY)(
    "lazy: mode %i, MSGF_MPSAFE %i, mplocked %i: counts %o, runs with the lock %s, mplocked after %i",
    (mode, mpsafe, before, counts, ranWithLock, after) => {
      expect(serve(labs, { mode, mpsafe, before, lazy: 1 })).toEqual({ messages: 1, counts, ranWithLock, after });
    },
  );
});
