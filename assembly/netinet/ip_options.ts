// IP options. After ip_dooptions and ip_optcopy in sys/netinet/ip_input.c and ip_output.c of 2010; RFC 791 3.1, RFC 1812 5.3.13.
//
// in     a packet whose header is longer than 20 bytes
// out    OPTIONS_OK, the header updated · the reason why it ends; the ICMP error is on the pending list
// reads  addresses, routes, Knob.IpSourceroute        writes  option bytes, destination, M_SRCRT, header checksum
// locks  none
// costs  Cost.IpOptions

import { Cost, Counter, Drop, Knob, PS_PER_MS } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { Kernel, knob } from "../kern/kernel";
import { M_SRCRT, Mbuf } from "../kern/mbuf";
import { Thread } from "../kern/thread";
import { get32, put32 } from "../memory/bytes";
import { isOnSubnetOf, localAddress, sourceAddress } from "../net/ifaddr";
import { charge } from "../seam";
import { count } from "../stats/counters";
import { ICMP_PARAMPROB, ICMP_UNREACH, ICMP_UNREACH_HOST, ICMP_UNREACH_SRCFAIL } from "../wire/icmp";
import { IP_MIN_HEADER, Ipv4 } from "../wire/ipv4";
import { icmpError } from "./icmp";
import { rtlookup } from "./route";
import { Route } from "./route_table";

export const OPTIONS_OK: u32 = Drop.Count;

const IPOPT_EOL: u32 = 0;
const IPOPT_NOP: u32 = 1;
const IPOPT_RR: u32 = 7;
const IPOPT_TS: u32 = 68;
const IPOPT_LSRR: u32 = 131;
const IPOPT_SSRR: u32 = 137;
/** Copied into every fragment. */
const COPIED: u32 = 0x80;
/** The first pointer of a route option; that of a timestamp is one more. */
const IPOPT_MINOFF: u32 = 4;
const TSONLY: u32 = 0;
const TSANDADDR: u32 = 1;
const TSPRESPEC: u32 = 3;
const MS_PER_DAY: u64 = 86_400_000;

/** ip_dooptions. */
export function ipDooptions(t: Thread, m: Mbuf): u32 {
  const ip = changetype<Ipv4>(m.data);
  const hlen = ip.hlen;
  charge(t, Cost.IpOptions);
  for (let at: u32 = IP_MIN_HEADER; at < hlen; ) {
    const type = <u32>load<u8>(m.data + at);
    if (type == IPOPT_EOL) break;
    if (type == IPOPT_NOP) {
      at++;
      continue;
    }
    const optlen = at + 1 < hlen ? <u32>load<u8>(m.data + at, 1) : 0;
    if (optlen < 2 || at + optlen > hlen) return problem(t, at + 1);
    let outcome = OPTIONS_OK;
    if (type == IPOPT_LSRR || type == IPOPT_SSRR) outcome = sourceRoute(t, m, at, optlen, type == IPOPT_SSRR);
    else if (type == IPOPT_RR) outcome = recordRoute(t, m, at, optlen);
    else if (type == IPOPT_TS) outcome = timestamp(t, m, at, optlen);
    if (outcome != OPTIONS_OK) return outcome;
    at += optlen;
  }
  ip.seal();
  return OPTIONS_OK;
}

/** Parameter problem, pointing at a byte of the header. */
function problem(t: Thread, pointer: u32): u32 {
  count(t.cpu, Counter.ips_badoptions);
  icmpError(t, ICMP_PARAMPROB, 0, pointer << 24);
  return Drop.IpBadOption;
}

function sourceFailed(t: Thread): u32 {
  count(t.cpu, Counter.ips_badoptions);
  icmpError(t, ICMP_UNREACH, ICMP_UNREACH_SRCFAIL, 0);
  return Drop.SourceRoute;
}

function sourceRoute(t: Thread, m: Mbuf, at: u32, optlen: u32, strict: bool): u32 {
  const option = m.data + at;
  if (optlen < 3) return problem(t, at + 1);
  const offset = <u32>load<u8>(option, 2);
  if (offset < IPOPT_MINOFF) return problem(t, at + 2);
  if (!knob(Knob.IpSourceroute)) return sourceFailed(t);
  const ip = changetype<Ipv4>(m.data);
  if (!localAddress(ip.dst)) return strict ? sourceFailed(t) : OPTIONS_OK; // loose: not there yet
  if (offset + 3 > optlen) return OPTIONS_OK; // used up: the packet is for us
  const next = get32(option + offset - 1);
  const route = rtlookup(next);
  if (!route || localAddress(next)) return sourceFailed(t);
  const ifp = Ifnet.at(Route.at(route).port);
  if (strict && !isOnSubnetOf(ifp, next)) return sourceFailed(t);
  put32(option + offset - 1, sourceAddress(ifp));
  store<u8>(option, offset + 4, 2);
  ip.dst = next;
  m.mflags |= M_SRCRT;
  return OPTIONS_OK;
}

