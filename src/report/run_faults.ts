/** For how long faults took room in a simulated system, or held somebody up. */
import { Cost } from "../../assembly/abi.ts";
import type { FaultResult, ResolvedConfig, ResolvedFault } from "../types.ts";

/** What became of a fault. */
export interface RunFault extends FaultResult {
  /** Share of the time for which it may have been why packets were lost, at most; one that takes a part of a room counts as that part. */
  share: number;
}

/** `faults`: in the order of the configuration. */
export const faultsOf = (faults: readonly FaultResult[], config: ResolvedConfig, elapsed: bigint): RunFault[] =>
  faults.map((result, i) => {
    const fault = config.virtual!.faults[i]!;
    const there = least(elapsed, fault.to) - least(elapsed, fault.from);
    const time = least(there, result.struck * timeOf(fault, config, there));
    return { ...result, share: elapsed === 0n ? 0 : (Number(time) / Number(elapsed)) * partOf(fault, config) };
  });

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Picoseconds for each time that it struck; those that are drawn in the mean. */
const timeOf = ({ kind, every, lasts, amount }: ResolvedFault, { virtual }: ResolvedConfig, there: bigint): bigint => {
  if (kind === "holder" || kind === "lostInterrupts") return amount;
  // Its thread gets the CPU, finds nothing, and gives it back.
  if (kind === "storm") return virtual!.costs[Cost.Interrupt]!.ps + 2n * virtual!.costs[Cost.Switch]!.ps;
  return every > 0n ? lasts : there;
};

const partOf = ({ kind, amount, subject }: ResolvedFault, { mbufs, ports }: ResolvedConfig): number => {
  if (kind === "mbufs") return Math.min(1, Number(amount) / mbufs);
  return kind === "queue" ? Math.max(0, 1 - Number(amount) / ports[subject]!.queue) : 1;
};
