import { FINE_BITS, Region, ThreadKind, WORK_RECORD, WorkField, WorkFlag } from "../../assembly/abi.ts";
import type { ResolvedConfig, ResolvedWork, WorkResult } from "../types.ts";
import { type EngineExports, isVirtual, type VirtualExports } from "./exports.ts";
import { histogramBytes, readHistogram } from "./histogram.ts";

const KINDS: Record<ResolvedWork["class"], ThreadKind> = {
  interrupt: ThreadKind.InterruptWork,
  soft: ThreadKind.SoftWork,
  user: ThreadKind.UserWork,
};

/** Threads of other kernel work: only a machine with time has any. */
export const workOf = (exports: EngineExports, { virtual }: ResolvedConfig): readonly ResolvedWork[] =>
  isVirtual(exports) ? (virtual?.work ?? []) : [];

const flagsOf = ({ gap, outside, hold, closed, locked }: ResolvedWork): number =>
  (gap.exponential ? WorkFlag.Gap : 0) |
  (outside.exponential ? WorkFlag.Outside : 0) |
  (hold.exponential ? WorkFlag.Hold : 0) |
  (closed ? WorkFlag.Closed : 0) |
  (locked ? WorkFlag.Locked : 0);

/** Gives every thread its work, and its places in the ring of waiting jobs, one after the other. */
export const attachWork = (exports: VirtualExports, work: readonly ResolvedWork[]): void => {
  let slot = 0;
  for (const [index, one] of work.entries()) {
    const { cpu, gap, outside, hold, start, early, stop, count, queue } = one;
    exports.attachWork(index, KINDS[one.class], cpu, flagsOf(one), slot, queue);
    exports.attachJob(index, gap.ps, outside.ps, hold.ps);
    exports.startWork(index, start, early ? 1 : 0, stop, count);
    slot += queue;
  }
};

/** What they have done. In Region.Work: a record for each, then two histograms for each. */
export const readWork = (exports: VirtualExports, { virtual }: ResolvedConfig): WorkResult[] => {
  const work = virtual!.work;
  const base = exports.regionBase(Region.Work) >>> 0;
  const { buffer } = exports.memory;
  const histogram = (index: number) => readHistogram(buffer, base + work.length * WORK_RECORD + index * histogramBytes(FINE_BITS), FINE_BITS);
  return work.map(({ name, cpu, class: kind }, index) => {
    const words = new BigUint64Array(buffer, base + index * WORK_RECORD, WorkField.Count);
    return {
      name,
      cpu,
      class: kind,
      jobs: words[WorkField.jobs]!,
      refused: words[WorkField.refused]!,
      done: words[WorkField.done]!,
      response: histogram(2 * index),
      wait: histogram(2 * index + 1),
    };
  });
};
