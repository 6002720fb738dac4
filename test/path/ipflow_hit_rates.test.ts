/** Hit rates of the flow cache with more flows than it holds, in steady rotation: packet i, at i/rate seconds, belongs to flow i mod N. */
import { describe, expect, test } from "vitest";
import { PS_PER_SECOND } from "../../assembly/abi.ts";
import type { Build } from "../support/engines.ts";
import { cacheOf, ofFlow } from "../support/flows.ts";
import { Labs } from "../support/lab.ts";
import { LONG } from "../support/long.ts";

const RATES = [200, 1000, 5000] as const;
/** Flows, and the hit rate of the second half of 20 s (6 s at 5000 packets a second) at each rate. */
const TABLE: [flows: number, hits: [number, number, number]][] = [
  [100, [1, 1, 1]],
  [256, [1, 1, 1]],
  [257, [0.963, 0.989, 0.991]],
  [300, [0.56, 0.778, 0.838]],
  [512, [0, 0.446, 0.46]],
  [1024, [0, 0, 0.204]],
];
const CELLS = TABLE.flatMap(([flows, hits]) => RATES.map((rate, i) => [flows, rate, hits[i]!] as const));

const hitRate = (build: Build, flows: number, rate: number): number => {
  const lab = cacheOf(new Labs(build), { options: { collect: false, burst: build === "stutter" ? 1 : 64 } }); // its clock is that of a burst's first frame
  const frames = Array.from({ length: flows }, (_, n) => ofFlow(n));
  const interval = BigInt(PS_PER_SECOND / rate);
  const packets = rate * (rate === 5000 ? 6 : 20);
  const send = (from: number, to: number): void => {
    lab.engine.receive(
      Array.from({ length: to - from }, (_, k) => ({ interface: "em0", data: frames[(from + k) % flows]!, time: BigInt(from + k) * interval })),
    );
    lab.engine.run();
  };
  send(0, packets / 2);
  const { stats } = lab.changes(() => send(packets / 2, packets));
  expect((stats.ipf_hits ?? 0) + (stats.ipf_misses ?? 0)).toBe(packets / 2);
  return (stats.ipf_hits ?? 0) / (packets / 2);
};

describe("in rotation", () => {
  test.each(CELLS)("%i flows at %i packets a second hit with the share %d", (flows, rate, expected) => {
    expect(Math.abs(hitRate("release", flows, rate) - expected)).toBeLessThanOrEqual(0.002);
  });

  const sample = LONG ? CELLS : CELLS.filter(([flows, rate]) => rate === 200 && (flows === 257 || flows === 300));
  describe.each(["debug", "stutter"] as const)("on the %s build", (build) => {
    test.each(sample)("%i flows at %i packets a second hit with the share %d", (flows, rate, expected) => {
      expect(Math.abs(hitRate(build, flows, rate) - expected)).toBeLessThanOrEqual(0.002);
    });
  });
});
