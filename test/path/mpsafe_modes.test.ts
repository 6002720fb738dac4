/** What the decision table means for many messages, for a thread that sleeps, and for a mode that is switched while the system runs. */
import { expect, test } from "vitest";
import { BROADCAST, EXPERIMENT, frame, station } from "../support/frames.ts";
import { type Lab, type Labs, onEachMachine, ownMac, toRouter } from "../support/lab.ts";
import { TCP, tcp } from "../support/packets.ts";

const MODE = "net.netisr.mpsafe_thread";
const NETISR = 0;
/** Ends on netisr_cpu 0 without a handler, so that only the service loop touches the lock. */
const message = frame({ dst: BROADCAST, src: station(1), type: EXPERIMENT });

const oneThread = (labs: Labs, mode: number, mpsafe = 1): Lab =>
  labs.of({ interfaces: [{ name: "em0", mac: ownMac(0) }], sysctl: { [MODE]: mode, "net.link.ether.input_mpsafe": mpsafe } });
const send = (lab: Lab, count: number): void => void lab.burst("em0", Array(count).fill(message));
const mplocked = (lab: Lab, thread = NETISR): number => lab.engine.exports.threadMplocked(thread);

onEachMachine((labs) => {
  test.each([0, 1])("mode 0 gets the lock once for any number of messages with MSGF_MPSAFE %i", (mpsafe) => {
    const lab = oneThread(labs, 0, mpsafe);
    expect(lab.thread("netisr_cpu 0", () => [send(lab, 20), send(lab, 20)])).toEqual({ messages: 40, gets: 1, keeps: 40 });
  });

  test("mode 1 gets and releases once for each message that is not MPSAFE, and never for one that is", () => {
    const lab = oneThread(labs, 1, 0);
    expect(lab.thread("netisr_cpu 0", () => send(lab, 20))).toEqual({ messages: 20, gets: 20, releases: 20 });
    lab.set("net.link.ether.input_mpsafe", 1);
    expect(lab.thread("netisr_cpu 0", () => send(lab, 20))).toEqual({ messages: 20 });
  });

  test("mode 2 never touches the lock, and counts every message that is not MPSAFE as a violation", () => {
    const lab = oneThread(labs, 2, 1);
    expect(lab.thread("netisr_cpu 0", () => send(lab, 20))).toEqual({ messages: 20 });
    lab.set("net.link.ether.input_mpsafe", 0);
    expect(lab.thread("netisr_cpu 0", () => send(lab, 20))).toEqual({ messages: 20, violations: 20 });
    expect(lab.engine.counters().locks.BGL).toBe(0);
  });

  test.each([1, 2])("a switch from 0 to %i costs one release, at the next message", (mode) => {
    const lab = oneThread(labs, 0);
    send(lab, 3);
    lab.set(MODE, mode);
    expect(mplocked(lab)).toBe(1);
    expect(lab.thread("netisr_cpu 0", () => send(lab, 3))).toEqual({ messages: 3, releases: 1 });
    expect(mplocked(lab)).toBe(0);
  });

  test.each([1, 2])("a switch from %i to 0 costs one get", (mode) => {
    const lab = oneThread(labs, mode);
    send(lab, 3);
    lab.set(MODE, 0);
    expect(mplocked(lab)).toBe(0);
    expect(lab.thread("netisr_cpu 0", () => send(lab, 3))).toEqual({ messages: 3, gets: 1, keeps: 3 });
  });

  test("a switch between 1 and 2 costs nothing", () => {
    const lab = oneThread(labs, 1);
    send(lab, 3);
    for (const mode of [2, 1, 2]) {
      lab.set(MODE, mode);
      expect(lab.thread("netisr_cpu 0", () => send(lab, 3))).toEqual({ messages: 3 });
    }
  });

  test("an idle thread keeps mplocked through any number of switches until its next message", () => {
    const lab = oneThread(labs, 0);
    send(lab, 1);
    for (const mode of [1, 2, 1]) {
      lab.set(MODE, mode);
      lab.until(lab.now + 1);
      expect(mplocked(lab)).toBe(1);
    }
    send(lab, 1);
    expect(mplocked(lab)).toBe(0);
  });

  test("while a thread sleeps with mplocked its CPU does not hold the lock, so that other threads get it", () => {
    const lab = labs.routerOf(2, { cpus: 2, sysctl: { [MODE]: 0 } });
    const both = () => {
      for (const sport of [1, 2]) lab.receive("em0", toRouter({ protocol: TCP, payload: tcp({ sport }) }));
    };
    both();
    const threads = [1, 5]; // tcp_thread 0 and 1
    expect(threads.map((thread) => mplocked(lab, thread))).toEqual([1, 1]);
    expect(lab.engine.exports.lockOwner(0)).toBe(0);
    const { threads: changed } = lab.changes(both);
    expect(changed["tcp_thread 0"]).toMatchObject({ messages: 1, keeps: 1 });
    expect(changed["tcp_thread 1"]).toMatchObject({ messages: 1, keeps: 1 });
    expect(changed["tcp_thread 1"]).not.toHaveProperty("gets");
  });
});
