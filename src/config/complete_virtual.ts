/** Fills in what `virtual` leaves open, and computes with picoseconds from here on. */
import { COSTS, picoseconds, presetCosts } from "../costs.ts";
import type { ResolvedConfig, ResolvedPort } from "../types/resolved.ts";
import type { ResolvedVirtual, ResolvedWire } from "../types/virtual.ts";
import { ALL } from "./check_virtual.ts";
import { completeClosed, completeTcp } from "./complete_closed.ts";
import { completeFault } from "./complete_faults.ts";
import { completeTraffic } from "./complete_traffic.ts";
import { completeWork } from "./complete_work.ts";
import { completePolling } from "./polling_shape.ts";
import { TIME_UNITS } from "./quantities.ts";
import { read } from "./read.ts";
import { type VirtualShape, virtualShape, type WireShape } from "./virtual_shape.ts";

const { us } = TIME_UNITS;
/** 1 Gbit/s, as an em of 2008; why 20 us: src/types/virtual.ts. */
const WIRE = { rate: 1_000_000_000n, propagation: 0n, delay: 20n * us!, count: 0, gap: 0n, txDelay: 64n * us!, rxBurst: 64, livelockLimit: 0 };
const LIVELOCK_LOW = 20_000;

export const completeVirtual = (
  shape: VirtualShape,
  cpus: number,
  ports: readonly ResolvedPort[],
  bridged: ReadonlySet<string>,
): ResolvedVirtual => ({
  closed: shape.closed.map((entry) => completeClosed(entry, { ports, bridged })),
  tcp: shape.tcp.map((entry) => completeTcp(entry, { ports, bridged })),
  costs: completeCosts(shape.costs),
  lock: shape.lock,
  wires: ports.filter(({ kind }) => kind === "interface").map((port) => completeWire(port, cpus, shape.interfaces)),
  traffic: completeTraffic(shape.traffic, ports),
  faults: shape.faults.map((fault) => completeFault(fault, ports)),
  work: shape.work.flatMap((entry) => completeWork(entry, cpus)),
});

/** `virtual` of a configuration that does not have it. */
export const defaultVirtual = ({ cpus, ports }: ResolvedConfig): ResolvedVirtual => completeVirtual(read(virtualShape(), {}), cpus, ports, new Set());

const completeCosts = ({ preset, set }: VirtualShape["costs"]): ResolvedVirtual["costs"] => {
  const given = set as Record<string, number | { value: number; law: string } | undefined>;
  const byPreset = presetCosts(preset);
  return COSTS.map(({ name }, cost) => {
    const own = given[name];
    if (own === undefined) return { ps: byPreset[cost]!, exponential: false };
    if (typeof own === "number") return { ps: picoseconds(own), exponential: false };
    return { ps: picoseconds(own.value), exponential: own.law === "exponential" };
  });
};

const completeWire = ({ index, name, cpu }: ResolvedPort, cpus: number, given: Record<string, WireShape>): ResolvedWire => {
  // What is not given is no key either (config/read.ts), so it hides nothing here.
  const { rings = 1, ringCpus, livelockLow = LIVELOCK_LOW, ...wire } = { ...WIRE, ...given[ALL], ...given[name] } as WireShape & typeof WIRE;
  const spread = () => Array.from({ length: rings }, (_, ring) => (cpu + ring) % cpus);
  return {
    port: index,
    ...wire,
    rings: rings > 1 ? (ringCpus ?? spread()) : [],
    livelockLow: Math.min(livelockLow, wire.livelockLimit),
    ...completePolling(given[ALL], given[name]),
  };
};
