import { ArrivalKind, LockPolicy } from "../../assembly/abi.ts";
import type { ResolvedConfig, ResolvedTraffic, ResolvedVirtual } from "../types.ts";
import type { VirtualExports } from "./exports.ts";
import { attachRings, engineRings } from "./rings.ts";

const POLICIES: Record<ResolvedVirtual["lock"], LockPolicy> = { cas: LockPolicy.Cas, fifo: LockPolicy.Fifo, random: LockPolicy.Random };
const ARRIVALS = { constant: ArrivalKind.Constant, poisson: ArrivalKind.Poisson };

/** Puts costs, links and traffic into an engine whose interfaces are attached. */
export const attachVirtual = (exports: VirtualExports, config: ResolvedConfig, { costs, lock, wires, traffic }: ResolvedVirtual): void => {
  attachRings(exports, config);
  const rings = engineRings(exports, config);
  for (const [cost, { ps, exponential }] of costs.entries()) exports.setCost(cost, ps, exponential ? 1 : 0);
  exports.setPolicy(POLICIES[lock]);
  for (const wire of wires) {
    const { port, rate, propagation, delay, count, gap, txDelay, rxBurst, livelockLimit, livelockLow } = wire;
    for (const one of [port, ...rings.filter(({ parent }) => parent === port).map((ring) => ring.port)])
      exports.attachWire(one, rate, propagation, delay, count, gap, txDelay, rxBurst, livelockLimit, livelockLow);
  }
  attachTraffic(exports, traffic);
};

const attachTraffic = (exports: VirtualExports, traffic: ResolvedTraffic[]): void => {
  for (const [first, { port }] of traffic.entries())
    if (traffic[first - 1]?.port !== port) exports.attachGenerators(port, first, traffic.filter((one) => one.port === port).length);
  for (const [number, one] of traffic.entries()) {
    const { srcMac, srcMacs, dstMac, dstMacs, srcIp, srcIps, dstIp, dstIps } = one;
    const uniform = one.choice === "lot" ? 1 : 0;
    exports.attachGeneratorAddresses(number, srcMac, srcMacs, dstMac, dstMacs, srcIp, srcIps, dstIp, dstIps);
    exports.attachGenerator(number, ARRIVALS[one.arrivals], one.interval, one.bytes, one.flows, uniform, one.start, one.stop, one.count);
  }
};
