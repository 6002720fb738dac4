/** What a configuration looks like, entry by entry: keys, kinds, ranges and defaults. What entries say about each other is checked afterwards. */
import { MAX_CPUS, MAX_PORTS } from "../../assembly/abi.ts";
import { KNOBS, knobInfo } from "../knobs.ts";
import type { ProtocolName } from "../types.ts";
import { destination, flag, hostIp, integer, oneOf, ownAddress, portName, portReference, stationMac } from "./leaves.ts";
import { group, type Leaf, lazy, list, type Optional, type Output, optional } from "./schema.ts";
import { virtualShape } from "./virtual_shape.ts";

export const MAX_ROUTES = 1_000_000;
export const MAX_ARP = 65_536;
const MAX_ADDRESSES_OF_PORT = 256;
const MAX_BRIDGE_ADDRESSES = 1_048_576;
export const MIN_MTU = 68; // RFC 791 section 3.2
export const MAX_IP_PACKET = 65_535;
const UINT32 = 0xffff_ffff;
const DEFAULT_MTU = 1500;
/** Longest time in seconds that a knob can give as well. */
const MAX_SECONDS = 1_000_000;

/** A frame with the largest IP packet, Ethernet header and tags must fit, with room for what is noted about it. */
const MIN_FRAME_BYTES = 69_632;
const MAX_FRAME_BYTES = 2 ** 30;
const frameBytes = optional(integer(MIN_FRAME_BYTES, MAX_FRAME_BYTES, " bytes (one frame of the largest size must fit)"), 131_072);

const mtu = integer(MIN_MTU, MAX_IP_PACKET);
const addresses = optional(list(ownAddress, MAX_ADDRESSES_OF_PORT), []);
const off = optional(flag, false);
const on = optional(flag, true);

const interfaceShape = group({
  name: portName,
  mac: stationMac,
  ip: addresses,
  mtu: optional(mtu, DEFAULT_MTU),
  receiveMtu: optional(mtu),
  cpu: optional(integer(0, MAX_CPUS - 1), 0),
  promisc: off,
  mpsafe: on,
  rss: off,
  up: on,
  monitor: off,
  noarp: off,
  staticarp: off,
  rxRing: optional(integer(1, 4096), 64),
  txRing: optional(integer(1, 4096), 256),
  queue: optional(integer(1, 65_535), 50),
});

const memberShape = group({
  if: portReference,
  learning: on,
  discover: on,
  stp: optional(oneOf(["none", "disabled", "listening", "learning", "forwarding", "blocking"]), "none"),
  span: off,
});

const bridgeShape = group({
  name: portName,
  mac: optional(stationMac),
  ip: addresses,
  mtu: optional(mtu, DEFAULT_MTU),
  members: list(memberShape, MAX_PORTS),
  maxaddr: optional(integer(1, MAX_BRIDGE_ADDRESSES), 100),
  timeout: optional(integer(0, MAX_SECONDS, " seconds"), 1200),
  static: optional(list(group({ mac: stationMac, if: portReference }), MAX_BRIDGE_ADDRESSES), []),
  key: optional(integer(0, UINT32), 0),
  up: on,
  monitor: off,
});

const vlanShape = group({
  name: portName,
  parent: portReference,
  vid: integer(1, 4094),
  ip: addresses,
  mtu: optional(mtu),
  up: on,
});

const routeShape = group({ dst: destination, via: optional(hostIp), if: optional(portReference) });
const arpShape = group({ if: portReference, ip: hostIp, mac: stationMac });

type KnobEntries = Record<string, Optional<Leaf<number>, number>>;
const knobShape = group(
  Object.fromEntries(Object.values(KNOBS).map((knob) => [knob.name, optional(integer(knob.min, knob.max), knob.default)])) as KnobEntries,
  (key) => {
    const knob = knobInfo(key);
    return knob && integer(knob.min, knob.max);
  },
);

const handler = optional(group({ mpsafe: off }), {});
const handlerShape = group({
  ip: handler,
  arp: handler,
  ipv6: handler,
  ipx: handler,
  ns: handler,
  aarp: handler,
  atalk1: handler,
  atalk2: handler,
  mpls: handler,
} satisfies Record<ProtocolName, typeof handler>);

const limitsShape = group({
  routes: optional(integer(1, MAX_ROUTES)),
  arp: optional(integer(16, MAX_ARP)),
  input: frameBytes,
  output: frameBytes,
});

export const configShape = group({
  cpus: optional(integer(1, MAX_CPUS), 1),
  mbufs: optional(integer(16, 1_048_576), 2048),
  seed: optional(integer(0, UINT32), 1),
  interfaces: list(interfaceShape, MAX_PORTS),
  bridges: optional(list(bridgeShape, MAX_PORTS), []),
  vlans: optional(list(vlanShape, MAX_PORTS), []),
  routes: optional(list(routeShape, MAX_ROUTES), []),
  arp: optional(list(arpShape, MAX_ARP), []),
  sysctl: optional(knobShape, {}),
  handlers: optional(handlerShape, {}),
  limits: optional(limitsShape, {}),
  virtual: optional(lazy(virtualShape)),
});

/** A configuration of the right shape: addresses are numbers, and defaults that need no other entry are filled in. */
export type Shape = Output<typeof configShape>;
export type InterfaceShape = Shape["interfaces"][number];
export type BridgeShape = Shape["bridges"][number];
export type VlanShape = Shape["vlans"][number];
export type RouteShape = Shape["routes"][number];
export type ArpShape = Shape["arp"][number];
export type MemberShape = BridgeShape["members"][number];
export type StaticShape = BridgeShape["static"][number];