/** Our address for an option: the packet's destination if that is ours, else the address of the interface it will leave by; 0 = no route. */
function ourAddress(dst: u32): u32 {
  if (localAddress(dst)) return dst;
  const route = rtlookup(dst);
  return route ? sourceAddress(Ifnet.at(Route.at(route).port)) : 0;
}

function recordRoute(t: Thread, m: Mbuf, at: u32, optlen: u32): u32 {
  const option = m.data + at;
  if (optlen < 3) return problem(t, at + 1);
  const offset = <u32>load<u8>(option, 2);
  if (offset < IPOPT_MINOFF) return problem(t, at + 2);
  if (offset + 3 > optlen) return OPTIONS_OK; // full
  const address = ourAddress(changetype<Ipv4>(m.data).dst);
  if (!address) return noRoute(t);
  put32(option + offset - 1, address);
  store<u8>(option, offset + 4, 2);
  return OPTIONS_OK;
}

function noRoute(t: Thread): u32 {
  count(t.cpu, Counter.ips_badoptions);
  icmpError(t, ICMP_UNREACH, ICMP_UNREACH_HOST, 0);
  return Drop.NoRoute;
}

function timestamp(t: Thread, m: Mbuf, at: u32, optlen: u32): u32 {
  const option = m.data + at;
  if (optlen < 4) return problem(t, at + 1);
  let offset = <u32>load<u8>(option, 2);
  if (offset < IPOPT_MINOFF + 1) return problem(t, at + 2);
  const flags = <u32>load<u8>(option, 3);
  if (offset + 3 > optlen) {
    if (flags >= 0xf0) return problem(t, at + 3); // the overflow count overflows
    store<u8>(option, flags + 0x10, 3);
    return OPTIONS_OK;
  }
  const kind = flags & 15;
  if (kind != TSONLY) {
    if (kind != TSANDADDR && kind != TSPRESPEC) return problem(t, at + 3);
    if (offset + 7 > optlen) return problem(t, at + 2);
    const place = option + offset - 1;
    if (kind == TSANDADDR) {
      const address = ourAddress(changetype<Ipv4>(m.data).dst);
      if (!address) return OPTIONS_OK; // no route: no stamp
      put32(place, address);
    } else if (!localAddress(get32(place))) return OPTIONS_OK; // another host's turn
    offset += 4;
  }
  put32(option + offset - 1, iptime());
  store<u8>(option, offset + 4, 2);
  return OPTIONS_OK;
}

/** iptime: milliseconds since midnight UT. */
export function iptime(): u32 {
  const k = Kernel.at();
  return <u32>((k.epochMs + k.now / PS_PER_MS) % MS_PER_DAY);
}

/** ip_optcopy: writes the options that go into every fragment behind a header of 20 bytes; returns their length, padded to words. */
export function optcopy(from: usize, hlen: u32, to: usize): u32 {
  return copyOptions(from, hlen, to, true);
}

/** The options of a request that go into its reply: all but source routes. */
export function replyOptions(from: usize, hlen: u32, to: usize): u32 {
  return copyOptions(from, hlen, to, false);
}

function copyOptions(from: usize, hlen: u32, to: usize, onlyCopied: bool): u32 {
  let length: u32 = 0;
  const out = to + IP_MIN_HEADER;
  for (let at: u32 = IP_MIN_HEADER; at < hlen; ) {
    const type = <u32>load<u8>(from + at);
    if (type == IPOPT_EOL) break;
    const optlen = type == IPOPT_NOP ? 1 : at + 1 < hlen ? <u32>load<u8>(from + at, 1) : 0;
    if (optlen == 0 || at + optlen > hlen) break;
    const wanted = onlyCopied ? (type & COPIED) != 0 || type == IPOPT_NOP : type != IPOPT_LSRR && type != IPOPT_SSRR;
    if (wanted) {
      memory.copy(out + length, from + at, optlen);
      length += optlen;
    }
    at += optlen;
  }
  for (; length & 3; length++) store<u8>(out + length, IPOPT_EOL);
  return length;
}
