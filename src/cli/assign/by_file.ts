import type { CapturedInterfaceReport, StationReport } from "../../report/index.ts";
import type { ResolvedPort } from "../../types.ts";
import { Exit, Failure } from "../exit.ts";
import type { CaptureSource, SourceFrame } from "../input/capture_source.ts";
import { type Assigned, type Assignment, describePorts, InterfaceRows } from "./assignment.ts";

/** Each capture has a port: the one that its argument named, else the next that no argument named. */
export class ByFile implements Assignment {
  readonly #ports: ReadonlyMap<CaptureSource, ResolvedPort>;
  readonly #told: ReadonlyMap<CaptureSource, ResolvedPort>;
  readonly #rows = new InterfaceRows();

  /** @throws Failure if there are more files than ports */
  constructor(sources: readonly CaptureSource[], ports: readonly ResolvedPort[], told: ReadonlyMap<CaptureSource, ResolvedPort>) {
    const named = new Set(told.values());
    const free = ports.filter((port) => !named.has(port)).values();
    this.#told = told;
    this.#ports = new Map(sources.map((source) => [source, told.get(source) ?? nextOf(free, source, sources.length, ports)]));
  }

  portOf(source: CaptureSource, frame: SourceFrame): Assigned {
    const known = this.#rows.find(source, frame.captured.interface);
    return known ?? this.#rows.add(source, frame, this.#ports.get(source)!, this.#told.has(source) ? "argument" : "file");
  }

  interfacesOf(source: CaptureSource): CapturedInterfaceReport[] {
    return this.#rows.of(source);
  }

  stations(): StationReport[] {
    return [];
  }
}

const nextOf = (free: Iterator<ResolvedPort>, { file }: CaptureSource, files: number, ports: readonly ResolvedPort[]): ResolvedPort => {
  const { value, done } = free.next();
  if (done) throw new Failure(Exit.Usage, `${file}: byte 0: expected a port for each of ${files} files, but found only ${describePorts(ports)}`);
  return value;
};
