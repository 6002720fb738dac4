/** The columns of a table of measured points: settings of a made-up system, and what was measured of it. Units stand in the header, in brackets. */
import { CpuClass, MAX_CPUS } from "../../assembly/abi.ts";
import type { CpuClassName } from "../types.ts";

const RATES = { pps: 1, kpps: 1e3, mpps: 1e6 };
const SHARES = { "%": 0.01, share: 1 };
const TIMES = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6 };

export interface Setting {
  /** In lower case, with the factor to the unit that is computed with; without units there is none. */
  units: Readonly<Record<string, number>> | undefined;
  /** What stands for an empty cell; undefined: it may not be empty. */
  byDefault: number | string | undefined;
  /** Whole numbers from and to, or words. */
  range: readonly [number, number] | readonly string[];
}

/** Of one point. `interfaces` 0: one per CPU, two at least. */
export interface Settings {
  cpus: number;
  mode: number;
  system: "router" | "bridge";
  fastforward: number;
  offered: number;
  frame: number;
  flows: number;
  arrivals: "constant" | "poisson";
  interfaces: number;
}

export const SETTINGS: Record<keyof Settings, Setting> = {
  cpus: { units: undefined, byDefault: undefined, range: [1, MAX_CPUS] },
  mode: { units: undefined, byDefault: 1, range: [0, 2] },
  system: { units: undefined, byDefault: "router", range: ["router", "bridge"] },
  fastforward: { units: undefined, byDefault: 1, range: [0, 1] },
  offered: { units: RATES, byDefault: undefined, range: [1, 1e9] },
  frame: { units: { bytes: 1 }, byDefault: 60, range: [60, 1514] },
  flows: { units: undefined, byDefault: 256, range: [1, 1_048_576] },
  arrivals: { units: undefined, byDefault: "poisson", range: ["constant", "poisson"] },
  interfaces: { units: undefined, byDefault: 0, range: [2, 64] },
};

/** What was measured. Packets per second, shares of the time of all CPUs, nanoseconds. */
export interface Measure {
  /** "carried", "load", "load Protocol", "latency". */
  name: string;
  kind: "carried" | "load" | "latency";
  /** Of loads: undefined, all but idle time. */
  ofClass: CpuClassName | undefined;
  units: Readonly<Record<string, number>>;
}

const CLASSES = Array.from({ length: CpuClass.Count }, (_, one) => CpuClass[one] as CpuClassName);

export const MEASURES: readonly Measure[] = [
  { name: "carried", kind: "carried", ofClass: undefined, units: RATES },
  { name: "load", kind: "load", ofClass: undefined, units: SHARES },
  ...CLASSES.map((ofClass): Measure => ({ name: `load ${ofClass}`, kind: "load", ofClass, units: SHARES })),
  { name: "latency", kind: "latency", ofClass: undefined, units: TIMES },
];
