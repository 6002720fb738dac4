/** ARP: resolving on output, and the table. After sys/netinet/if_ether.c. */
import { Drop, Knob, Path } from "../../assembly/abi.ts";
import type { Ip, Mac, ResolvedPort } from "../types.ts";
import { addressTowards, isBroadcast } from "./address.ts";
import { put16, put32, putMac } from "./bytes.ts";
import { etherOutput, sourceMac } from "./ether_output.ts";
import { BROADCAST, ETHERTYPE_ARP, ETHERTYPE_IP } from "./ethernet.ts";
import { type ArpEntry, arpKey, type Done, type Host } from "./host.ts";
import { isMulticast } from "./ipv4.ts";

/** Room for the smallest ARP packet, which is the only one: hardware addresses of 6 bytes, protocol addresses of 4. */
export const ARP_LENGTH = 28;
export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

/** An entry that may be used now. One that the table holds beyond its time does not serve any more. */
const isValid = (host: Host, entry: ArpEntry): boolean =>
  entry.mac !== undefined && !entry.reject && (entry.permanent || entry.expire > host.seconds);

/**
 * Why a datagram can neither be sent to `hop` nor wait for its address: the interface must not ask, the table is full, or (EHOSTDOWN) the hop did not
 * answer and its time as a dead host is not over. [engine] Each is seen before anything is sent, and a flow or a redirect does not come of it.
 */
export function arpRefusal(host: Host, port: number, hop: Ip): Drop | undefined {
  const entry = host.arp.get(arpKey(port, hop));
  if ((entry && isValid(host, entry)) || groupMac(host.ports[port]!, hop) !== undefined) return undefined;
  if (host.ports[port]!.noarp || host.ports[port]!.staticarp) return Drop.ArpNotAsked;
  if (!entry) return isFull(host) ? Drop.ArpTableFull : undefined;
  return entry.reject && entry.expire > host.seconds ? Drop.HostDown : undefined;
}

const isFull = (host: Host): boolean => host.arp.size >= host.config.limits.arp;

/**
 * if_output for IP: sends the datagram to `hop`, or holds it until the hop's address is known. The caller has asked `arpRefusal`. What it
 * returns is the sending, if that can be done: the caller says when.
 */
export function arpOutput(host: Host, port: number, hop: Ip, datagram: Uint8Array, path: Path): (() => void) | undefined {
  const entry = host.arp.get(arpKey(port, hop));
  const isKnown = entry !== undefined && isValid(host, entry);
  if (isKnown) refreshEarly(host, entry);
  const mac = isKnown ? entry.mac : groupMac(host.ports[port]!, hop);
  if (mac !== undefined) return () => etherOutput(host, port, ETHERTYPE_IP, mac, datagram, path);
  const unresolved = entry ?? createEntry(host, port, hop)!;
  if (unresolved.held) host.drop(Drop.ArpHeldReplaced);
  unresolved.held = { datagram, path };
  ask(host, unresolved);
  return undefined;
}

/** Broadcast and multicast addresses are mapped, not asked for. */
function groupMac(ifp: ResolvedPort, hop: Ip): Mac | undefined {
  if (hop === 0 || isBroadcast(ifp, hop)) return BROADCAST;
  return isMulticast(hop) ? 0x01005e000000n | BigInt(hop & 0x7fffff) : undefined;
}

/** Near the end of an entry's life each of its last seconds may cost one request, so that a busy entry never gets old. */
function refreshEarly(host: Host, entry: ArpEntry): void {
  if (entry.permanent || host.seconds + entry.preempt <= entry.expire) return;
  entry.preempt--;
  sendRequest(host, entry);
}

export function createEntry(host: Host, port: number, ip: Ip): ArpEntry | undefined {
  if (isFull(host)) return undefined;
  const preempt = host.knob(Knob.ArpMaxtries);
  const entry: ArpEntry = { port, ip, mac: undefined, permanent: false, expire: host.seconds, asked: 0, preempt, reject: false, held: undefined };
  host.arp.set(arpKey(port, ip), entry);
  return entry;
}

/** One request a second; after maxtries of them the next packet finds the host to be down, and waits like those before it. */
function ask(host: Host, entry: ArpEntry): Done {
  entry.reject = false;
  if (entry.asked !== 0 && entry.expire === host.seconds) return;
  entry.expire = host.seconds;
  entry.mac = undefined;
  if (entry.asked++ < host.knob(Knob.ArpMaxtries)) return sendRequest(host, entry);
  entry.reject = true;
  entry.expire += host.knob(Knob.ArpHostDownTime);
  entry.asked = 0;
  entry.preempt = host.knob(Knob.ArpMaxtries);
}

/** [engine] The sender is the interface's address on the hop's subnet, else its first one, else the host's first; 0 as in a probe (RFC 5227). */
function sendRequest(host: Host, entry: ArpEntry): Done {
  const sender = addressTowards(host, entry.port, entry.ip) ?? 0;
  sendArp(host, entry.port, BROADCAST, ARP_REQUEST, sender, 0n, entry.ip);
}

/** An unpadded packet with hardware type 1. */
export function sendArp(host: Host, port: number, to: Mac, op: number, sender: Ip, targetMac: Mac, target: Ip): Done {
  const arp = new Uint8Array(ARP_LENGTH);
  put16(arp, 0, 1);
  put16(arp, 2, ETHERTYPE_IP);
  arp[4] = 6;
  arp[5] = 4;
  put16(arp, 6, op);
  putMac(arp, 8, sourceMac(host, port));
  put32(arp, 14, sender);
  putMac(arp, 18, targetMac);
  put32(arp, 24, target);
  host.tally.generated++;
  host.pend(() => etherOutput(host, port, ETHERTYPE_ARP, to, arp, Path.Originated));
}

/** arptimer: dynamic entries that are old go, with what they hold. [engine] Also those that a flow still uses. */
export function pruneArp(host: Host): void {
  for (const [key, entry] of host.arp) {
    if (entry.permanent || entry.expire > host.seconds) continue;
    host.arp.delete(key);
    if (entry.held) host.drop(Drop.ArpEntryGone);
  }
}
