/** Random hosts: bridges, routers, and both in one, with the settings that change what happens to a packet. */
import { formatIp, formatMac } from "../../src/addresses.ts";
import { KNOBS } from "../../src/knobs.ts";
import type { BridgeConfig, BridgeMemberConfig, EngineConfig, InterfaceConfig, RouteConfig, VlanConfig } from "../../src/types.ts";
import type { Random } from "./random.ts";

export type Kind = "bridge" | "router" | "mixed";
export const KINDS: readonly Kind[] = ["bridge", "router", "mixed"];

/** What a test asks of its configurations beyond their kind. */
export interface Wishes {
  /** Default 1, the only number that the reference models in full. */
  cpus?: number;
  /** No port has an IP address. */
  silent?: boolean;
}

/** Address of interface n is 02:00:00:00:00:(n+1). */
export const interfaceMac = (n: number): bigint => 0x020000000001n + BigInt(n);
/** Bridge n is ...:e0 + n. */
export const bridgeMac = (n: number): bigint => 0x0200000000e0n + BigInt(n);
/** Host `host` on subnet `subnet` is 02:10:(subnet):(host). */
export const stationMac = (subnet: number, host: number): bigint => 0x021000000000n + BigInt(subnet * 256 + host);
/** Stations have the numbers 2 to 5 in the subnet 10.n.0.0, whose number 1 is ours. */
export const STATIONS = [2, 3, 4, 5] as const;
/** Stations of interface n, if that has no address, are in subnet FOREIGN + n, which is none of the host's. */
export const FOREIGN = 100;
export const hostOf = (subnet: number, host: number): number => ((10 << 24) | (subnet << 16) | host) >>> 0;

export function randomConfig(r: Random, kind: Kind, wishes: Wishes = {}): EngineConfig {
  const cpus = wishes.cpus ?? 1;
  const interfaces = Array.from({ length: r.from(2, 8) }, (_, n) => randomInterface(r, n, cpus));
  const vlans = r.percent(40) ? randomVlans(r, interfaces) : [];
  const bridges = kind === "router" ? [] : randomBridges(r, kind, interfaces, vlans);
  const config: EngineConfig = { cpus, mbufs: 600, seed: r.word(), interfaces, vlans, bridges, sysctl: randomKnobs(r, kind) };
  const speakers = wishes.silent ? [] : addressed(r, kind, config);
  config.routes = speakers.length > 0 ? randomRoutes(r, speakers) : [];
  config.arp = randomArp(r, config);
  config.handlers = { ip: { mpsafe: r.percent(25) }, arp: { mpsafe: r.percent(25) } };
  return config;
}

function randomInterface(r: Random, n: number, cpus: number): InterfaceConfig {
  const mtu = r.weighted([
    [6, 1500],
    [2, r.pick([68, 92, 296, 576])],
    [1, r.from(68, 2000)],
  ]);
  return {
    name: `p${n}`,
    mac: formatMac(interfaceMac(n)),
    mtu,
    receiveMtu: Math.max(mtu, r.pick([mtu, 1500, 3000])),
    cpu: r.below(cpus),
    up: !r.percent(4),
    monitor: r.percent(2),
    promisc: r.percent(8),
    noarp: r.percent(4),
    staticarp: r.percent(4),
    mpsafe: !r.percent(20),
    rss: r.percent(8),
    rxRing: r.pick([1, 3, 64]),
    txRing: r.pick([1, 2, 16, 256]),
    queue: 2000, // more than any frame of these tests can need: the reference has no queue
  };
}

function randomVlans(r: Random, interfaces: InterfaceConfig[]): VlanConfig[] {
  return Array.from({ length: r.from(1, 3) }, (_, n) => {
    const parent = r.pick(interfaces);
    return {
      name: `v${n}`,
      parent: parent.name,
      vid: 10 + n,
      up: !r.percent(4),
      ...(r.percent(30) ? { mtu: r.pick([68, 576, 1496]) } : {}),
    };
  });
}

function randomBridges(r: Random, kind: Kind, interfaces: InterfaceConfig[], vlans: VlanConfig[]): BridgeConfig[] {
  const all = r.shuffled([...interfaces, ...vlans].map(({ name }) => name));
  const free = kind === "bridge" ? all.length : r.from(1, Math.max(1, all.length - 1));
  const taken = all.slice(0, free);
  const count = taken.length >= 4 && r.percent(25) ? 2 : 1;
  return Array.from({ length: count }, (_, n) =>
    randomBridge(
      r,
      kind,
      n,
      taken.filter((_, i) => i % count === n),
    ),
  );
}

function randomBridge(r: Random, kind: Kind, n: number, names: string[]): BridgeConfig {
  const plain = r.percent(60);
  const members = names.map((name, i): BridgeMemberConfig => (plain ? { if: name } : randomMember(r, name, i > 1)));
  const legal = members.filter(({ span }) => !span).map((member) => member.if);
  const maxaddr = r.pick([1, 3, 8, 100, 100]);
  const entries = legal.length > 0 && r.percent(30) ? Math.min(maxaddr, r.from(1, 3)) : 0;
  const ownMac = kind === "mixed" || r.percent(40) ? { mac: formatMac(r.rarely(10, bridgeMac(n), [interfaceMac(0), interfaceMac(1)])) } : {};
  return {
    name: `b${n}`,
    ...ownMac,
    members,
    maxaddr,
    timeout: r.pick([0, 1, 7, 240, 1200]),
    static: Array.from({ length: entries }, (_, i) => ({ mac: formatMac(stationMac(r.below(8), 2 + i)), if: r.pick(legal) })).filter(firstOfMac),
    key: r.word(),
    mtu: r.rarely(20, 1500, [296, 576]),
    up: !r.percent(4),
    monitor: r.percent(2),
  };
}

