/** Device polling in small cases that can be followed by hand; rules as in kern_poll.c 1.48. A tick is 500 us unless a test says otherwise. */
import { describe, expect, test } from "vitest";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { toRouter } from "../support/lab.ts";
import { udp } from "../support/packets.ts";
import { departures, giveIcmp, makePolled, pollingOf } from "../support/polled.ts";
import { MS, US } from "../support/systems.ts";

const BUSY = { arrivals: "constant", rate: 2_000_000, stop: "100ms" } as const;

describe("what a tick takes", () => {
  test("bursts of 5, 6, 7, ...: one more each tick while there is time", async () => {
    const engine = await makePolled({ traffic: BUSY });
    engine.run(5n * MS);
    expect(pollingOf(engine)).toMatchObject({ ticks: 10, frames: 95, burst: 15, residual_burst: 0, pending_polls: 0, phase: 0, short_ticks: 0 });
    expect(engine.results().queues.find(({ name }) => name === "ring em0")!.takes).toBe(95n);
    expect(engine.counters().ports[0]!.counters.interrupts).toBe(0);
    expect(brokenIdentities(engine)).toEqual([]);
  });

  test("each_burst at a time: a burst of 5 in polls of 2, 2 and 1", async () => {
    const engine = await makePolled({ traffic: BUSY, knobs: { each_burst: 2 } });
    engine.run(600n * US);
    expect(pollingOf(engine)).toMatchObject({ ticks: 1, polls: 3, frames: 5, burst: 6 });
  });

  test("no more than burst_max, and each_burst is no more than that", async () => {
    const engine = await makePolled({ traffic: BUSY, knobs: { burst_max: 10, each_burst: 100 } });
    engine.run(10n * MS);
    expect(pollingOf(engine)).toMatchObject({ ticks: 20, polls: 20, frames: 5 + 6 + 7 + 8 + 9 + 15 * 10, burst: 10 });
  });

  test("as often as pollhz says, for one CPU or for all", async () => {
    const engine = await makePolled({ knobs: { pollhz: 1000, "0.pollhz": 4000 } });
    engine.run(10n * MS);
    expect([pollingOf(engine).ticks, engine.getKnob("kern.polling.0.pollhz"), engine.getKnob("kern.polling.pollhz")]).toEqual([40, 4000, 1000]);
    engine.setKnob("kern.polling.pollhz", 2000);
    engine.run(20n * MS);
    expect([pollingOf(engine).ticks, engine.getKnob("kern.polling.0.pollhz")]).toEqual([60, 2000]);
  });
});

describe("order", () => {
  const costs = { RxFrame: 1000, EtherOncpu: 10_000 };

  test("packets for netisr_cpu are served between the polls of a tick: the next message is behind them", async () => {
    const engine = await makePolled({ costs, knobs: { each_burst: 2 } });
    giveIcmp(engine, 5);
    engine.run(600n * US);
    expect(departures(engine)).toEqual([512, 522, 534, 544, 555]);
  });

  test("those for udp_thread when the burst is read: netisr_cpu goes on as long as it has messages", async () => {
    const engine = await makePolled({ costs, knobs: { each_burst: 2 }, traffic: { ...BUSY, count: 5 } });
    engine.run(600n * US);
    expect(departures(engine)).toEqual([515, 525, 535, 545, 555]);
  });

  test("interfaces take turns, each_burst frames at a time", async () => {
    const engine = await makePolled({ wires: { em0: { polling: true }, em2: { polling: true } }, knobs: { each_burst: 2 } });
    giveIcmp(engine, 7);
    giveIcmp(engine, 3, 2);
    engine.run(550n * US);
    const sources = () =>
      engine
        .take()
        .map(({ data }) => data[27])
        .join("");
    expect(sources()).toBe("0022002" + "0"); // the burst of the first tick is 5
    engine.run(1050n * US);
    expect(sources()).toBe("00");
    expect(pollingOf(engine)).toMatchObject({ interfaces: ["em0", "em2"], frames: 10, handlers: 2 });
  });
});

