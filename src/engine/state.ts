import { EngineError } from "../errors.ts";
import { readTrace } from "../trace/decode.ts";
import type { Counters, Machine, MemoryPlan } from "../types/engine.ts";
import type { ChangeResult, ResolvedConfig, Results, Sample, TcpResult, Trace } from "../types.ts";
import { readTcp } from "../wasm/closed_results.ts";
import { readCounters } from "../wasm/counters.ts";
import { Exchange } from "../wasm/exchange.ts";
import { type EngineExports, virtualOf } from "../wasm/exports.ts";
import type { HostHandlers } from "../wasm/handlers.ts";
import { readResults } from "../wasm/measured/results.ts";
import { readSample } from "../wasm/measured/sample.ts";
import { Tables } from "../wasm/measured/tables.ts";
import type { ResolvedOptions } from "../wasm/regions.ts";
import type { Booted } from "./boot.ts";
import { readKnob } from "./control.ts";

/** What an engine consists of, and what can be read of it at any time. */
export abstract class EngineState {
  /** The configuration, completed; `sysctl` has the values of now. Not to be changed. */
  readonly config: ResolvedConfig;
  /** How much memory the engine took, and what for. */
  readonly memory: MemoryPlan;
  /** The module's exports, for tests and benches. */
  readonly exports: EngineExports;
  protected readonly handlers: HostHandlers;
  protected readonly exchange: Exchange;
  protected readonly options: ResolvedOptions;
  protected disposed = false;
  #tables: Tables | undefined;
  protected record: ChangeResult[] = [];

  protected constructor(config: ResolvedConfig, { exports, memory, handlers, options }: Booted) {
    this.config = config;
    this.options = options;
    this.memory = memory;
    this.exports = exports;
    this.handlers = handlers;
    this.exchange = new Exchange(exports, config);
  }

  /** The machine that the module is of. */
  get machine(): Machine {
    return this.options.machine;
  }

  /** Picoseconds since the engine was made. */
  get now(): bigint {
    return BigInt.asUintN(64, this.running.now());
  }

  /** All counters of the kernel, by their BSD names, since the engine was made. Numbers are exact up to 2^53. */
  counters(): Counters {
    return readCounters(this.running, this.config);
  }

  /** What was changed between runs since the engine was made, in the order in which it was. */
  get changes(): ChangeResult[] {
    return this.record.map((change) => ({ ...change }));
  }

  /** What the virtual machine has measured since the engine was made. @throws EngineError in an engine of another machine */
  results(): Results {
    return { ...readResults(this.#measured()), changes: this.changes };
  }

  /** Some of the results, faster. @throws EngineError in an engine of another machine */
  sample(): Sample {
    return readSample(this.#measured());
  }

  #measured(): Tables {
    const exports = virtualOf(this.running);
    this.#tables ??= new Tables(exports, this.config);
    return this.#tables;
  }

  /** The TCP connections alone, as in `results` but faster: for traces of their windows. @throws EngineError in an engine of another machine */
  connections(): TcpResult[] {
    return readTcp(virtualOf(this.running), this.config, this.now) ?? [];
  }

  /** What was recorded, as the option `trace` or `setTrace` chose. @throws EngineError in an engine without that option, or of another machine */
  trace(): Trace {
    const exports = virtualOf(this.running);
    if (!this.options.trace) throw new EngineError("there is no trace, as the engine was made without the option `trace`");
    return readTrace(exports, this.config);
  }

  /** A hash of all state of the kernel: 16 hexadecimal digits. */
  fingerprint(): string {
    return BigInt.asUintN(64, this.running.fingerprint()).toString(16).padStart(16, "0");
  }

  /** The value of a knob by its BSD name, in the unit that `KNOBS` gives. @throws ConfigError for an unknown knob */
  getKnob(name: string): number {
    return readKnob(this.config, name);
  }

  /** Lets go of all that keeps the memory. */
  protected release(): void {
    const held = this as unknown as { exports?: unknown; handlers?: unknown; exchange?: unknown };
    held.exports = undefined;
    held.handlers = undefined;
    held.exchange = undefined;
    this.#tables = undefined;
  }

  /** For what would move the engine: not to be had inside one of its own handlers. */
  protected get standing(): EngineExports {
    const { running } = this;
    if (this.handlers.inside) throw new EngineError("a handler cannot run or replace the engine that it runs in");
    return running;
  }

  protected get running(): EngineExports {
    if (this.disposed) throw new EngineError("the engine has been disposed of");
    return this.exports;
  }
}
