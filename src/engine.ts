import { Stop } from "../assembly/abi.ts";
import { resolveConfig } from "./config/index.ts";
import { END_OF_TIME } from "./config/quantities.ts";
import { checkArrival, checkArrivals } from "./engine/arrival.ts";
import { boot } from "./engine/boot.ts";
import { ChangeableEngine } from "./engine/changeable.ts";
import { checkCpu, checkHandler } from "./engine/control.ts";
import { checkRunOptions } from "./engine/options.ts";
import { checkSnapshot } from "./engine/snapshot.ts";
import { setStops } from "./engine/stops.ts";
import { checkUntil, FOREVER } from "./engine/until.ts";
import { EngineError } from "./errors.ts";
import type { Arrival, Departure, DroppedPacket, EngineOptions, PacketHandler, Snapshot } from "./types/engine.ts";
import type { EngineConfig, ProtocolName, ResolvedConfig, RunOptions, StopCondition } from "./types.ts";
import { ISR_BY_NAME } from "./wasm/attach.ts";
import { isVirtual, virtualOf } from "./wasm/exports.ts";
import { systemOf } from "./wasm/regions.ts";

/**
 * One kernel, with its interfaces, tables and clock. Made by `createEngine`. Names and indices of interfaces are those of the configuration, and unknown ones
 * are refused with ConfigError. After `dispose`, whatever asks the kernel throws EngineError; so does what would move or replace it inside one of its handlers.
 */
export class Engine extends ChangeableEngine {
  #arrivals = 0;
  #time = 0n;

  /** Makes an engine from a compiled module. @throws ConfigError, EngineError */
  static make(module: WebAssembly.Module, given: EngineConfig, options: EngineOptions = {}): Engine {
    return Engine.of(module, resolveConfig(given), options);
  }

  /** The same, of a configuration that `resolveConfig` has checked already; the engine keeps it and changes it. @throws ConfigError for options, EngineError */
  static of(module: WebAssembly.Module, config: ResolvedConfig, options: EngineOptions): Engine {
    return new Engine(config, boot(module, config, options));
  }

