/** The flow cache: ipflow_fastforward, creation, ageing. After sys/netinet/ip_flow.c. The hash decides bucket order only, so a list stands for the table. */
import { Knob, Path } from "../../assembly/abi.ts";
import type { Ip } from "../types.ts";
import { arpOutput, arpRefusal } from "./arp.ts";
import { checksum, get16, put16 } from "./bytes.ts";
import { ETHER_HEADER } from "./ethernet.ts";
import type { Flow, Host, Packet } from "./host.ts";
import { ipLengthcheck } from "./ip_demux.ts";
import { AT_SUM, AT_TOS, AT_TTL, destination, IP_HEADER, source, totalLength } from "./ipv4.ts";
import type { Route } from "./route.ts";

const IPFLOW_MAX = 256;
/** 5 * PR_SLOWHZ: ticks of half a second until an idle flow is freed. */
const IPFLOW_TIMER = 10;

export interface FlowKey {
  src: Ip;
  dst: Ip;
  tos: number;
}

const isActive = (host: Host): boolean => host.knob(Knob.IpForwarding) !== 0 && host.knob(Knob.IpFastforwarding) !== 0;

const lookup = (host: Host, key: FlowKey): Flow | undefined =>
  host.flows.find((flow) => flow.dst === key.dst && flow.src === key.src && flow.tos === key.tos);

/**
 * True = the packet has been sent, or has ended here; false = it takes the slow path. [engine] Lengths that nobody has checked yet, because the hardware of
 * the interface named the CPU, are checked here.
 */
export function ipflowFastforward(host: Host, packet: Packet): boolean {
  const payload = packet.frame.subarray(ETHER_HEADER);
  if (!isActive(host) || packet.group) return false;
  const fault = packet.lengthChecked ? undefined : ipLengthcheck(payload);
  if (fault !== undefined) {
    host.drop(fault);
    return true;
  }
  packet.lengthChecked = true;
  if (payload[0] !== 0x45) return false;
  const flow = lookup(host, { src: source(payload), dst: destination(payload), tos: payload[AT_TOS]! });
  if (!flow || checksum(payload, 0, IP_HEADER) !== 0) return false;
  const ifp = host.ports[flow.route.port]!;
  if (!flow.route.up || !ifp.up) return false;
  // The MTU is compared with all that arrived, padding included; it is cut off only afterwards.
  if (payload.length > ifp.mtu || payload[AT_TTL]! <= 1) return false;
  const ip = payload.slice(0, totalLength(payload));
  decrementTtl(ip);
  flow.uses++;
  flow.timer = IPFLOW_TIMER;
  const hop = flow.route.via ?? flow.dst;
  const refusal = arpRefusal(host, ifp.index, hop);
  if (refusal !== undefined) host.drop(refusal);
  else arpOutput(host, ifp.index, hop, ip, Path.Fastforwarded)?.();
  return true;
}

/** RFC 1624: one less in the high byte of a word is 0x0100 more in the sum, with the carry brought round. */
export function decrementTtl(ip: Uint8Array): void {
  ip[AT_TTL]!--;
  const sum = get16(ip, AT_SUM);
  put16(ip, AT_SUM, (sum >= 0xfeff ? sum + 0x0101 : sum + 0x0100) & 0xffff);
}

/** After a datagram other than ICMP has been forwarded without redirect. A flow that exists starts anew; a full table gives one up. */
export function ipflowCreate(host: Host, route: Route, key: FlowKey): void {
  if (!isActive(host)) return;
  const { flows } = host;
  const replaced = lookup(host, key) ?? (flows.length >= IPFLOW_MAX ? reaped(flows) : undefined);
  if (replaced) flows.splice(flows.indexOf(replaced), 1);
  flows.unshift({ ...key, route, timer: IPFLOW_TIMER, uses: 0, lastUses: 0 });
}

/** ipflow_reap: the first flow without a valid route, else the one idle for longest, and of those the least used; the newest among equals. */
function reaped(flows: readonly Flow[]): Flow {
  const orphan = flows.find((flow) => !flow.route.up);
  if (orphan) return orphan;
  const uses = (flow: Flow) => flow.lastUses + flow.uses;
  return flows.reduce((victim, flow) => (flow.timer < victim.timer || (flow.timer === victim.timer && uses(flow) < uses(victim)) ? flow : victim));
}

/** ipflow_slowtimo, twice a second. */
export function ipflowTick(host: Host): void {
  const alive = host.flows.filter((flow) => --flow.timer > 0);
  for (const flow of alive) {
    flow.lastUses = flow.uses;
    flow.uses = 0;
  }
  host.flows.splice(0, host.flows.length, ...alive);
}

/** Bucket of a flow among the kernel's 64, from the address words as a little endian CPU loads them; its shift by 32 leaves the word as it is. */
export function ipflowHash(dst: Ip, src: Ip, tos: number): number {
  const swap = (word: number) => ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
  let hash = tos;
  for (let i = 0; i <= 30; i += 6) hash += (swap(dst) >>> ((32 - i) % 32)) + (swap(src) >>> i);
  return hash % 64;
}
