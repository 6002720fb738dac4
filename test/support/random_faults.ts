/** Random faults for systems under load (busy_systems.ts): each begins when a part of the load has come, and is over before all of it has. */

import type { FaultConfig, FaultTimes } from "../../src/types.ts";
import type { Random } from "../model/random.ts";
import type { Point } from "./busy_systems.ts";

export type FaultKind = FaultConfig["kind"];

/** Interfaces that have traffic in every system. */
const INTERFACES = 4;
const US = 1_000_000n;

/** What a fault of a kind can be about. `end`: when the last frame comes, picoseconds. */
type Maker = (random: Random, end: bigint, point: Point) => FaultConfig;

const part = (time: bigint, percent: number): bigint => (time * BigInt(percent)) / 100n;
const ps = (time: bigint): string => `${time > 0n ? time : 1n}ps`;

/** Once, or again and again in that time. */
const timesOf = (random: Random, end: bigint): FaultTimes => {
  const from = random.percent(20) ? 0n : part(end, random.from(5, 40));
  const to = from + part(end, random.from(15, 40));
  const window = { ...(from > 0n && { from: ps(from) }), to: ps(to) };
  if (random.percent(50)) return window;
  const lasts = (to - from) / BigInt(random.from(4, 12));
  return { ...window, for: ps(lasts), every: ps(lasts * BigInt(random.from(2, 3))), law: random.pick(["constant", "exponential"]) };
};

const chanceOf = (random: Random): { p: number } | { nth: number } =>
  random.percent(70) ? { p: random.from(5, 60) / 100 } : { nth: random.from(2, 6) };
const interfaceOf = (random: Random): string => `em${random.below(INTERFACES)}`;
const sideOf = (random: Random): "rx" | "tx" => random.pick(["rx", "tx"]);
/** Up to some per cent of the load's time. */
const spanOf = (random: Random, end: bigint, percent: number): string => ps(part(end, random.from(1, percent)));

/** Interface of a neighbour that every router knows, and its network behind it. */
const neighbourOf = (random: Random): number => random.below(2);

const MAKERS: Record<FaultKind, Maker> = {
  loss: (random, end) => ({ kind: "loss", if: interfaceOf(random), side: sideOf(random), ...chanceOf(random), ...timesOf(random, end) }),
  bitErrors: (random, end) => {
    const common = { if: interfaceOf(random), side: sideOf(random), fcs: random.percent(50), ...timesOf(random, end) };
    return { kind: "bitErrors", ...common, ...(random.percent(40) ? { ber: 10 ** -random.from(2, 4) } : chanceOf(random)) };
  },
  duplication: (random, end) => ({ kind: "duplication", if: interfaceOf(random), ...chanceOf(random), ...timesOf(random, end) }),
  reordering: (random, end) => ({
    kind: "reordering",
    if: interfaceOf(random),
    delay: spanOf(random, end, 20),
    ...(random.percent(50) && { frames: random.from(1, 5) }),
    ...chanceOf(random),
    ...timesOf(random, end),
  }),
  mbufs: (random, end) => ({ kind: "mbufs", count: random.pick([100, 500, 1_000_000]), ...timesOf(random, end) }),
  ring: (random, end) => ({ kind: "ring", if: interfaceOf(random), slots: random.below(4), ...timesOf(random, end) }),
  queue: (random, end) => ({ kind: "queue", if: interfaceOf(random), limit: random.below(3), ...timesOf(random, end) }),
  lostInterrupts: (random, end) => ({
    kind: "lostInterrupts",
    if: interfaceOf(random),
    watchdog: spanOf(random, end, 30),
    ...chanceOf(random),
    ...timesOf(random, end),
  }),
  duplicatedInterrupts: (random, end) => ({ kind: "duplicatedInterrupts", if: interfaceOf(random), ...chanceOf(random), ...timesOf(random, end) }),
  storm: (random, end) => ({ kind: "storm", if: interfaceOf(random), rate: random.from(20_000, 1_000_000), ...timesOf(random, end) }),
  stall: (random, end, { cpus }) => ({ kind: "stall", cpu: random.below(Math.min(cpus, INTERFACES)), ...timesOf(random, end) }),
  holder: (random, end, { kind }) => {
    const lock = random.pick(["BGL", "serializer", "queue"] as const);
    const of = kind === "router" || lock === "queue" || random.percent(50) ? interfaceOf(random) : "br0";
    const named = lock === "BGL" ? {} : { if: of };
    return { kind: "holder", lock, ...named, stall: ps(BigInt(random.from(1, 100)) * US), ...chanceOf(random), ...timesOf(random, end) };
  },
  flap: (random, end) => ({ kind: "flap", if: interfaceOf(random), ...timesOf(random, end) }),
  table: (random, end, { kind }) => {
    const table = kind === "bridge" ? "bridge" : random.pick(kind === "router" ? (["arp", "flows"] as const) : (["bridge", "arp", "flows"] as const));
    return { kind: "table", table, ...(table === "bridge" && { if: "br0" }), limit: random.from(1, 8), ...timesOf(random, end) };
  },
  route: (random, end) => {
    const n = neighbourOf(random);
    const other = random.percent(50) ? {} : { via: `10.0.${n ^ 1}.2`, if: `em${n ^ 1}` };
    return { kind: "route", dst: `20.${n}.0.0/16`, ...other, ...timesOf(random, end) };
  },
  arp: (random, end) => {
    const n = neighbourOf(random);
    return { kind: "arp", if: `em${n}`, ip: `10.0.${n}.2`, ...timesOf(random, end) };
  },
};

export const FAULT_KINDS = Object.keys(MAKERS) as FaultKind[];

/** Whether a system has what a fault of that kind is about. */
export const suits = (kind: FaultKind, point: Point): boolean => point.kind !== "bridge" || (kind !== "route" && kind !== "arp");

export const randomFault = (kind: FaultKind, random: Random, end: bigint, point: Point): FaultConfig => MAKERS[kind](random, end, point);