  // ---- frames ----
  /**
   * Gives frames to the interfaces, in the order of their times. They are processed at once as far as the input area fills up, the rest by `run`.
   * @throws ConfigError, with a path like `[3].data`, for an unknown interface, a time before the last one, or data that is no Uint8Array or longer than the
   * input area: the frames before it are taken, the others not; what `run` throws
   */
  receive(frames: Iterable<Arrival>): void {
    let exports = this.standing;
    checkArrivals(frames);
    const end = this.machine === "virtual" ? END_OF_TIME : FOREVER;
    let i = 0;
    for (const frame of frames) {
      const { port, time, data } = checkArrival(frame, i++, this.config, this.#time, end);
      exports = this.standing; // whoever gave the frame may have disposed of it
      if (!this.exchange.write(port, time, this.#arrivals, data)) {
        this.#process(() => (isVirtual(exports) ? exports.runInput() : exports.run(FOREVER)));
        this.exchange.write(port, time, this.#arrivals, data);
      }
      this.#arrivals++;
      this.#time = time;
    }
  }

  /**
   * Processes everything that was received up to `until` (picoseconds; default: all of it), with all that follows from it, and lets the clock go on to
   * `until`; a time that `now` has passed already is no fault, and nothing happens. Without `until`, requests or TCP data that never come through are sent again
   * until virtual time ends, which may take long; and then it is over. @returns "idle" if nothing is left to do but timers, "time" if there is.
   * @throws ConfigError for a time that cannot be come to: below 0, from 2^54 ps on, where virtual time ends, or none though traffic never ends.
   * @throws EngineError if packets got lost, or what a handler threw
   */
  run(until?: bigint): "idle" | "time";
  /**
   * The same, up to the event after which one of the conditions is true: the virtual machine only. `now` is that moment, and what comes after it, even in the
   * same picosecond, has not happened. @returns that condition, without gaps. @throws ConfigError with the position in a text
   */
  run(until: bigint | undefined, options: RunOptions): "idle" | "time" | StopCondition;
  run(until: bigint = FOREVER, options?: RunOptions): "idle" | "time" | StopCondition {
    const exports = this.standing;
    checkUntil(until, this.config, this.machine === "virtual" ? this.config.virtual : undefined);
    if (options !== undefined) checkRunOptions(options);
    const stops = options && setStops(exports, this.config, options.stop);
    const stop = this.#process(() => exports.run(until), stops && (() => virtualOf(exports).clearStops()));
    const end = stop === Stop.Met ? this.now : until;
    if (end !== FOREVER && end > this.#time) this.#time = end;
    return stop === Stop.Met ? stops![virtualOf(exports).metStop()]! : stop === Stop.Time ? "time" : "idle";
  }

  protected settle(): void {
    this.run(this.now);
  }

  /** `after`: whatever comes of it. @throws EngineError if packets got lost, or what a handler threw */
  #process(run: () => Stop, after?: () => void): Stop {
    const { exports } = this;
    let stop = Stop.OutputFull;
    try {
      for (; stop === Stop.OutputFull; this.exchange.read()) stop = this.handlers.during(run);
    } finally {
      after?.();
    }
    this.handlers.rethrow();
    if (exports.unaccounted() !== 0n || exports.packetsQueued() !== exports.mbufsInUse())
      throw new EngineError(`packets are not conserved: ${JSON.stringify(this.counters().conservation)}`);
    return stop;
  }

  /** The frames sent since it was last asked, in the order in which they left. */
  take(): Departure[] {
    return this.disposed ? [] : this.exchange.take();
  }

  /** The packets dropped since it was last asked, in the order in which they were lost. Always empty without the option `drops`. */
  takeDrops(): DroppedPacket[] {
    return this.disposed ? [] : this.exchange.takeDrops();
  }

  // ---- protocol handlers of the embedder ----
  /**
   * Lets a handler see the packets of a protocol first, with or without the BGL as `EngineConfig.handlers` says. Another call replaces it. What it throws,
   * `run` throws. @throws ConfigError for a protocol that there is not
   */
  setHandler(name: ProtocolName, handler: PacketHandler): void {
    checkHandler(name, "handler", handler);
    void this.running;
    this.handlers.setPacketHandler(name, handler);
  }

  /**
   * schednetisr from an interrupt on `cpu`: `work` runs on netisr_cpu 0 at the next run, once however often it was asked for. @throws ConfigError for a
   * protocol or CPU that there is not
   */
  schedule(name: ProtocolName, cpu: number, work: () => void): void {
    checkHandler(name, "work", work);
    checkCpu(this.config, cpu);
    const { running } = this;
    this.handlers.setScheduled(name, work);
    running.requestSchednetisr(cpu, ISR_BY_NAME[name]);
  }

  // ---- state as a whole ----
  /** A copy of everything, but for frames that were not taken, and handlers, which stay those of their engine. */
  snapshot(): Snapshot {
    return {
      memory: new Uint8Array(this.running.memory.buffer).slice(),
      arrivals: this.#arrivals,
      time: this.#time,
      sysctl: { ...this.config.sysctl },
      changes: this.changes,
      system: systemOf(this.config, this.options),
    };
  }

  /**
   * Goes back to a snapshot of this engine, or of one with the same configuration and options. Handlers that are set now stay so. @throws EngineError for a snapshot of another one.
   * @throws ConfigError for what is none
   */
  restore(snapshot: Snapshot): void {
    const { memory } = this.standing;
    checkSnapshot(snapshot, systemOf(this.config, this.options), memory.buffer.byteLength, this.config);
    this.handlers.open();
    new Uint8Array(memory.buffer).set(snapshot.memory);
    this.handlers.register();
    this.#arrivals = snapshot.arrivals;
    this.#time = snapshot.time;
    for (const name of Object.keys(this.config.sysctl)) delete this.config.sysctl[name];
    Object.assign(this.config.sysctl, snapshot.sysctl);
    this.record = snapshot.changes.map((change) => ({ ...change }));
    this.exchange.clear();
  }

  /** Gives the memory back. The engine cannot be used any more. */
  dispose(): void {
    if (!this.disposed) void this.standing;
    this.disposed = true;
    this.release();
  }
}
