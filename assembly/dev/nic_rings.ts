// Several receive rings of one interface: which of them a frame goes to is decided by its hash, and each interrupts a CPU of its own. After the receive side
// scaling of the hardware of the time (82575, 82599): a table of 128 places, filled with the rings in turn.

import { PortKind } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { get16 } from "../memory/bytes";
import { toeplitzAddresses, toeplitzPorts } from "../net/toeplitz";
import { ETHER_HDR_LEN, ETHERTYPE_IP, EtherHeader } from "../wire/ethernet";
import { IP_MF, IP_MIN_HEADER, IP_OFFMASK, IPPROTO_TCP, Ipv4 } from "../wire/ipv4";

/** Places of the table of redirection. */
const REDIRECTIONS: u32 = 128;

/** The ring that a frame goes to: of an interface with one, that one. */
export function ringFor(ifp: Ifnet, bytes: usize, length: u32): Ifnet {
  return ifp.rings ? Ifnet.at(ifp.firstRing + ((hashOf(bytes, length) & (REDIRECTIONS - 1)) % ifp.rings)) : ifp;
}

/** The interface that a ring is of. */
export function nicOf(ring: Ifnet): Ifnet {
  return ring.kind == PortKind.Ring ? Ifnet.at(ring.parent) : ring;
}

/** Whether a ring of the interface is full. */
export function hasFullRing(ifp: Ifnet): bool {
  for (let i: u32 = 0; i < ifp.rings; i++) {
    const ring = Ifnet.at(ifp.firstRing + i);
    if (ring.rxFilled == ring.rxLimit) return true;
  }
  return !ifp.rings && ifp.rxFilled == ifp.rxLimit;
}

/** The hash of the hardware: addresses and ports of TCP, addresses of other IPv4 packets, fragments too; 0 of all else, so that it goes to the first ring. */
function hashOf(bytes: usize, length: u32): u32 {
  if (length < ETHER_HDR_LEN + IP_MIN_HEADER + 4 || changetype<EtherHeader>(bytes).type != ETHERTYPE_IP) return 0;
  const at = bytes + ETHER_HDR_LEN;
  const ip = changetype<Ipv4>(at);
  if (ip.version != 4) return 0;
  if (ip.protocol != IPPROTO_TCP || ip.hlen != IP_MIN_HEADER || ip.off & (IP_MF | IP_OFFMASK)) return toeplitzAddresses(ip.src, ip.dst);
  return toeplitzPorts(ip.src, ip.dst, get16(at + IP_MIN_HEADER), get16(at + IP_MIN_HEADER + 2));
}
