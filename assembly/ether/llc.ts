// 802.2 LLC frames that name a protocol after all: the probes at the end of ether_demux (sys/net/if_ethersubr.c). Found late, so these packets are queued
// to the port of their protocol instead of being run.

import { Isr } from "../abi";
import { Mbuf } from "../kern/mbuf";

/** LLC header with SNAP: DSAP, SSAP 0xaa, control 3, then OUI and type; in the machine's byte order. */
const SNAP_ATALK: u64 = 0x9b80_0700_0803_aaaa; // aa aa 03 08 00 07 80 9b
const SNAP_AARP: u64 = 0xf380_0000_0003_aaaa; // aa aa 03 00 00 00 80 f3
const LLC_SNAP_LEN: u32 = 8;
/** Largest value that is a length and not a type. */
const ETHERMTU: u32 = 1500;

/** The protocol of an 802.3 frame without its MAC header, or Isr.Max. `type` is in network order. */
export function llcIsr(m: Mbuf, type: u16): u32 {
  const length = <u32>bswap<u16>(type);
  if (length > ETHERMTU || length > m.len) return Isr.Max;
  if (m.len >= 2 && load<u16>(m.data) == 0xffff) return Isr.Ipx; // raw 802.3: an IPX checksum of ffff
  if (length < LLC_SNAP_LEN) return Isr.Max;
  const header = load<u64>(m.data);
  if (header == SNAP_ATALK) return Isr.Atalk2;
  return header == SNAP_AARP ? Isr.Aarp : Isr.Max;
}
