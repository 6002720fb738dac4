import type { Engine } from "../engine.ts";
import type { EngineConfig, EngineOptions } from "../types.ts";

/** What a command may touch besides files. Tests give their own. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Aborted when the user wants to stop (SIGINT). */
  signal: AbortSignal;
  /** The package's folder: package.json and examples/ lie there. */
  root: URL;
  createEngine(config: EngineConfig, options: EngineOptions): Promise<Engine>;
}
