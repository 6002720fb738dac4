import { LockPolicy } from "../../assembly/abi.ts";
import type { ResolvedConfig, ResolvedVirtual } from "../types.ts";
import { attachLoops } from "./attach_closed.ts";
import { attachTraffic } from "./attach_traffic.ts";
import type { VirtualExports } from "./exports.ts";
import { attachFaults } from "./faults.ts";
import { attachRings, engineRings } from "./rings.ts";
import { attachWork } from "./work.ts";

const POLICIES: Record<ResolvedVirtual["lock"], LockPolicy> = { cas: LockPolicy.Cas, fifo: LockPolicy.Fifo, random: LockPolicy.Random };

/** Puts costs, links and traffic into an engine whose interfaces are attached. */
export const attachVirtual = (
  exports: VirtualExports,
  config: ResolvedConfig,
  { costs, lock, wires, traffic, faults, work, ...loops }: ResolvedVirtual,
): void => {
  attachRings(exports, config);
  const rings = engineRings(exports, config);
  for (const [cost, { ps, exponential }] of costs.entries()) exports.setCost(cost, ps, exponential ? 1 : 0);
  exports.setPolicy(POLICIES[lock]);
  for (const wire of wires) {
    const { port, rate, propagation, delay, count, gap, txDelay, rxBurst, livelockLimit, livelockLow } = wire;
    for (const one of [port, ...rings.filter(({ parent }) => parent === port).map((ring) => ring.port)]) {
      exports.attachWire(one, rate, propagation);
      exports.attachModeration(one, delay, count, gap, txDelay);
      exports.attachHandler(one, rxBurst, livelockLimit, livelockLow);
      if (wire.refill === "burst") exports.attachRefill(one);
    }
    if (wire.vacation.ps) exports.attachVacation(port, wire.vacation.ps, wire.vacation.exponential ? 1 : 0);
    if (wire.polling) exports.setPolling(port, 1); // no, if kern.polling.enable says so
  }
  attachFaults(exports, faults);
  attachTraffic(exports, traffic);
  attachWork(exports, work);
  attachLoops(exports, loops);
};
