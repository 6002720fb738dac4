import { FAULT_RECORD, Region } from "../../assembly/abi.ts";
import type { FaultResult, ResolvedConfig, ResolvedFault } from "../types.ts";
import type { VirtualExports } from "./exports.ts";

/** Puts faults into an engine whose interfaces are attached. */
export const attachFaults = (exports: VirtualExports, faults: readonly ResolvedFault[]): void => {
  for (const [index, fault] of faults.entries()) {
    const { number, subject, sides, from, to, lasts, every, exponential, chance, nth, amount, more } = fault;
    exports.attachFault(index, number, subject, sides, amount, more);
    exports.attachFaultChance(index, chance, nth);
    exports.attachFaultTimes(index, from, to, lasts, every, exponential ? 1 : 0);
  }
};

/** The first two words of each record, behind which there is one of 32 bits per CPU. */
export const readFaults = (exports: VirtualExports, { cpus, virtual }: ResolvedConfig): FaultResult[] => {
  const base = exports.regionBase(Region.Faults) >>> 0;
  const stride = FAULT_RECORD + ((cpus * 4 + 7) & ~7);
  return virtual!.faults.map(({ kind, what }, index) => {
    const [struck, held] = new BigUint64Array(exports.memory.buffer, base + index * stride, 2);
    return { kind, what, struck: struck!, held: held! };
  });
};
