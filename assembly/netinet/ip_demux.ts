// Which CPU and protocol thread a packet belongs to. After sys/netinet/ip_demux.c 1.45 and the INP_MPORT_HASH of 2008.
//
// in     the IP header of a frame that ether_input has looked at
// out    the reason why it is bad, or the thread, with M_HASH set
// reads  Knob.NetisrRss        writes  Mbuf.hash, M_LENCHECKED, M_HASH
// locks  none
// costs  Cost.EtherInput covers it

import { Boot, Counter, Drop, Knob, NO_PORT, ThreadKind } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { knob } from "../kern/kernel";
import { M_BCAST, M_HASH, M_LENCHECKED, M_MCAST, Mbuf } from "../kern/mbuf";
import { Thread } from "../kern/thread";
import { boot } from "../memory/arena";
import { get16 } from "../memory/bytes";
import { isBroadcastOf } from "../net/ifaddr";
import { netisrCpu, threadOf } from "../net/protocol_threads";
import { toeplitzAddresses, toeplitzPorts } from "../net/toeplitz";
import { count } from "../stats/counters";
import { IP_MF, IP_MIN_HEADER, IP_OFFMASK, IPPROTO_TCP, IPPROTO_UDP, Ipv4, isMulticast } from "../wire/ipv4";

const TCP_MIN_HEADER: u32 = 20;

/** ip_lengthcheck says that all is well. */
export const LENGTH_OK: u32 = Drop.Count;

/** ip_lengthcheck for `length` bytes from the IP header on. Version, checksum and TTL are not looked at. */
export function ipLengthcheck(cpu: u32, at: usize, length: u32): u32 {
  if (length < IP_MIN_HEADER) return bad(cpu, Counter.ips_tooshort, Drop.IpTooShort);
  const ip = changetype<Ipv4>(at);
  const hlen = ip.hlen;
  if (hlen < IP_MIN_HEADER || length < hlen) return bad(cpu, Counter.ips_badhlen, Drop.IpBadHeaderLength);
  const total = ip.len;
  if (length < total) return bad(cpu, Counter.ips_tooshort, Drop.IpTooShort);
  const later = (ip.off & IP_OFFMASK) != 0;
  const protocol = ip.protocol;
  if (!later && protocol == IPPROTO_TCP) {
    if (total < hlen + TCP_MIN_HEADER) return bad(cpu, Counter.tcps_rcvshort, Drop.TcpTooShort);
    const offset = (<u32>load<u8>(at + hlen, 12) >> 4) << 2;
    if (offset < TCP_MIN_HEADER || offset + hlen > total) return bad(cpu, Counter.tcps_rcvbadoff, Drop.TcpBadOffset);
  } else if (!later && protocol == IPPROTO_UDP) {
    if (total < hlen + 8) return bad(cpu, Counter.udps_hdrops, Drop.UdpTooShort);
  } else if (total < hlen) return bad(cpu, Counter.ips_badlen, Drop.IpBadLength);
  return LENGTH_OK;
}

function bad(cpu: u32, counter: Counter, reason: Drop): u32 {
  count(cpu, counter);
  return reason;
}

/** Header length 5 words, and neither MF nor an offset, in the first eight bytes of a header as they are loaded. */
const PLAIN_MASK: u64 = 0xff3f_0000_0000_000f;
const PLAIN: u64 = 5;

/**
 * ip_lengthcheck and ip_mport in one for the usual packet: no options, no fragment, TCP or UDP with a complete header, to one host. Null: look closer.
 */
export function usualPort(m: Mbuf, at: usize, length: u32): Thread | null {
  if (length < IP_MIN_HEADER + TCP_MIN_HEADER) return null;
  const first = load<u64>(at);
  const total = <u32>bswap<u16>(<u16>(first >> 16));
  if ((first & PLAIN_MASK) != PLAIN || total > length || total < IP_MIN_HEADER + TCP_MIN_HEADER || knob(Knob.NetisrRss)) return null;
  const ip = changetype<Ipv4>(at);
  const protocol = ip.protocol;
  const udp = protocol == IPPROTO_UDP;
  if (!udp && (protocol != IPPROTO_TCP || !tcpOffsetOk(at, total))) return null;
  const mask = ncpus2Mask();
  if (udp && mask && isGroup(m, ip.dst)) return null;
  // The last octets of both addresses, the low bytes of both ports.
  const hash = load<u8>(at, 15) ^ load<u8>(at, 19) ^ load<u8>(at, 21) ^ load<u8>(at, 23);
  return owner(m, udp ? ThreadKind.Udp : ThreadKind.Tcp, <u32>hash & mask);
}

