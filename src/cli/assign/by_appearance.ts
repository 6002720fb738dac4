import type { CapturedInterfaceReport, StationReport } from "../../report/index.ts";
import type { ResolvedPort } from "../../types.ts";
import type { CaptureSource, SourceFrame } from "../input/capture_source.ts";
import { type Assigned, type Assignment, describeInterface, InterfaceRows, Refusal } from "./assignment.ts";

/**
 * What makes two captured interfaces the same one: their name, in whichever file; without a name the place in a section of their file, so that captures that
 * were put one behind the other go on as they began. `file` is the place of the file among the arguments.
 */
export const interfaceKey = (file: number, source: CaptureSource, index: number, name: string | undefined): string =>
  name === undefined ? `number ${source.placeOf(index)} of file ${file}` : `name ${name}`;

/** Ports that nobody has configured: each interface of the captures gets the next one. */
export class ByAppearance implements Assignment {
  readonly #sources: readonly CaptureSource[];
  readonly #ports: readonly ResolvedPort[];
  readonly #places = new Map<string, number>();
  readonly #rows = new InterfaceRows();

  /** `known`: keys of the interfaces that have the first ports. */
  constructor(sources: readonly CaptureSource[], ports: readonly ResolvedPort[], known: readonly string[]) {
    this.#sources = sources;
    this.#ports = ports;
    for (const key of known) this.#places.set(key, this.#places.size);
  }

  portOf(source: CaptureSource, frame: SourceFrame): Assigned | Refusal {
    const { interface: index, interfaceName: name } = frame.captured;
    const known = this.#rows.find(source, index);
    if (known) return known;
    const key = interfaceKey(this.#sources.indexOf(source), source, index, name);
    const place = this.#places.get(key) ?? this.#places.size;
    const port = this.#ports[place];
    if (!port)
      return new Refusal(
        `a frame of one of ${this.#ports.length} interfaces, as many as the bridge has ports (--ports)`,
        `one of ${describeInterface(index, name)}`,
      );
    this.#places.set(key, place);
    return this.#rows.add(source, frame, port, port.name === name ? "name" : "order");
  }

  interfacesOf(source: CaptureSource): CapturedInterfaceReport[] {
    return this.#rows.of(source);
  }

  stations(): StationReport[] {
    return [];
  }
}
