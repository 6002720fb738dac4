/** The loops as contestants, and why one is missing. */
import { noCompiler } from "../native/build.ts";
import { NativeContestant } from "../native/native.ts";
import type { Contestant, Workload } from "../support/contestant.ts";
import { JavaScriptContestant } from "./javascript.ts";

export const loopsFor = ({ system }: Workload): { contestants: Contestant[]; absent: string[] } => {
  if (!system) return { contestants: [], absent: [] };
  const why = noCompiler();
  if (why) return { contestants: [new JavaScriptContestant()], absent: [`C left out: ${why}`] };
  return { contestants: [new JavaScriptContestant(), new NativeContestant()], absent: [] };
};