function tcpOffsetOk(at: usize, total: u32): bool {
  const offset = (<u32>load<u8>(at, 32) >> 4) << 2;
  return offset >= TCP_MIN_HEADER && offset + IP_MIN_HEADER <= total;
}

/** A destination that CPU 0 serves. */
function isGroup(m: Mbuf, dst: u32): bool {
  return isMulticast(dst) || (m.rcvif != NO_PORT && isBroadcastOf(Ifnet.at(m.rcvif), dst));
}

/** ncpus2_mask: the largest power of two not above the number of CPUs, less one. */
function ncpus2Mask(): u32 {
  return (1 << (31 - clz(boot(Boot.Cpus)))) - 1;
}

/** INP_MPORT_HASH: symmetric in source and destination. */
export function mportHash(src: u32, dst: u32, sport: u32, dport: u32): u32 {
  return (src ^ dst ^ sport ^ dport) & 0xff & ncpus2Mask();
}

/** ip_mport, after a good length check: the thread of the packet at `at`. */
export function ipMport(m: Mbuf, at: usize): Thread {
  const ip = changetype<Ipv4>(at);
  const protocol = ip.protocol;
  if (ip.off & (IP_MF | IP_OFFMASK) || (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP)) return owner(m, ThreadKind.Netisr, 0);
  const transport = at + ip.hlen;
  const src = ip.src;
  const dst = ip.dst;
  const rss = knob(Knob.NetisrRss) != 0;
  if (protocol == IPPROTO_TCP) {
    const sport = get16(transport);
    const dport = get16(transport + 2);
    const hash = rss ? toeplitzPorts(src, dst, sport, dport) & ncpus2Mask() : mportHash(src, dst, sport, dport);
    return owner(m, ThreadKind.Tcp, hash);
  }
  if (rss) return owner(m, ThreadKind.Udp, toeplitzAddresses(src, dst) & ncpus2Mask());
  return owner(m, ThreadKind.Udp, isGroup(m, dst) ? 0 : mportHash(src, dst, get16(transport), get16(transport + 2)));
}

function owner(m: Mbuf, kind: ThreadKind, cpu: u32): Thread {
  m.mflags |= M_LENCHECKED | M_HASH;
  m.hash = <u8>cpu;
  return threadOf(kind, cpu);
}

/** ip_mport_pktinfo: the thread by what the interface's hardware found out, or null: let software look. */
function ipMportPktinfo(m: Mbuf, fragment: bool, protocol: u32, hash: u32): Thread | null {
  m.mflags |= M_HASH;
  if (fragment) {
    m.hash = 0;
    return netisrCpu(0);
  }
  m.hash = <u8>(hash & ncpus2Mask());
  if (protocol == IPPROTO_TCP) return threadOf(ThreadKind.Tcp, m.hash);
  if (protocol == IPPROTO_UDP) return threadOf(ThreadKind.Udp, m.hash);
  return null;
}

/** Whether the frame came as link broadcast or multicast. */
export function isLinkGroup(m: Mbuf): bool {
  return (m.mflags & (M_BCAST | M_MCAST)) != 0;
}

/**
 * What the hardware of an `rss` interface finds out about a received packet: it parses only complete IPv4 headers without options and with room for ports, and
 * gives TCP the hash of addresses and ports, UDP that of addresses. Null: no pktinfo.
 */
export function rssPort(m: Mbuf, at: usize, length: u32): Thread | null {
  const ip = changetype<Ipv4>(at);
  if (length < IP_MIN_HEADER + 8 || ip.version != 4 || ip.hlen != IP_MIN_HEADER) return null;
  const protocol = ip.protocol;
  const ports = at + IP_MIN_HEADER;
  const hash = protocol == IPPROTO_TCP ? toeplitzPorts(ip.src, ip.dst, get16(ports), get16(ports + 2)) : toeplitzAddresses(ip.src, ip.dst);
  return ipMportPktinfo(m, (ip.off & (IP_MF | IP_OFFMASK)) != 0, protocol, hash);
}
