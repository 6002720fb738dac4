/** A point as the virtual machine measures it. */
import { PS_PER_NS, PS_PER_SECOND } from "../../../assembly/abi.ts";
import type { Model } from "../../calibrate/problem.ts";
import type { Point } from "../../calibrate/table.ts";
import { COSTS } from "../../costs.ts";
import { bucketBetween } from "../../report/index.ts";
import type { Bucket, CpuClassName, EngineConfig, Sample } from "../../types.ts";
import { interruption } from "../complain.ts";
import { Failure, interruptedExit } from "../exit.ts";
import type { Io } from "../io.ts";
import { madeUp } from "../run/made_up.ts";
import { Slices } from "../run/slices.ts";

/** Packets of each run that are measured, and the parts that this is done in: long against what a queue remembers, many enough to know how they spread. */
export const PACKETS = 6_000;
const PARTS = 4;
/** Of those before, which fill rings and caches: so many of each flow, of no more flows than a CPU's flow cache has room for. */
const PER_FLOW = 5;
const FLOWS = 256;

const systemOf = ({ settings }: Point, seed: number): EngineConfig => {
  const { cpus, mode, system, fastforward, offered, frame, flows, arrivals } = settings;
  const interfaces = settings.interfaces || Math.max(2, cpus);
  const config = madeUp({ as: system, cpus, interfaces, rate: BigInt(offered), flows, bytes: frame, arrivals });
  const forwarding = system === "router" ? { "net.inet.ip.fastforwarding": fastforward } : {};
  const sysctl = { ...config.sysctl, ...forwarding, "net.netisr.mpsafe_thread": mode };
  return { ...config, seed, sysctl };
};

const withCosts = (config: EngineConfig, costs: readonly number[]): EngineConfig => {
  const set = Object.fromEntries(COSTS.map(({ name }, cost) => [name, Math.round(costs[cost]! * 1000) / 1000]));
  return { ...config, virtual: { ...config.virtual, costs: { set } } };
};

/**
 * Runs points with given costs, each on an engine of its own. Rates and loads are those of the packets that came, scaled to those that were offered: by chance
 * some more or less come in a short run, and that would be most of its noise. It throws a Failure when the user wants to stop.
 */
export const modelOf = (io: Pick<Io, "createEngine" | "signal" | "now">, seed: number, packets = PACKETS): Model => {
  const slices = new Slices(io);
  return async (point, costs, draw) => {
    const engine = await io.createEngine(withCosts(systemOf(point, (seed * 65_537 + point.line * 257 + draw) >>> 0), costs), {
      machine: "virtual",
      collect: false,
    });
    const { offered, flows, cpus } = point.settings;
    const timeOf = (count: number): bigint => BigInt(Math.ceil((count * PS_PER_SECOND) / offered));
    const [fill, span] = [timeOf(packets / 10 + PER_FLOW * Math.min(flows, FLOWS * cpus)), timeOf(packets / PARTS)];
    const runTo = async (end: bigint): Promise<Sample> => {
      await slices.run(engine, end);
      if (io.signal.aborted) throw new Failure(interruptedExit(io.signal), interruption(io.signal));
      return engine.sample();
    };
    try {
      let before = await runTo(fill);
      const parts: number[][] = [];
      for (let part = 1; part <= PARTS; part++) {
        const after = await runTo(fill + BigInt(part) * span);
        parts.push(valuesOf(point, bucketBetween(before, after), Number(span) / PS_PER_SECOND));
        before = after;
      }
      return parts;
    } finally {
      engine.dispose();
    }
  };
};

const valuesOf = ({ settings: { offered, cpus }, measured }: Point, part: Bucket, seconds: number): number[] => {
  const share = (offered * seconds) / Math.max(1, part.offered);
  return measured.map(({ measure: { kind, ofClass } }) => {
    if (kind === "carried") return (part.carried * share) / seconds;
    if (kind === "load") return (busy(part, ofClass) * share) / (PS_PER_SECOND * seconds * cpus);
    return part.latency.all.mean / PS_PER_NS;
  });
};

/** Time of all CPUs in a class, or in all but idle time. */
const busy = ({ cpus }: Bucket, ofClass: CpuClassName | undefined): number =>
  cpus.reduce((sum, classes) => sum + (ofClass ? Number(classes[ofClass]) : timeBusy(classes)), 0);

const timeBusy = (classes: Bucket["cpus"][number]): number =>
  Object.entries(classes).reduce((sum, [name, ps]) => sum + (name === "Idle" ? 0 : Number(ps)), 0);