describe("the burst follows the load", () => {
  /** What kern_poll.c does with a ring that always has frames, each of which takes `frame` us; nothing else takes time. */
  const model = (frame: number, hz: number, userFrac: number, end: number) => {
    const period = 1e6 / hz;
    const state = { burst: 5, pending_polls: 0, lost_polls: 0, suspect: 0, frames: 0, ticks: 0 };
    let start: number | undefined;
    let finish = Number.POSITIVE_INFINITY;
    const poll = (time: number): void => {
      start = time;
      finish = time + state.burst * frame;
    };
    for (let tick = period; Math.min(tick, finish) <= end; ) {
      if (tick <= finish) {
        state.ticks++;
        if (start === undefined) poll(tick);
        if (state.pending_polls++) state.lost_polls++;
        tick += period;
        continue;
      }
      const now = finish;
      state.frames += state.burst;
      const load = Math.floor(((Math.floor(now) - Math.floor(start!)) * hz) / 10_000);
      if (load > 100 - userFrac) state.burst = Math.max(1, state.burst - 1);
      else state.burst = Math.min(150, state.burst + 1);
      start = undefined;
      finish = Number.POSITIVE_INFINITY;
      if (--state.pending_polls === 0) continue;
      state.burst = Math.max(1, state.burst - Math.floor(state.burst / 8));
      poll(now);
    }
    return state;
  };

  test.each([
    [2, 2000, 50],
    [7, 2000, 50],
    [7, 2000, 0],
    [13, 2000, 0],
    [3, 8000, 20],
    [200, 2000, 50],
    [300, 2000, 50],
    [9, 2000, 100],
    [23, 1250, 30],
  ])("frames of %d us, %d ticks a second, user_frac %d: as the rules say, after any time", async (frame, hz, userFrac) => {
    const knobs = { pollhz: hz, user_frac: userFrac };
    const engine = await makePolled({ costs: { RxFrame: frame * 1000 }, knobs, traffic: BUSY });
    for (const end of [7777, 30_003, 60_007, 95_009]) {
      engine.run(BigInt(end) * US);
      const { burst, pending_polls, lost_polls, ticks, residual_burst, frames } = pollingOf(engine);
      const expected = model(frame, hz, userFrac, end);
      expect({ burst, pending_polls, lost_polls, ticks }, `at ${end} us`).toEqual({
        burst: expected.burst,
        pending_polls: expected.pending_polls,
        lost_polls: expected.lost_polls,
        ticks: expected.ticks,
      });
      const underWay = pending_polls > 0 ? burst - residual_burst : 0; // of the tick that goes on
      expect(frames, `at ${end} us`).toBe(expected.frames + underWay);
    }
    expect(brokenIdentities(engine)).toEqual([]);
  });
});

describe("ticks that come too early", () => {
  /** A packet that em1 brings, by interrupt, and that netisr_cpu works on for so long. */
  const blocked = async (ms: number, until: bigint) => {
    const engine = await makePolled({ costs: { EtherOncpu: ms * 1_000_000 } });
    giveIcmp(engine, 1, 2, 400n * US);
    engine.run(until);
    return pollingOf(engine);
  };

  test("are worked off one after the other when netisr_cpu is free: their message is sent once", async () => {
    const during = await blocked(2, 2n * MS);
    expect(during).toMatchObject({ ticks: 4, polls: 0, pending_polls: 4, lost_polls: 3, suspect: 3, phase: 2 });
    const after = await blocked(2, 2_450n * US);
    // Bursts of 5, 6, 7 and, of 8, an eighth less.
    expect(after).toMatchObject({ ticks: 4, polls: 1 + 2 + 2 + 2, pending_polls: 0, burst: 8, phase: 0, lost_polls: 3 });
  });

  test("are forgotten when more than a hundred wait", async () => {
    expect(await blocked(70, 51n * MS)).toMatchObject({ ticks: 102, pending_polls: 1, stalled: 1 });
    expect(await blocked(70, 71n * MS)).toMatchObject({ ticks: 142, pending_polls: 0, stalled: 1, phase: 0 });
  });
});

describe("a serializer that somebody has", () => {
  test("keeps its interface out of that poll, and only that one", async () => {
    // udp_thread 1 has the serializer of em0 from 400 to 700 us, as it moves a packet to the transmit ring.
    const engine = await makePolled({ cpus: 2, costs: { IfStart: 300_000 }, ports: [{}, {}, { cpu: 1 }], wires: { em0: { polling: true } } });
    const data = toRouter({ src: "20.2.0.9", dst: "20.0.0.2", payload: udp({ sport: 1000, dport: 2000 }) }, 2);
    engine.receive([{ interface: "em2", data, time: 400n * US }]);
    giveIcmp(engine, 1, 0, 450n * US);
    engine.run(650n * US);
    expect(pollingOf(engine)).toMatchObject({ ticks: 1, skipped: 1, frames: 0 });
    engine.run(1050n * US);
    expect(pollingOf(engine)).toMatchObject({ ticks: 2, skipped: 1, frames: 1 });
  });
});

test("an engine that only polls has nothing left to do when its rings are empty", async () => {
  const engine = await makePolled({
    costs: { RxFrame: 100, Poll: 100, TxComplete: 50 },
    traffic: { arrivals: "poisson", rate: 40_000, count: 1000 },
  });
  expect(engine.run()).toBe("idle");
  expect(engine.take()).toHaveLength(1000);
  expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
  const { now } = engine;
  expect(engine.run()).toBe("idle");
  expect(engine.now).toBe(now);
  giveIcmp(engine, 3);
  expect(engine.run()).toBe("idle");
  expect(engine.take()).toHaveLength(3);
});
