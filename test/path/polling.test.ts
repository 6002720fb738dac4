/**
 * Polling on the machine that makes every place wait, where ticks come when the test says so and a serializer is found taken three times in four, as on the one
 * with time: whatever is left out or has to wait, frames come through in their order, and the next poll comes behind them.
 */
import { describe, expect, test } from "vitest";
import { POLL_RECORD, PollField, Region } from "../../assembly/abi.ts";
import type { Departure } from "../../src/types.ts";
import { type Lab, Labs, toRouter } from "../support/lab.ts";
import { ICMP } from "../support/packets.ts";

const TICK = 1_000_000_000n;
const MOST_TICKS = 200;

describe.each(["stutter", "virtual"] as const)("on the %s build", (build) => {
  const routerOf = (seed: number, sysctl: Record<string, number> = {}, cpus = 1): Lab => {
    const lab = new Labs(build).routerOf(3, { cpus, seed, sysctl: { "kern.polling.pollhz": 1000, ...sysctl } });
    for (const port of [0, 2]) expect(lab.engine.exports.setPolling(port, 1)).toBe(1);
    return lab;
  };
  const give = ({ engine }: Lab, frames: { port: number; data: Uint8Array }[]): void => {
    engine.receive(frames.map(({ port, data }) => ({ interface: `em${port}`, data, time: engine.now })));
    engine.run(engine.now);
  };
  const pings = (port: number, count: number) =>
    Array.from({ length: count }, () => ({ port, data: toRouter({ protocol: ICMP, src: `20.${port}.0.9`, dst: "20.1.0.1" }, port) }));
  /** What leaves because of a tick. */
  const tick = ({ engine }: Lab): Departure[] => {
    if (build === "stutter") engine.exports.pollclock(0);
    engine.run(engine.now + TICK);
    return engine.take();
  };
  const ticksUntil = (lab: Lab, frames: number): Departure[] => {
    const sent: Departure[] = [];
    for (let n = 0; n < MOST_TICKS && sent.length < frames; n++) sent.push(...tick(lab));
    return sent;
  };
  const field = ({ engine }: Lab, name: PollField, cpu = 0): number =>
    Number(new BigUint64Array(engine.exports.memory.buffer, engine.exports.regionBase(Region.Polling) + cpu * POLL_RECORD, PollField.Count)[name]!);
  const sourceOf = ({ data }: Departure): number => data[27]!;

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("frames wait for ticks, and come through in their order (seed %d)", (seed) => {
    const lab = routerOf(seed, { "kern.polling.each_burst": 2 });
    give(lab, [...pings(0, 12), ...pings(2, 7)]);
    expect(lab.engine.take()).toEqual([]);
    const sent = ticksUntil(lab, 19);
    for (const [source, frames] of [
      [0, 12],
      [2, 7],
    ] as const) {
      const causes = sent.filter((one) => sourceOf(one) === source).map(({ cause }) => cause);
      expect(causes).toHaveLength(frames);
      expect(causes).toEqual([...causes].sort((a, b) => Number(a) - Number(b)));
    }
    const { ports, conservation } = lab.engine.counters();
    expect(ports.map(({ counters }) => counters.interrupts)).toEqual([0, 0, 0]);
    expect(conservation).toMatchObject({ received: 19, forwarded: 19, holds: true });
    expect(field(lab, PollField.frames)).toBe(19);
    if (build === "stutter") expect(field(lab, PollField.skipped)).toBeGreaterThan(0);
    else expect(field(lab, PollField.skipped)).toBe(0);
    expect([field(lab, PollField.phase), field(lab, PollField.pending_polls), field(lab, PollField.residual_burst)]).toEqual([0, 0, 0]);
    expect(lab.engine.counters().threads.find(({ name }) => name === "netisr_cpu 0")).toMatchObject({
      messages: 2 * field(lab, PollField.polls) + 19, // each poll, what follows it, and the packets
      gets: 19, // of the BGL by netisr_run: the messages of polling are MSGF_MPSAFE
    });
  });

  test.each([1, 2, 3])("the packets of a poll are through before the next one begins (seed %d)", (seed) => {
    const lab = routerOf(seed, { "kern.polling.each_burst": 1 });
    give(lab, [...pings(0, 30), ...pings(2, 30)]);
    ticksUntil(lab, 60);
    // One of each interface at most is in the port, with the message behind them.
    expect(lab.engine.counters().threads.find(({ name }) => name === "netisr_cpu 0")!.highWater).toBeLessThanOrEqual(3);
  });

  test.each([1, 2, 3])("flows of other CPUs go there (seed %d)", (seed) => {
    const lab = routerOf(seed, {}, 4);
    give(
      lab,
      Array.from({ length: 8 }, (_, n) => ({ port: 0, data: toRouter({ src: "20.0.0.9", dst: `20.1.0.${n}` }) })),
    );
    expect(ticksUntil(lab, 8)).toHaveLength(8);
    const { threads } = lab.engine.counters();
    expect(threads.filter(({ name }) => name.startsWith("udp_thread")).map(({ messages }) => messages)).toEqual([2, 2, 2, 2]);
  });

  test("an interface that is down is not polled, nor one that has left the list", () => {
    const lab = routerOf(1);
    give(lab, [...pings(0, 2), ...pings(2, 2)]);
    lab.engine.setInterfaceUp("em0", false);
    expect(ticksUntil(lab, 4).map(sourceOf)).toEqual([2, 2]);
    lab.engine.setInterfaceUp("em0", true);
    expect(ticksUntil(lab, 2).map(sourceOf)).toEqual([0, 0]);
    expect([lab.engine.exports.setPolling(0, 0), lab.engine.exports.setPolling(0, 0)]).toEqual([1, 0]);
    expect(field(lab, PollField.handlers)).toBe(1);
    give(lab, pings(0, 1));
    expect(lab.engine.take().map(sourceOf)).toEqual([0]);
    expect(lab.engine.counters().ports[0]!.counters.interrupts).toBe(1);
  });
});
