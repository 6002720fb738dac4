/** Which port receives a frame. */
import type { CapturedInterfaceReport, StationReport } from "../../report/index.ts";
import type { ResolvedPort } from "../../types.ts";
import type { CaptureSource, SourceFrame } from "../input/capture_source.ts";

export const ASSIGN_MODES = ["interface", "source-mac", "file"] as const;
export type AssignMode = (typeof ASSIGN_MODES)[number];

/** A port that receives, and what it has received. */
export interface Assigned {
  /** Index in the configuration. */
  port: number;
  frames: number;
  bytes: number;
}

/** Why a frame has no port. */
export class Refusal {
  readonly expected: string;
  readonly found: string;

  constructor(expected: string, found: string) {
    this.expected = expected;
    this.found = found;
  }
}

export interface Assignment {
  /** Frames must be asked for in the order in which they are received: it may decide. */
  portOf(source: CaptureSource, frame: SourceFrame): Assigned | Refusal;
  /** The interfaces of a capture of which frames were received. */
  interfacesOf(source: CaptureSource): CapturedInterfaceReport[];
  /** Source addresses and their ports, in the order of their appearance; empty if they do not decide. */
  stations(): StationReport[];
}

/** Names in a message. */
const MOST_NAMES = 8;

/** "2 interfaces (em0, em1)" */
export const describePorts = (ports: readonly ResolvedPort[]): string => {
  const names = ports.slice(0, MOST_NAMES).map(({ name }) => name);
  if (ports.length > MOST_NAMES) names.push("...");
  return `${ports.length} ${ports.length === 1 ? "interface" : "interfaces"} (${names.join(", ")})`;
};

/** "interface 1, "eth0"" */
export const describeInterface = (index: number, name: string | undefined): string =>
  name === undefined ? `interface ${index}, which has no name` : `interface ${index}, ${JSON.stringify(name)}`;

/** Rows of a report, one per interface of each capture. */
export class InterfaceRows {
  readonly #rows = new Map<CaptureSource, (Assigned & { row: CapturedInterfaceReport })[]>();

  /** The row of an interface, if it was added. */
  find(source: CaptureSource, index: number): Assigned | undefined {
    return this.#rows.get(source)?.[index];
  }

  add(source: CaptureSource, { captured }: SourceFrame, port: ResolvedPort, matchedBy: CapturedInterfaceReport["matchedBy"]): Assigned {
    const { interface: index, interfaceName: name } = captured;
    const row = { index, name: name ?? null, port: port.name, matchedBy, frames: 0, bytes: 0 };
    const assigned = { port: port.index, frames: 0, bytes: 0, row };
    const rows = this.#rows.get(source) ?? [];
    rows[index] = assigned;
    this.#rows.set(source, rows);
    return assigned;
  }

  of(source: CaptureSource): CapturedInterfaceReport[] {
    const rows = (this.#rows.get(source) ?? []).filter((row) => row !== undefined);
    return rows.map(({ row, frames, bytes }) => ({ ...row, frames, bytes }));
  }
}
