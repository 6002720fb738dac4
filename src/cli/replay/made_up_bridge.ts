/** The system of `--as bridge`: ports that nobody has configured, joined by one bridge. */
import type { EngineConfig } from "../../types.ts";
import { MAX_BRIDGED } from "../arguments.ts";
import type { AssignMode } from "../assign/index.ts";
import { interfaceKey } from "../assign/index.ts";
import type { CaptureSource } from "../input/capture_source.ts";

/** What messages call it. */
export const MADE_UP = "--as bridge";

/** A bridge with one port has nobody to send to. */
const LEAST_PORTS = 2;
/**
 * Ports if nobody says how many. A pipe does not tell beforehand what will come, and a file must not give other bytes than the same file by a pipe. Each
 * port costs memory, and the bridge compares frames of stations that it does not know with the address of every port.
 */
const PORTS: Record<AssignMode, number> = { interface: 16, "source-mac": 64, file: LEAST_PORTS };
/** Receive ring, transmit ring. */
const RINGS = [32, 64] as const;
/** As many as a small switch has. The kernel's own limit of 100 would turn a capture of any size into a flood. */
const MAX_ADDRESSES = 8_192;
/** Locally administered; "neti", then the number of the port. */
const MAC_PREFIX = "02:6e:65:74:69:";

const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,14}$/;
const BRIDGE = "bridge0";

export interface Interfaces {
  /** Keys of the interfaces that the captures describe before their first frames, in the order of the arguments. */
  keys: string[];
  /** Names of the ports that they get: the interface's, if a port can be called so. */
  names: string[];
}

export const interfacesOf = (sources: readonly CaptureSource[]): Interfaces => {
  const names = new Map<string, string>();
  const taken = new Set([BRIDGE]);
  const captured = new Set(sources.flatMap((source) => source.interfaces.map(({ name }) => name ?? "")));
  for (const [file, source] of sources.entries())
    for (const { index, name } of source.interfaces) {
      // A file can describe far more interfaces than a bridge has ports.
      if (names.size === MAX_BRIDGED) break;
      const key = interfaceKey(file, source, index, name);
      if (names.has(key)) continue;
      const usable = name !== undefined && NAME.test(name) && !taken.has(name);
      const given = usable ? name : freeName(names.size, new Set([...taken, ...captured]));
      taken.add(given);
      names.set(key, given);
    }
  return { keys: [...names.keys()], names: [...names.values()] };
};

/** How many ports the bridge has, and how many of them are plugged in from the start; the others are when their first frame comes. */
export const portsFor = (mode: AssignMode, asked: number | undefined, files: number, interfaces: number): { ports: number; plugged: number } => {
  const needed = mode === "file" ? files : mode === "interface" ? interfaces : 0;
  const ports = asked ?? Math.min(MAX_BRIDGED, Math.max(PORTS[mode], needed));
  return { ports, plugged: Math.min(ports, Math.max(LEAST_PORTS, needed)) };
};

/** `names`: of the first ports. `mtu`: of all of them; undefined: that of Ethernet. */
export const madeUpBridge = (names: readonly string[], ports: number, plugged: number, mtu: number | undefined): EngineConfig => {
  const [rxRing, txRing] = RINGS;
  const taken = new Set([BRIDGE, ...names]);
  const all = Array.from({ length: ports }, (_, i) => {
    const name = names[i] ?? freeName(i, taken);
    taken.add(name);
    return name;
  });
  const own = mtu === undefined ? {} : { mtu };
  return {
    interfaces: all.map((name, i) => ({ name, mac: MAC_PREFIX + i.toString(16).padStart(2, "0"), rxRing, txRing, up: i < plugged, ...own })),
    bridges: [{ name: BRIDGE, maxaddr: MAX_ADDRESSES, members: all.map((name) => ({ if: name })), ...own }],
    // Like a switch it passes what a router would refuse: double tags, malformed IP.
    sysctl: { "net.link.bridge.transparent": 1 },
  };
};

/** "p3" for the fourth port, or the next such name. */
const freeName = (place: number, taken: ReadonlySet<string>): string => {
  let n = place;
  while (taken.has(`p${n}`)) n++;
  return `p${n}`;
};
