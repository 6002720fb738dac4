import type { Readable, Writable } from "node:stream";
import type { Engine } from "../engine.ts";
import type { EngineConfig, EngineOptions } from "../types.ts";

/** Where progress is shown. */
export interface Terminal {
  readonly columns: number;
  write(text: string): void;
  now(): number;
}

/** What a command may touch besides files. Tests give their own. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Standard input and output as streams of bytes; not touched before they are asked for. */
  stdin(): Readable;
  stdout(): Writable;
  /** Standard error, if it is a terminal. */
  terminal: Terminal | undefined;
  /** Milliseconds of a clock that only goes on. */
  now(): number;
  /** Aborted when the user wants to stop (SIGINT, SIGTERM); the reason is the signal's name. */
  signal: AbortSignal;
  /** The package's folder: package.json and examples/ lie there. */
  root: URL;
  createEngine(config: EngineConfig, options: EngineOptions): Promise<Engine>;
}
