/** Traffic as a configuration says it, out of the engine's generators alone: without the machine that would take time for it. */
import { BOOT, Boot, Region } from "../../assembly/abi.ts";
import { resolveConfig } from "../../src/config/index.ts";
import type { EngineConfig, TrafficConfig } from "../../src/types.ts";
import { attachTraffic } from "../../src/wasm/attach_traffic.ts";
import type { VirtualExports } from "../../src/wasm/exports.ts";
import { layTables } from "../../src/wasm/traffic_tables.ts";
import { makeParts, type Parts, unsigned } from "../support/parts_module.ts";

export const NEVER = (1n << 64n) - 1n;
export const SECOND = 10n ** 12n;
const ROOM = 1 << 23;
const INTERFACES = 3;

export interface Made {
  time: bigint;
  generator: number;
  flow: number;
  bytes: Uint8Array;
}

export const configOf = (traffic: TrafficConfig[], seed = 1): EngineConfig => ({
  seed,
  interfaces: Array.from({ length: INTERFACES }, (_, i) => ({ name: `em${i}`, mac: `02:00:00:00:00:0${i + 1}` })),
  virtual: { traffic },
});

/** `em0` unless it says something else, at constant distances of a microsecond. */
export type Said = Partial<TrafficConfig>;
export const entry = (said: Said): TrafficConfig => {
  const needsRate = !said.schedule && said.arrivals !== "capture";
  return { if: "em0", arrivals: "constant", ...(needsRate && { rate: "1Mpps" }), ...said };
};

export class TrafficSource {
  readonly parts: Parts = makeParts();
  readonly #room: number;

  constructor(traffic: Said[], seed = 1) {
    const resolved = resolveConfig(configOf(traffic.map(entry), seed)).virtual!.traffic;
    const words = new Uint32Array(this.parts.memory.buffer, BOOT, Boot.Count);
    words[Boot.Seed] = seed;
    words[Boot.Generators] = resolved.length;
    words[Boot.TrafficBytes] = layTables(resolved).bytes;
    this.#room = this.parts.lay(ROOM, INTERFACES);
    attachTraffic(this.parts as unknown as VirtualExports, resolved);
  }

  /** Up to `n` arrivals on an interface. */
  times(n: number, port = 0): bigint[] {
    const all: bigint[] = [];
    while (all.length < n) {
      const at = this.#room + ROOM / 2;
      const got = this.parts.trafficTimes(port, at, Math.min(n - all.length, ROOM / 16));
      for (const time of new BigUint64Array(this.parts.memory.buffer.slice(at, at + got * 8))) all.push(time);
      if (got === 0) break;
    }
    return all;
  }

  /** Up to `n` of them, with their frames. */
  take(n: number, port = 0): Made[] {
    const all: Made[] = [];
    while (all.length < n) {
      const time = unsigned(this.parts.trafficNext(port));
      if (time === NEVER) break;
      const length = this.parts.trafficWrite(port, this.#room);
      const bytes = new Uint8Array(this.parts.memory.buffer, this.parts.lastFrame(), length).slice();
      all.push({ time, generator: this.parts.lastGenerator(), flow: this.parts.lastFlow(), bytes });
    }
    return all;
  }

  /** Bytes of the tables. */
  get tables(): number {
    return this.parts.regionBytes(Region.Traffic);
  }
}

/** How many arrivals there are in each window; those behind the last whole one are left out. */
export const countsIn = (times: readonly bigint[], window: bigint, windows: number): number[] => {
  const counts = new Array<number>(windows).fill(0);
  for (const time of times) {
    const index = Number((time - 1n) / window);
    if (index < windows) counts[index]!++;
  }
  return counts;
};
