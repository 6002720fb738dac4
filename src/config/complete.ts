/** Builds the resolved configuration from a checked one: names become indices, and what others decide is filled in. */
import { NO_PORT } from "../../assembly/abi.ts";
import type { ResolvedBridge, ResolvedConfig, ResolvedPort, ResolvedRoute } from "../types.ts";
import { routesNeeded } from "./check_routes.ts";
import { completeVirtual } from "./complete_virtual.ts";
import { type Context, portTowards } from "./context.ts";
import { type BridgeShape, type InterfaceShape, MAX_ARP, MAX_ROUTES, type RouteShape, type VlanShape } from "./shape.ts";

export const complete = (context: Context): ResolvedConfig => {
  const { cpus, mbufs, seed, bridges, routes, arp, sysctl, handlers, virtual } = context.shape;
  const indexOf = (name: string) => context.ports.get(name)!.index;
  const ports = completePorts(context);
  return {
    cpus,
    mbufs,
    seed,
    ports,
    bridges: bridges.map((bridge) => completeBridge(bridge, indexOf)),
    routes: routes.map((route) => completeRoute(route, context)),
    arp: arp.map((entry) => ({ port: indexOf(entry.if), ip: entry.ip, mac: entry.mac })),
    sysctl,
    handlers,
    limits: completeLimits(context),
    ...(virtual && { virtual: completeVirtual(virtual, cpus, ports, new Set(bridges.flatMap(({ members }) => members.map((member) => member.if)))) }),
  };
};

const completePorts = ({ shape, ports }: Context): ResolvedPort[] => {
  const interfaces = shape.interfaces.map(interfacePort);
  const vlans = shape.vlans.map((vlan, i) => vlanPort(vlan, interfaces.length + i, interfaces[ports.get(vlan.parent)!.index]!));
  const bridges = shape.bridges.map((bridge, i) => bridgePort(bridge, interfaces.length + vlans.length + i));
  return [...interfaces, ...vlans, ...bridges];
};

const interfacePort = (given: InterfaceShape, index: number): ResolvedPort => ({
  ...given,
  index,
  kind: "interface",
  receiveMtu: given.receiveMtu ?? given.mtu,
  parent: NO_PORT,
  vid: 0,
});

/** What a vlan has no key for is as on its parent, except IFF_MONITOR: a monitoring parent hands nothing on anyway. */
const vlanPort = (given: VlanShape, index: number, parent: ResolvedPort): ResolvedPort => {
  const mtu = given.mtu ?? parent.mtu;
  return {
    ...parent,
    index,
    kind: "vlan",
    name: given.name,
    ip: given.ip,
    mtu,
    receiveMtu: Math.max(mtu, parent.receiveMtu),
    up: given.up,
    monitor: false,
    parent: parent.index,
    vid: given.vid,
  };
};

/** A bridge has no ring and no interrupt of its own. The values for those are an interface's defaults. */
const bridgePort = ({ name, mac, ip, mtu, up, monitor }: BridgeShape, index: number): ResolvedPort => ({
  index,
  kind: "bridge",
  name,
  mac: mac ?? 0n,
  ip,
  mtu,
  receiveMtu: mtu,
  cpu: 0,
  promisc: false,
  mpsafe: true,
  rss: false,
  up,
  monitor,
  noarp: false,
  staticarp: false,
  rxRing: 64,
  txRing: 256,
  queue: 50,
  parent: NO_PORT,
  vid: 0,
});

const completeBridge = (given: BridgeShape, indexOf: (name: string) => number): ResolvedBridge => ({
  port: indexOf(given.name),
  members: given.members.map(({ if: name, ...flags }) => ({ port: indexOf(name), ...flags })),
  maxaddr: given.maxaddr,
  timeout: given.timeout,
  static: given.static.map(({ mac, if: name }) => ({ mac, port: indexOf(name) })),
  key: given.key,
});

const completeRoute = ({ dst, via, if: name }: RouteShape, context: Context): ResolvedRoute => {
  const port = name === undefined ? portTowards(context, via!)! : context.ports.get(name)!;
  return { dst, via, port: port.index };
};

/** For 1 to 2^31. */
const powerOfTwoFrom = (n: number): number => 2 ** (32 - Math.clz32(n - 1));

const completeLimits = (context: Context): ResolvedConfig["limits"] => {
  const { limits, arp } = context.shape;
  const needed = routesNeeded(context);
  const speaksIp = needed > 0 || arp.length > 0;
  return {
    routes: limits.routes ?? (speaksIp ? Math.min(MAX_ROUTES, Math.max(1024, needed + 16)) : 16),
    // A power of two, as the table is hashed; so is its maximum.
    arp: powerOfTwoFrom(limits.arp ?? (speaksIp ? Math.min(MAX_ARP, Math.max(512, arp.length + 64)) : 16)),
    input: limits.input,
    output: limits.output,
  };
};
