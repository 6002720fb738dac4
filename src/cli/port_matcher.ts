import type { CapturedInterfaceReport, MatchedBy } from "../report/index.ts";
import type { ResolvedPort } from "../types.ts";

/** Connects the interfaces of one capture with those of the configuration, as their first frames come. */
export class PortMatcher {
  readonly #ports: readonly ResolvedPort[];
  readonly #told: ResolvedPort | undefined;
  readonly #matched = new Map<number, CapturedInterfaceReport & { portIndex: number }>();

  /** `told`: the port that the argument named, for all interfaces of the file. */
  constructor(ports: readonly ResolvedPort[], told?: ResolvedPort) {
    this.#ports = ports.filter(({ kind }) => kind === "interface");
    this.#told = told;
  }

  /** Index of the port, or what is wrong. */
  portOf(index: number, name: string | undefined): number | { expected: string; found: string } {
    const known = this.#matched.get(index);
    if (known) return known.portIndex;
    const [port, matchedBy] = this.#find(index, name);
    if (!port) {
      const ports = this.#ports.map((candidate) => candidate.name).join(", ");
      const shown = name === undefined ? `interface ${index}, which has no name` : `interface ${index}, ${JSON.stringify(name)}`;
      return { expected: `a frame of an interface that has a port (${ports}: by name, or by place in the list)`, found: `one of ${shown}` };
    }
    this.#matched.set(index, { index, name: name ?? null, port: port.name, matchedBy, frames: 0, bytes: 0, portIndex: port.index });
    return port.index;
  }

  count(index: number, bytes: number): void {
    const matched = this.#matched.get(index)!;
    matched.frames++;
    matched.bytes += bytes;
  }

  report(): CapturedInterfaceReport[] {
    const rows = [...this.#matched.values()].sort((a, b) => a.index - b.index);
    return rows.map(({ portIndex: _, ...row }) => row);
  }

  #find(index: number, name: string | undefined): [ResolvedPort | undefined, MatchedBy] {
    if (this.#told) return [this.#told, "argument"];
    const named = this.#ports.find((port) => port.name === name);
    return named ? [named, "name"] : [this.#ports[index], "order"];
  }
}

/** Splits `em0=FILE`. A part before "=" that is no interface belongs to the file's name. */
export const splitCapture = (argument: string, ports: readonly ResolvedPort[]): { file: string; told?: ResolvedPort } => {
  const at = argument.indexOf("=");
  const told = ports.find(({ kind, name }) => kind === "interface" && name === argument.slice(0, Math.max(0, at)));
  return told ? { file: argument.slice(at + 1), told } : { file: argument };
};