const firstOfMac = <T extends { mac: string }>(entry: T, at: number, all: T[]): boolean => all.findIndex(({ mac }) => mac === entry.mac) === at;

function randomMember(r: Random, name: string, maySpan: boolean): BridgeMemberConfig {
  return {
    if: name,
    learning: !r.percent(20),
    discover: !r.percent(20),
    stp: r.rarely(35, "none", ["disabled", "listening", "learning", "forwarding", "blocking"]),
    span: maySpan && r.percent(20),
  };
}

interface Speaker {
  name: string;
  subnet: number;
}

/** Gives ports their addresses. Subnet n is 10.n.0.0; those that a port has got are answered. */
function addressed(r: Random, kind: Kind, config: EngineConfig): Speaker[] {
  const speakers: Speaker[] = [];
  const inBridge = new Set(config.bridges!.flatMap((bridge) => bridge.members.map((member) => member.if)));
  for (const port of [...config.interfaces, ...config.vlans!, ...config.bridges!]) {
    const likely = kind === "bridge" ? 10 : inBridge.has(port.name) ? 15 : 95;
    if (!r.percent(likely)) continue;
    port.ip = [];
    for (let count = r.pick([1, 1, 1, 2, 3]); count > 0; count--) {
      const subnet = speakers.length;
      port.ip.push(`${formatIp(hostOf(subnet, 1))}/${r.pick([8, 16, 24, 24, 24, 29, 30, 31, 32])}`);
      speakers.push({ name: port.name, subnet });
    }
  }
  return speakers;
}

/** Nested prefixes of 20.0.0.0/6 and others, by gateways and on link. */
function randomRoutes(r: Random, speakers: Speaker[]): RouteConfig[] {
  const routes = new Map<string, RouteConfig>();
  const add = (dst: string) => {
    const { name, subnet } = r.pick(speakers);
    const via = r.percent(80) ? { via: formatIp(hostOf(subnet, r.pick(STATIONS))) } : {};
    routes.set(dst, { dst, if: name, ...via });
  };
  if (r.percent(60)) add("default");
  for (const { subnet } of speakers) {
    if (r.percent(80)) add(`20.${subnet}.0.0/16`);
    if (r.percent(30)) add(`20.${subnet}.${r.below(4)}.0/24`);
    if (r.percent(20)) add(`20.${subnet}.0.${r.below(4) * 4}/30`);
    if (r.percent(20)) add(`20.${subnet}.0.${r.below(16)}/32`);
    if (r.percent(10)) add(`10.${subnet}.0.${r.pick(STATIONS)}/32`);
  }
  if (r.percent(20)) add("20.0.0.0/8");
  return [...routes.values()];
}

const subnetsOf = (port: { ip?: string[] }): number[] => (port.ip ?? []).map((own) => Number(own.split(".")[1]));

/** All stations of a host's subnets are known, or some. */
function randomArp(r: Random, config: EngineConfig): NonNullable<EngineConfig["arp"]> {
  const always = r.percent(50);
  return [...config.interfaces, ...config.vlans!, ...config.bridges!].flatMap((port) =>
    subnetsOf(port).flatMap((subnet) => STATIONS.filter(() => always || r.percent(25)).map((host) => arpEntry(port.name, subnet, host))),
  );
}

export const arpEntry = (port: string, subnet: number, host: number) => ({
  if: port,
  ip: formatIp(hostOf(subnet, host)),
  mac: formatMac(stationMac(subnet, host)),
});

/** Every knob stays as it is by default or takes another value that it may have; forwarding is on for all that route. */
function randomKnobs(r: Random, kind: Kind): Record<string, number> {
  const knobs: Record<string, number> = {};
  for (const { name, default: usual, unit } of Object.values(KNOBS)) if (unit === "switch" && r.percent(12)) knobs[name] = 1 - usual;
  knobs["net.inet.ip.forwarding"] = kind === "bridge" ? r.below(2) : r.rarely(5, 1, [0]);
  knobs["net.inet.ip.fastforwarding"] = r.below(2);
  knobs["net.inet.ip.sourceroute"] = r.below(2);
  knobs["net.netisr.mpsafe_thread"] = r.pick([0, 1, 1, 2, 3]);
  knobs["net.netisr.mpsafe_lazy"] = r.below(2);
  for (const transport of ["tcp", "udp"]) if (r.percent(20)) knobs[`net.inet.${transport}.mpsafe_thread`] = r.pick([-1, 0, 1, 2]);
  knobs["net.inet.icmp.icmplim"] = r.pick([200, 200, 0, 1, 3]);
  knobs["net.inet.icmp.error_tos"] = r.rarely(10, 0, [0xc0]);
  knobs["net.link.ether.inet.max_age"] = r.pick([1200, 1200, 3, 20]);
  knobs["net.link.ether.inet.prune_intvl"] = r.pick([300, 300, 1, 7]);
  knobs["net.link.ether.inet.host_down_time"] = r.pick([20, 20, 1]);
  knobs["net.link.ether.inet.maxtries"] = r.pick([5, 5, 1, 2]);
  knobs["net.link.bridge.prune_intvl"] = r.pick([300, 1, 7]);
  return knobs;
}
