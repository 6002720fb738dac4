import { ARRIVAL_HEADER, DEPARTURE_HEADER, Path, Region } from "../../assembly/abi.ts";
import type { Departure, ResolvedConfig } from "../types.ts";
import type { EngineExports } from "./exports.ts";

const padded = (length: number): number => (length + 7) & ~7;

/** The areas through which frames go in and come out. Memory does not grow after boot, so the views stay good. */
export class Exchange {
  readonly #exports: EngineExports;
  readonly #config: ResolvedConfig;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(exports: EngineExports, config: ResolvedConfig) {
    this.#exports = exports;
    this.#config = config;
    this.#bytes = new Uint8Array(exports.memory.buffer);
    this.#view = new DataView(exports.memory.buffer);
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

  /** Takes the departures out of the output area, in the order in which they left. Their bytes are copies. */
  read(into: Departure[]): void {
    const length = this.#exports.outputTake();
    const base = this.#exports.regionBase(Region.Output) >>> 0;
    for (let at = base; at < base + length; ) {
      const bytes = this.#view.getUint32(at + 16, true);
      const port = this.#view.getUint16(at + 20, true);
      into.push({
        interface: this.#config.ports[port]!.name,
        port,
        time: this.#view.getBigUint64(at, true),
        data: this.#bytes.slice(at + DEPARTURE_HEADER, at + DEPARTURE_HEADER + bytes),
        cause: Number(this.#view.getBigInt64(at + 8, true)),
        path: Path[this.#view.getUint8(at + 22)] as Departure["path"],
      });
      at += padded(DEPARTURE_HEADER + bytes);
    }
  }
}
