// The two ends of a closed loop, and the headers of the frames between them: Ethernet II and IPv4 (TTL 64, identification 0).

import { ETHER_HDR_LEN, ETHERTYPE_IP, ETHERTYPE_VLAN, EtherHeader } from "../../wire/ethernet";
import { IP_MIN_HEADER, Ipv4 } from "../../wire/ipv4";

const TTL: u32 = 64;
/** Shortest frame without FCS. */
const SHORTEST: u32 = 60;

@unmanaged
export class Ends {
  srcMac: u64; // of what goes there; addresses are as loaded from the wire
  dstMac: u64;
  backSrcMac: u64; // of what comes back
  backDstMac: u64;
  srcIp: u32;
  dstIp: u32;
}

/** Writes the headers of a packet of `length` bytes. Returns the length of its frame, whose padding is zeros. */
export function writeHeaders(at: usize, ends: Ends, back: bool, protocol: u32, off: u32, length: u32): u32 {
  const header = changetype<EtherHeader>(at);
  if (back) header.write(ends.backDstMac, ends.backSrcMac, ETHERTYPE_IP);
  else header.write(ends.dstMac, ends.srcMac, ETHERTYPE_IP);
  const ip = changetype<Ipv4>(at + ETHER_HDR_LEN);
  ip.hlen = IP_MIN_HEADER;
  ip.tos = 0;
  ip.len = length;
  ip.id = 0;
  ip.off = off;
  ip.ttl = TTL;
  ip.protocol = protocol;
  ip.src = back ? ends.dstIp : ends.srcIp;
  ip.dst = back ? ends.srcIp : ends.dstIp;
  ip.seal();
  const frame = ETHER_HDR_LEN + length;
  if (frame >= SHORTEST) return frame;
  memory.fill(at + frame, 0, SHORTEST - frame);
  return SHORTEST;
}

/** The IP packet in a frame that leaves, behind a tag that it may have; 0: there is none. */
export function packetIn(frame: usize): usize {
  const type = load<u16>(frame, 12);
  if (type == ETHERTYPE_IP) return frame + ETHER_HDR_LEN;
  return type == ETHERTYPE_VLAN && load<u16>(frame, 16) == ETHERTYPE_IP ? frame + ETHER_HDR_LEN + 4 : 0;
}
