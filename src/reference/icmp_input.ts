/** ICMP messages for this host. After icmp_input. */
import { Drop, Knob } from "../../assembly/abi.ts";
import { isOurs } from "./address.ts";
import { checksum, put16, put32 } from "./bytes.ts";
import type { Done, Host } from "./host.ts";
import { icmpReflect } from "./icmp.ts";
import { ICMP_ECHO, ICMP_ECHOREPLY, ICMP_TSTAMP, ICMP_TSTAMPREPLY } from "./icmp_types.ts";
import { OPTION_END, OPTION_LOOSE, OPTION_NOP, OPTION_STRICT } from "./ip_options.ts";
import { AT_LENGTH, destination, headerLength, IP_HEADER } from "./ipv4.ts";

const ICMP_MINLEN = 8;
const ICMP_TSLEN = 20;

/** `ip`: the datagram with its options as we have updated them. [engine] A broadcast query is one for a broadcast or multicast address of IP. */
export function icmpInput(host: Host, ip: Uint8Array, rcvif: number): Done {
  const at = headerLength(ip);
  const length = ip.length - at;
  const type = ip[at];
  if (length < ICMP_MINLEN || checksum(ip, at, ip.length) !== 0) return host.drop(Drop.IcmpBad);
  if (type === ICMP_TSTAMP && length < ICMP_TSLEN) return host.drop(Drop.IcmpBad);
  host.deliver();
  if (!isOurs(host, destination(ip)) && host.knob(Knob.IcmpBmcastecho) === 0) return;
  if (type === ICMP_ECHO) answer(host, ip, ICMP_ECHOREPLY, rcvif);
  if (type === ICMP_TSTAMP) {
    put32(ip, at + 12, host.milliseconds);
    put32(ip, at + 16, host.milliseconds);
    answer(host, ip, ICMP_TSTAMPREPLY, rcvif);
  }
}

function answer(host: Host, query: Uint8Array, type: number, rcvif: number): void {
  const ip = withoutSourceRoutes(query);
  ip[headerLength(ip)] = type;
  icmpReflect(host, ip, destination(query), rcvif);
}

/** [engine] An answer does not go back along a source route: those options are taken out, and what stands behind the end of the list. */
function withoutSourceRoutes(ip: Uint8Array): Uint8Array {
  const end = headerLength(ip);
  const kept: number[] = [];
  let length = 1;
  for (let at = IP_HEADER; at < end && ip[at] !== OPTION_END; at += length) {
    length = ip[at] === OPTION_NOP ? 1 : ip[at + 1]!;
    if (ip[at] !== OPTION_LOOSE && ip[at] !== OPTION_STRICT) kept.push(...ip.subarray(at, at + length));
  }
  const header = IP_HEADER + ((kept.length + 3) & ~3);
  const result = new Uint8Array(header + ip.length - end);
  result.set(ip.subarray(0, IP_HEADER));
  result.set(kept, IP_HEADER);
  result.set(ip.subarray(end), header);
  result[0] = 0x40 | (header / 4);
  put16(result, AT_LENGTH, result.length);
  return result;
}
