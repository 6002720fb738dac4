/** Who takes part in a workload, and why others do not. */
import { statSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { loopsFor } from "../loops/contestants.ts";
import { NativeContestant } from "../native/native.ts";
import type { Contestant, Workload } from "./contestant.ts";
import { EngineContestant } from "./engine_contestant.ts";
import { inProcess } from "./in_process.ts";
import { ReferenceContestant } from "./reference_contestant.ts";

export interface Field {
  contestants: Contestant[];
  /** One line for each that is missing. */
  absent: string[];
}

/** A module, or the folder of a package with its own host: what both say to each other changes from commit to commit. */
const buildOf = (path: string): EngineContestant => {
  const name = `engine ${basename(path)}`;
  if (!statSync(path).isDirectory()) return new EngineContestant({ name, wasm: pathToFileURL(path) });
  return new EngineContestant({ name, dist: pathToFileURL(`${path}/`) });
};

/** `builds`: further engine modules or packages to be measured beside that of the package. */
export const fieldFor = async (workload: Workload, builds: readonly string[]): Promise<Field> => {
  const contestants: Contestant[] = [new EngineContestant({ name: "engine" }), ...builds.map(buildOf)];
  const loops = loopsFor(workload);
  contestants.push(...loops.contestants.map((loop) => (loop instanceof NativeContestant ? loop : inProcess(loop))));
  const absent = [...loops.absent];
  if (workload.withoutReference) absent.push(`TypeScript reference left out: ${workload.withoutReference}`);
  else contestants.push(new ReferenceContestant());
  return { contestants, absent };
};
