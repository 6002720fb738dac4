/** From what a user wrote to what engine and reference work from. */
import type { ResolvedConfig } from "../types.ts";
import { checkAll } from "./check.ts";
import { checkEndless } from "./check_endless.ts";
import { complete } from "./complete.ts";
import { gather } from "./context.ts";
import { read } from "./read.ts";
import { configShape } from "./shape.ts";

/**
 * Checks an EngineConfig and completes it. `given` is not changed and not kept. @throws ConfigError for the first fault in the order of the document: first of
 * the shapes and ranges of single entries, and if there is none, of what entries say about each other
 */
export const resolveConfig = (given: unknown): ResolvedConfig => {
  const context = gather(read(configShape, given));
  checkAll(context);
  const resolved = complete(context);
  checkEndless(resolved);
  return resolved;
};
