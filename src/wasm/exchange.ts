import { ARRIVAL_HEADER, DEPARTURE_HEADER, Drop, LOSS_RECORD, NO_PORT, Path, Region } from "../../assembly/abi.ts";
import type { Departure, DroppedPacket, Handled, ResolvedConfig } from "../types.ts";
import type { EngineExports } from "./exports.ts";
import { lockDecision } from "./lock_decision.ts";
import { threadNames } from "./names.ts";

const padded = (length: number): number => (length + 7) & ~7;

/** The areas through which frames go in and come out. Memory does not grow after boot, so the views stay good. */
export class Exchange {
  readonly #exports: EngineExports;
  readonly #config: ResolvedConfig;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #departures: Departure[] = [];
  #losses: DroppedPacket[] = [];
  /** By id of the thread; 0 = none. */
  readonly #threads: { cpu: number; name: string }[] = [{ cpu: -1, name: "" }];

  constructor(exports: EngineExports, config: ResolvedConfig) {
    this.#exports = exports;
    this.#config = config;
    this.#bytes = new Uint8Array(exports.memory.buffer);
    this.#view = new DataView(exports.memory.buffer);
    for (const [thread, name] of threadNames(exports, config).entries()) this.#threads.push({ cpu: exports.threadCpu(thread), name });
  }

  /** Writes an arrival into the input area. False: no room until the engine has run. */
  write(port: number, time: bigint, cause: number, data: Uint8Array): boolean {
    const size = padded(ARRIVAL_HEADER + data.length);
    if (size > this.#exports.inputRoom()) return false;
    const at = this.#exports.inputAt() >>> 0;
    this.#view.setBigUint64(at, time, true);
    this.#view.setBigUint64(at + 8, BigInt(cause), true);
    this.#view.setUint32(at + 16, data.length, true);
    this.#view.setUint32(at + 20, port, true);
    this.#bytes.set(data, at + ARRIVAL_HEADER);
    this.#exports.inputWritten(size);
    return true;
  }

  /** The departures that were read since it was last asked, in the order in which they left. */
  take(): Departure[] {
    const departures = this.#departures;
    this.#departures = [];
    return departures;
  }

  /** The dropped packets that were read since it was last asked, in the order in which they were lost. */
  takeDrops(): DroppedPacket[] {
    const losses = this.#losses;
    this.#losses = [];
    return losses;
  }

  /** Forgets what was read and not taken. */
  clear(): void {
    this.#departures = [];
    this.#losses = [];
  }

  /** Empties the areas of output and losses, so that the engine can go on. Bytes of frames are copied. */
  read(): void {
    this.#readDepartures();
    this.#readLosses();
  }

  #readDepartures(): void {
    const length = this.#exports.outputTake();
    const base = this.#exports.regionBase(Region.Output) >>> 0;
    for (let at = base; at < base + length; ) {
      const bytes = this.#view.getUint32(at + 16, true);
      const port = this.#view.getUint16(at + 20, true);
      this.#departures.push({
        interface: this.#config.ports[port]!.name,
        port,
        time: this.#view.getBigUint64(at, true),
        data: this.#bytes.slice(at + DEPARTURE_HEADER, at + DEPARTURE_HEADER + bytes),
        cause: Number(this.#view.getBigInt64(at + 8, true)),
        path: Path[this.#view.getUint8(at + 22)] as Departure["path"],
        ...this.#handled(this.#view.getUint16(at + 24, true), this.#view.getUint8(at + 23)),
      });
      at += padded(DEPARTURE_HEADER + bytes);
    }
  }

  #readLosses(): void {
    const length = this.#exports.lossesTake();
    const base = this.#exports.regionBase(Region.Losses) >>> 0;
    for (let at = base; at < base + length; at += LOSS_RECORD) {
      const port = this.#view.getUint8(at + 16);
      const made = port === NO_PORT;
      this.#losses.push({
        interface: made ? undefined : this.#config.ports[port]!.name,
        port: made ? -1 : port,
        time: this.#view.getBigUint64(at, true),
        cause: Number(this.#view.getBigInt64(at + 8, true)),
        reason: Drop[this.#view.getUint8(at + 17)]!,
        ...this.#handled(this.#view.getUint16(at + 20, true), this.#view.getUint8(at + 18)),
      });
    }
  }

  #handled(thread: number, lock: number): Handled {
    const { cpu, name } = this.#threads[thread]!;
    return { cpu, thread: name, lock: lockDecision(lock) };
  }
}
