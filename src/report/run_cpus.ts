/** The time of each CPU as a bar. */
import type { CpuClassName } from "../types.ts";
import { percent } from "./quantities.ts";
import type { RunReport } from "./run_report.ts";

type Classes = RunReport["simulated"]["cpus"][number];

const LETTERS: Record<CpuClassName, string> = {
  Interrupt: "I",
  Protocol: "P",
  Ipi: "X",
  BglSpin: "B",
  SerializerWait: "L",
  Switch: "s",
  User: "U",
  Idle: ".",
};
export const CPU_LEGEND = "I interrupt  P protocol  X IPI  B BGL spin  L lock spin  s switch  U other  . idle";

/** CPUs that have a bar each; of more only some are shown. */
const MOST_BARS = 16;
const BAR = 50;

/** As many letters for each class as its share of the time, so that they fill the bar: each ends where the sum up to it does, rounded. */
export const bar = (classes: Classes, elapsed: bigint, width = BAR): string => {
  let sum = 0n;
  let text = "";
  for (const [name, letter] of Object.entries(LETTERS)) {
    sum += classes[name as CpuClassName];
    const end = elapsed === 0n ? 0 : Math.round((Number(sum) / Number(elapsed)) * width);
    text += letter.repeat(Math.max(0, end - text.length));
  }
  return text.padEnd(width, LETTERS.Idle);
};

const busy = ({ Idle }: Classes, elapsed: bigint): number => (elapsed === 0n ? 0 : 1 - Number(Idle) / Number(elapsed));

const line = (label: string, classes: Classes, elapsed: bigint): string =>
  `  ${label.padEnd(9)} ${bar(classes, elapsed)} ${percent(busy(classes, elapsed)).padStart(7)} busy`;

/** A bar per CPU, or if there are many: all together, then the one that is idle least and the one that is idle most. */
export const cpuLines = ({ cpus, elapsed }: RunReport["simulated"]): string[] => {
  if (cpus.length <= MOST_BARS) return cpus.map((classes, cpu) => line(`CPU ${cpu}`, classes, elapsed));
  const byWork = [...cpus.entries()].sort(([, a], [, b]) => Number(a.Idle - b.Idle));
  const total = Object.fromEntries(
    Object.keys(LETTERS).map((name) => [name, cpus.reduce((sum, one) => sum + one[name as CpuClassName], 0n)]),
  ) as Classes;
  const one = ([cpu, classes]: [number, Classes]): string => line(`CPU ${cpu}`, classes, elapsed);
  return [line(`all ${cpus.length}`, total, elapsed * BigInt(cpus.length)), ...byWork.slice(0, 4).map(one), "  ...", ...byWork.slice(-2).map(one)];
};
