import { BstpState, IFBIF_DISCOVER, IFBIF_LEARNING, IFBIF_SPAN, IFBIF_STP, Isr, type Knob, RTF_GATEWAY } from "../../assembly/abi.ts";
import { formatPrefix, subnetOf } from "../addresses.ts";
import { EngineError } from "../errors.ts";
import { KNOB_BY_NAME, KNOBS, pollingKnobOf } from "../knobs.ts";
import type { Mac, ProtocolName, ResolvedConfig, ResolvedMember, ResolvedRoute, StpState } from "../types.ts";
import type { EngineExports } from "./exports.ts";
import { flagsOf } from "./regions.ts";

/** An address as the engine has it: as loaded from the wire on a little-endian machine, first byte lowest. Its own inverse. */
export const macToWire = (mac: Mac): bigint => {
  let wire = 0n;
  for (let rest = mac, i = 0; i < 6; i++, rest >>= 8n) wire = (wire << 8n) | (rest & 0xffn);
  return wire;
};

/** netisr numbers by the names that configurations use. */
export const ISR_BY_NAME: Record<ProtocolName, Isr> = {
  ip: Isr.Ip,
  arp: Isr.Arp,
  ipv6: Isr.Ipv6,
  ipx: Isr.Ipx,
  ns: Isr.Ns,
  aarp: Isr.Aarp,
  atalk1: Isr.Atalk1,
  atalk2: Isr.Atalk2,
  mpls: Isr.Mpls,
};

const STP_STATES: Record<StpState, BstpState> = {
  none: BstpState.Forwarding,
  disabled: BstpState.Disabled,
  listening: BstpState.Listening,
  learning: BstpState.Learning,
  forwarding: BstpState.Forwarding,
  blocking: BstpState.Blocking,
};

/** Flags and state of a member as the engine keeps them. */
const memberFlags = (member: ResolvedMember): { flags: number; state: number } => ({
  flags:
    (member.learning ? IFBIF_LEARNING : 0) |
    (member.discover ? IFBIF_DISCOVER : 0) |
    (member.stp === "none" ? 0 : IFBIF_STP) |
    (member.span ? IFBIF_SPAN : 0),
  state: STP_STATES[member.stp],
});

/** Gives the engine the value of a knob. `single`: only if it is a knob of one CPU. */
export const writeSysctl = (exports: EngineExports, name: string, value: number, single = false): void => {
  const one = pollingKnobOf(name);
  if (one) exports.setPollSysctl(one.cpu, KNOB_BY_NAME.get(one.all)!, value);
  else if (!single) exports.setSysctl(KNOB_BY_NAME.get(name)!, value);
};

/** Puts a whole configuration into an engine that has just booted. */
export const attachAll = (exports: EngineExports, config: ResolvedConfig): void => {
  for (const [knob, info] of Object.entries(KNOBS)) exports.setSysctl(Number(knob) as Knob, config.sysctl[info.name]!);
  for (const [name, value] of Object.entries(config.sysctl)) writeSysctl(exports, name, value, true);
  attachPorts(exports, config);
  attachBridges(exports, config);
  attachAddresses(exports, config);
  for (const route of config.routes) addRoute(exports, route);
  for (const entry of config.arp) {
    if (!exports.arpStatic(entry.port, entry.ip, macToWire(entry.mac))) throw new EngineError("arp: the table is full; raise limits.arp");
  }
  for (const [name, handler] of Object.entries(config.handlers)) exports.attachProtocol(ISR_BY_NAME[name as ProtocolName], handler.mpsafe ? 1 : 0, 0);
};

const attachPorts = (exports: EngineExports, config: ResolvedConfig): void => {
  let rxFirst = 0;
  for (const port of config.ports) {
    const flags = flagsOf(port, config);
    if (port.kind === "vlan") exports.attachVlan(port.index, port.parent, port.vid, port.mtu, flags);
    if (port.kind !== "interface") continue;
    const { index, mtu, receiveMtu, cpu, rxRing, txRing, queue } = port;
    exports.attachInterface(index, macToWire(port.mac), mtu, receiveMtu, cpu, flags, rxFirst, rxRing, txRing, queue);
    rxFirst += port.rxRing;
  }
};

const attachBridges = (exports: EngineExports, config: ResolvedConfig): void => {
  let firstMember = 0;
  let firstEntry = 0;
  for (const [number, bridge] of config.bridges.entries()) {
    const port = config.ports[bridge.port]!;
    const { maxaddr, timeout, key, members } = bridge;
    exports.attachBridge(bridge.port, number, macToWire(port.mac), port.mtu, flagsOf(port, config), maxaddr, timeout, key, firstMember, firstEntry);
    for (const member of members) {
      const { flags, state } = memberFlags(member);
      exports.attachMember(number, member.port, flags, state);
    }
    for (const entry of bridge.static) {
      if (!exports.bridgeAddStatic(number, macToWire(entry.mac), entry.port))
        throw new EngineError(`bridge ${port.name}: more static addresses than maxaddr`);
    }
    firstMember += members.length;
    firstEntry += maxaddr;
  }
};

/** Addresses, and the routes to their subnets: of two ports in one subnet the first gets it. */
const attachAddresses = (exports: EngineExports, config: ResolvedConfig): void => {
  let index = 0;
  const connected = new Set<string>();
  for (const port of config.ports)
    for (const { address, length } of port.ip) {
      exports.attachAddress(port.index, index++, address, length);
      const dst = subnetOf({ address, length });
      if (!connected.has(formatPrefix(dst))) addRoute(exports, { dst, via: undefined, port: port.index });
      connected.add(formatPrefix(dst));
    }
};

/** Adds or replaces a route. */
export const addRoute = (exports: EngineExports, route: ResolvedRoute): void => {
  const { dst, via, port } = route;
  if (!exports.rtadd(dst.address, dst.length, via ?? 0, via === undefined ? 0 : RTF_GATEWAY, port))
    throw new EngineError("routes: the table is full; raise limits.routes");
};
