import type { CapturedInterfaceReport, MatchedBy, StationReport } from "../../report/index.ts";
import type { ResolvedPort } from "../../types.ts";
import type { CaptureSource, SourceFrame } from "../input/capture_source.ts";
import { type Assigned, type Assignment, describeInterface, describePorts, InterfaceRows, Refusal } from "./assignment.ts";

/** A capture's interface receives by the port of the same name; if there is none, by the one in the same place of the list; or where the argument says. */
export class ByInterface implements Assignment {
  readonly #ports: readonly ResolvedPort[];
  readonly #told: ReadonlyMap<CaptureSource, ResolvedPort>;
  readonly #rows = new InterfaceRows();

  /** `told`: the ports that arguments named, for all interfaces of their files. */
  constructor(ports: readonly ResolvedPort[], told: ReadonlyMap<CaptureSource, ResolvedPort>) {
    this.#ports = ports;
    this.#told = told;
  }

  portOf(source: CaptureSource, frame: SourceFrame): Assigned | Refusal {
    const { interface: index, interfaceName: name } = frame.captured;
    const known = this.#rows.find(source, index);
    if (known) return known;
    const [port, matchedBy] = this.#find(source, index, name);
    if (port) return this.#rows.add(source, frame, port, matchedBy);
    return new Refusal(
      `a frame of an interface that has a port, by name or by place in the list of ${describePorts(this.#ports)}`,
      `one of ${describeInterface(index, name)}`,
    );
  }

  interfacesOf(source: CaptureSource): CapturedInterfaceReport[] {
    return this.#rows.of(source);
  }

  stations(): StationReport[] {
    return [];
  }

  #find(source: CaptureSource, index: number, name: string | undefined): [ResolvedPort | undefined, MatchedBy] {
    const told = this.#told.get(source);
    if (told) return [told, "argument"];
    const named = this.#ports.find((port) => port.name === name);
    return named ? [named, "name"] : [this.#ports[source.placeOf(index)], "order"];
  }
}
