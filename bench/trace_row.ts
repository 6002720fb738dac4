/** One system of the trace bench in a process of its own: the same simulation without a trace, with one that is switched off, and with more and more traced. */
import { CheckError } from "./support/checks.ts";
import { serveChild } from "./support/child.ts";
import { DIST } from "./support/dist.ts";
import { type Build, packaged } from "./support/machine_builds.ts";
import type { MachineRun, Piece } from "./support/machine_run.ts";
import { CALL_PACKETS, loadsOf, startRun } from "./support/machine_start.ts";
import { SYSTEMS } from "./support/machine_systems.ts";
import type { Settings } from "./support/measure.ts";
import type { Lap } from "./support/stopwatch.ts";

export interface TraceRequest {
  name: string;
  settings: Settings;
}

/** Arrays sample by sample; those with the same place were taken one after the other, and simulate the same. */
export interface TraceMeasured {
  contestant: string;
  /** Nanoseconds of the host per packet carried: by the clock on the wall, and by CPU time. */
  cost: number[];
  cpuCost: number[];
  /** Records written per packet carried. */
  records: number;
}

const everything = packaged("everything", DIST, { trace: {} });

const switchedOff: Build = {
  contestant: "trace switched off",
  async make(config) {
    const engine = await everything.make(config);
    engine.setTrace(undefined);
    return engine;
  },
};

const CONTESTANTS: readonly Build[] = [
  packaged("no trace", DIST, {}),
  switchedOff,
  packaged("every 1,000th packet", DIST, { trace: { every: 1000 } }),
  everything,
];

/** What must be the same whether there is a trace or not. */
const SIMULATED = ["virtual", "generated", "carried", "dropped", "steps", "events"] as const satisfies readonly (keyof Piece)[];

class Contestant {
  readonly cost: number[] = [];
  readonly cpuCost: number[] = [];
  readonly #name: string;
  readonly #run: MachineRun;
  #packets = 0;

  private constructor(name: string, run: MachineRun) {
    this.#name = name;
    this.#run = run;
  }

  /** At its load for some time already. */
  static async start(build: Build, name: string, rate: number): Promise<Contestant> {
    const run = await startRun(build, name, SYSTEMS.get(name)!);
    run.setRate(rate);
    run.simulate(1, CALL_PACKETS);
    return new Contestant(build.contestant, run);
  }

  take(calls: number): Lap & Piece {
    return this.#run.take(calls, CALL_PACKETS);
  }

  /** `same`: what another one simulated in these calls. @throws CheckError if this one simulates anything else */
  sample(calls: number, same: Piece | undefined): Piece {
    const piece = this.take(calls);
    for (const figure of SIMULATED)
      if (same && piece[figure] !== same[figure])
        throw new CheckError(`${this.#name}: ${figure}: expected ${same[figure]}, as without a trace, but got ${piece[figure]}`);
    this.cost.push(piece.nanoseconds / piece.carried);
    this.cpuCost.push(piece.cpu / piece.carried);
    this.#packets += piece.carried;
    return piece;
  }

  measured(before: number): TraceMeasured {
    const { cost, cpuCost } = this;
    return { contestant: this.#name, cost, cpuCost, records: (this.written - before) / this.#packets };
  }

  get written(): number {
    return this.#run.traceWritten;
  }
}

/** All do the same, so that they stay at the same place of the simulation. @returns calls for a sample of the fastest */
const warmUp = (all: readonly Contestant[], settings: Settings): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let warm = 0; warm < settings.warmUp * 1e6; ) {
    const laps = all.map((one) => one.take(1).nanoseconds);
    least = Math.min(least, ...laps);
    warm += Math.min(...laps);
  }
  return Math.max(1, Math.ceil((settings.sample * 1e6) / least));
};

await serveChild(async ({ name, settings }: TraceRequest): Promise<TraceMeasured[]> => {
  const { normal } = await loadsOf(name, SYSTEMS.get(name)!);
  const all: Contestant[] = [];
  for (const build of CONTESTANTS) all.push(await Contestant.start(build, name, normal));
  const calls = warmUp(all, settings);
  const before = all.map(({ written }) => written);
  globalThis.gc?.();
  for (let n = 0; n < settings.samples; n++) {
    let same: Piece | undefined;
    // Each comes first as often as any other: after one that writes records the caches are full of them.
    for (let i = 0; i < all.length; i++) same = all[(n + i) % all.length]!.sample(calls, same);
  }
  return all.map((one, i) => one.measured(before[i]!));
});
