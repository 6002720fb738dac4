/** Systems with faults: two CPUs, of which CPU 0 has the flows and CPU 1 the interrupts; what comes in by em0 goes out by em1. */
import type { Engine } from "../../src/engine.ts";
import type { FaultConfig } from "../../src/types.ts";
import { makeEngine } from "./engines.ts";
import { brokenIdentities } from "./identities.ts";
import { type SystemOptions, systemOf } from "./systems.ts";

export const SLOW: SystemOptions = { n: 1, rate: 200_000, mode: 1, as: "slow" };

/** One that has not run, on the build with assertions. */
export const faulty = (faults: FaultConfig[], options: Partial<SystemOptions> = {}, collect = false): Promise<Engine> => {
  const config = systemOf({ ...SLOW, ...options });
  return makeEngine("virtual", { ...config, virtual: { ...config.virtual, faults } }, { collect });
};

export interface Seen {
  engine: Engine;
  /** How often each fault struck. */
  struck: number[];
  drops: Record<string, number>;
  received: number;
  carried: number;
}

export const seenOf = (engine: Engine): Seen => {
  const broken = brokenIdentities(engine);
  if (broken.length > 0) throw new Error(`not so: ${broken.join(", ")}`);
  const { faults, traffic } = engine.results();
  const { drops, ports } = engine.counters();
  return {
    engine,
    struck: faults.map((fault) => Number(fault.struck)),
    drops: Object.fromEntries(Object.entries(drops).filter(([, n]) => n > 0)),
    received: ports[0]!.counters.received!,
    carried: Number(traffic.reduce((sum, one) => sum + one.carried.frames, 0n)),
  };
};

/** Runs a system whose traffic stops at `stop` (text with a unit) until nothing is left to do. */
export const afterwards = async (faults: FaultConfig[], options: Partial<SystemOptions> = {}, stop = "100ms"): Promise<Seen> => {
  const { traffic } = options;
  const engine = await faulty(faults, { ...options, traffic: (i) => ({ stop, ...traffic?.(i) }) });
  engine.run();
  return seenOf(engine);
};

/** Whether a count of independent hits is within four standard deviations. */
export const isBinomial = (hits: number, n: number, p: number): boolean => Math.abs(hits - n * p) <= 4 * Math.sqrt(n * p * (1 - p));
