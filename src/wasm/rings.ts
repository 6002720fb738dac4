/** Receive rings of interfaces that have several: numbered behind the ports, since the engine keeps a record like theirs of each. */
import type { ResolvedConfig } from "../types.ts";
import { type EngineExports, isVirtual } from "./exports.ts";

export interface Ring {
  /** Number of its record. */
  port: number;
  /** Index of its interface. */
  parent: number;
  /** "em0.2": the interface's third ring. */
  name: string;
  cpu: number;
  slots: number;
}

/** Of a configuration that runs on the virtual machine. */
const ringsOf = ({ ports, virtual }: ResolvedConfig): Ring[] => {
  const all = (virtual?.wires ?? []).flatMap(({ port: parent, rings }) => rings.map((cpu, ring) => ({ parent, cpu, ring })));
  return all.map(({ parent, cpu, ring }, index) => {
    const { name, rxRing } = ports[parent]!;
    return { port: ports.length + index, parent, name: `${name}.${ring}`, cpu, slots: rxRing };
  });
};

/** Those that an engine has: without time there is one ring per interface. */
export const engineRings = (exports: EngineExports, config: ResolvedConfig): Ring[] => (isVirtual(exports) ? ringsOf(config) : []);

/** Names of all records: ports, then rings. */
export const recordNames = (exports: EngineExports, config: ResolvedConfig): string[] => [
  ...config.ports.map(({ name }) => name),
  ...engineRings(exports, config).map(({ name }) => name),
];

/** Gives the interfaces their rings. `rxFirst`: the first slot that no interface has. */
export const attachRings = (exports: EngineExports, config: ResolvedConfig): void => {
  let rxFirst = config.ports.reduce((slots, port) => slots + (port.kind === "interface" ? port.rxRing : 0), 0);
  for (const { port, parent, cpu, slots } of ringsOf(config)) {
    exports.attachRing(port, parent, cpu, rxFirst, slots);
    rxFirst += slots;
  }
};
