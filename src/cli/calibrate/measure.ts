/** A point as the virtual machine measures it. */
import { PS_PER_NS, PS_PER_SECOND } from "../../../assembly/abi.ts";
import type { Model } from "../../calibrate/problem.ts";
import type { Point } from "../../calibrate/table.ts";
import { COSTS } from "../../costs.ts";
import type { CpuClassName, EngineConfig, Sample } from "../../types.ts";
import type { Io } from "../io.ts";
import { madeUp } from "../run/made_up.ts";

/** Packets that are measured, after a fifth as many that fill rings and caches. */
export const PACKETS = 6_000;

export const systemOf = ({ settings }: Point, seed: number): EngineConfig => {
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

/** Runs points with given costs, each on an engine of its own. */
export const modelOf =
  (io: Io, seed: number, packets = PACKETS): Model =>
  async (point, costs, draw) => {
    const engine = await io.createEngine(withCosts(systemOf(point, (seed * 65_537 + point.line * 257 + draw) >>> 0), costs), {
      machine: "virtual",
      collect: false,
    });
    const span = BigInt(Math.ceil((packets * PS_PER_SECOND) / point.settings.offered));
    engine.run(span / 5n);
    const before = engine.sample();
    engine.run(span / 5n + span);
    const after = engine.sample();
    engine.dispose();
    return point.measured.map(({ measure: { kind, ofClass } }) => {
      if (kind === "carried") return ((after.carried - before.carried) / Math.max(1, after.generated - before.generated)) * point.settings.offered;
      if (kind === "load") return (busy(after, ofClass) - busy(before, ofClass)) / Number(span) / point.settings.cpus;
      const sum = BigInt.asUintN(64, after.latency.sum - before.latency.sum);
      return Number(sum) / Math.max(1, Number(after.latency.count - before.latency.count)) / PS_PER_NS;
    });
  };

/** Time of all CPUs in a class, or in all but idle time. */
const busy = ({ cpus }: Sample, ofClass: CpuClassName | undefined): number =>
  cpus.reduce((sum, classes) => sum + (ofClass ? Number(classes[ofClass]) : timeBusy(classes)), 0);

const timeBusy = (classes: Sample["cpus"][number]): number =>
  Object.entries(classes).reduce((sum, [name, ps]) => sum + (name === "Idle" ? 0 : Number(ps)), 0);
