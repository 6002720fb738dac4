import { formatMac } from "../../addresses.ts";
import type { CapturedInterfaceReport, StationReport } from "../../report/index.ts";
import type { ResolvedPort } from "../../types.ts";
import type { CaptureSource, SourceFrame } from "../input/capture_source.ts";
import { type Assigned, type Assignment, describePorts, InterfaceRows, Refusal } from "./assignment.ts";

/** Destination and source address: what a frame must have to tell where it comes from. */
const ADDRESSES = 12;
/** Where the source address stands. */
const SOURCE = 6;

/**
 * Each source address has a port, in the order of appearance over all captures. A frame that is too short to have one is received by the first port,
 * where it ends as a runt. More addresses than ports are refused, or the last port receives from all that have no port of their own.
 */
export class BySourceMac implements Assignment {
  readonly #ports: readonly ResolvedPort[];
  readonly #told: ReadonlyMap<CaptureSource, ResolvedPort>;
  readonly #rows = new InterfaceRows();
  /** By address as a number of 48 bits; never more than ports. */
  readonly #stations = new Map<number, Assigned>();
  readonly #short: Assigned;
  readonly #others: Assigned | undefined;

  /** `share`: the last port is for all others. `told`: the ports that arguments named, for all frames of their files. */
  constructor(ports: readonly ResolvedPort[], share: boolean, told: ReadonlyMap<CaptureSource, ResolvedPort>) {
    this.#ports = ports;
    this.#told = told;
    this.#short = { port: ports[0]!.index, frames: 0, bytes: 0 };
    this.#others = share ? { port: ports.at(-1)!.index, frames: 0, bytes: 0 } : undefined;
  }

  portOf(source: CaptureSource, frame: SourceFrame): Assigned | Refusal {
    const told = this.#told.size > 0 ? this.#told.get(source) : undefined;
    if (told) return this.#rows.find(source, frame.captured.interface) ?? this.#rows.add(source, frame, told, "argument");
    const { data } = frame;
    if (data.length < ADDRESSES) return this.#short;
    const mac = sourceOf(data);
    return this.#stations.get(mac) ?? this.#add(mac);
  }

  interfacesOf(source: CaptureSource): CapturedInterfaceReport[] {
    return this.#rows.of(source);
  }

  stations(): StationReport[] {
    const row = (address: string, { port, frames, bytes }: Assigned): StationReport => ({ source: address, port: this.#nameOf(port), frames, bytes });
    const rows = Array.from(this.#stations, ([mac, assigned]) => row(formatMac(BigInt(mac)), assigned));
    if (this.#others && this.#others.frames > 0) rows.push(row("others", this.#others));
    return this.#short.frames > 0 ? [...rows, row("none", this.#short)] : rows;
  }

  #add(mac: number): Assigned | Refusal {
    const { size } = this.#stations;
    if (this.#others && size === this.#ports.length - 1) return this.#others;
    const port = this.#ports[size];
    if (!port)
      return new Refusal(
        `a frame from one of the first ${size} source addresses, one for each of ${describePorts(this.#ports)}`,
        `one from ${formatMac(BigInt(mac))}`,
      );
    const assigned = { port: port.index, frames: 0, bytes: 0 };
    this.#stations.set(mac, assigned);
    return assigned;
  }

  #nameOf(index: number): string {
    return this.#ports.find((port) => port.index === index)!.name;
  }
}

const sourceOf = (data: Uint8Array): number => {
  let mac = 0;
  for (let i = SOURCE; i < ADDRESSES; i++) mac = mac * 256 + data[i]!;
  return mac;
};
