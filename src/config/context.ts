/** What the entries of a configuration need to know about each other: the ports by name, our own addresses, our own subnets. */
import { maskOf, subnetOf } from "../addresses.ts";
import { knownWord } from "../suggest.ts";
import type { Ip, IpPrefix, ResolvedPort } from "../types.ts";
import { type Path, refuse } from "./path.ts";
import type { BridgeShape, InterfaceShape, Shape, VlanShape } from "./shape.ts";

export type PortShape = InterfaceShape | VlanShape | BridgeShape;

export interface NamedPort {
  index: number;
  kind: ResolvedPort["kind"];
  name: string;
  shape: PortShape;
}

export interface Context {
  shape: Shape;
  /** In the order of the document; of two ports with one name, the first. */
  ports: ReadonlyMap<string, NamedPort>;
  /** Place of every interface, vlan and bridge in the document, from 0. */
  ordinals: ReadonlyMap<PortShape, number>;
  /** Who has an address first in the document, and the how many-th of its addresses that is. */
  ownAddresses: ReadonlyMap<Ip, { port: PortShape; nth: number }>;
  /** Our own subnets by `prefixKey`; of two ports in one subnet, the one of the lower index. */
  subnets: ReadonlyMap<number, NamedPort>;
  /** Prefix lengths that occur in `subnets`, longest first. */
  lengths: readonly number[];
  /** Own addresses of all ports together; each has a route to its subnet. */
  addressCount: number;
}

/** One number for a prefix, whose host bits are 0. */
export const prefixKey = ({ address, length }: IpPrefix): number => address * 64 + length;

const KIND_OF = { interfaces: "interface", vlans: "vlan", bridges: "bridge" } as const;
type PortSection = keyof typeof KIND_OF;

const isPortSection = (key: string): key is PortSection => Object.hasOwn(KIND_OF, key);

export const gather = (shape: Shape): Context => {
  const firstOf = { interfaces: 0, vlans: shape.interfaces.length, bridges: shape.interfaces.length + shape.vlans.length };
  const ports = new Map<string, NamedPort>();
  const ordinals = new Map<PortShape, number>();
  const ownAddresses = new Map<Ip, { port: PortShape; nth: number }>();
  for (const section of Object.keys(shape).filter(isPortSection))
    for (const [i, port] of shape[section].entries()) {
      ordinals.set(port, ordinals.size);
      if (!ports.has(port.name)) ports.set(port.name, { index: firstOf[section] + i, kind: KIND_OF[section], name: port.name, shape: port });
      for (const [nth, { address }] of port.ip.entries()) if (!ownAddresses.has(address)) ownAddresses.set(address, { port, nth });
    }
  const subnets = gatherSubnets(ports);
  const lengths = [...new Set(Array.from(subnets.keys(), (key) => key % 64))].sort((a, b) => b - a);
  const addressCount = [...ordinals.keys()].reduce((sum, port) => sum + port.ip.length, 0);
  return { shape, ports, ordinals, ownAddresses, subnets, lengths, addressCount };
};

const gatherSubnets = (ports: ReadonlyMap<string, NamedPort>): Map<number, NamedPort> => {
  const subnets = new Map<number, NamedPort>();
  for (const port of [...ports.values()].sort((a, b) => a.index - b.index))
    for (const prefix of port.shape.ip) {
      const key = prefixKey(subnetOf(prefix));
      if (!subnets.has(key)) subnets.set(key, port);
    }
  return subnets;
};

/** The port with the smallest subnet that the address lies in. */
export const portTowards = ({ subnets, lengths }: Context, ip: Ip): NamedPort | undefined => {
  for (const length of lengths) {
    const port = subnets.get(prefixKey({ address: (ip & maskOf(length)) >>> 0, length }));
    if (port !== undefined) return port;
  }
  return undefined;
};

export const ANY_KIND = ["interface", "vlan", "bridge"] as const;

export const withArticle = (words: string): string => `${/^[aeiou]/.test(words) ? "an" : "a"} ${words}`;

/** The port of that name, which must be of one of the kinds. */
export const portNamed = (context: Context, name: string, kinds: readonly NamedPort["kind"][], path: Path): NamedPort => {
  const port = context.ports.get(name);
  if (port !== undefined && kinds.includes(port.kind)) return port;
  const wanted = `the name of ${withArticle(kinds.join(", ").replace(/, ([a-z]+)$/, " or $1"))}`;
  if (port !== undefined) refuse(path, `${wanted}, not of ${withArticle(port.kind)}`, name);
  const legal = [...context.ports.values()].filter(({ kind }) => kinds.includes(kind)).map((known) => known.name);
  return refuse(path, knownWord(wanted, name, legal), name);
};
