// ARP for Ethernet and IPv4 (RFC 826), as it lies behind the Ethernet header.

import { get16, get32, getMac, put16, put32, putMac } from "../memory/bytes";

export const ARP_LEN: u32 = 28;
const ARPHRD_ETHER: u32 = 1;
const ARPHRD_IEEE802: u32 = 6;
export const ARPOP_REQUEST: u32 = 1;
export const ARPOP_REPLY: u32 = 2;

@unmanaged
export class Arp {
  get base(): usize {
    return changetype<usize>(this);
  }
  get op(): u32 {
    return get16(this.base + 6);
  }
  get sha(): u64 {
    return getMac(this.base + 8);
  }
  get spa(): u32 {
    return get32(this.base + 14);
  }
  get tpa(): u32 {
    return get32(this.base + 24);
  }

  /** Hardware type 1 or 6, protocol IPv4, address lengths 6 and 4, operation request or reply. */
  get wellFormed(): bool {
    const hardware = get16(this.base);
    const op = this.op;
    return (
      (hardware == ARPHRD_ETHER || hardware == ARPHRD_IEEE802) && get32(this.base + 2) == 0x0800_0604 && (op == ARPOP_REQUEST || op == ARPOP_REPLY)
    );
  }

  write(op: u32, sha: u64, spa: u32, tha: u64, tpa: u32): void {
    put16(this.base, ARPHRD_ETHER);
    put32(this.base + 2, 0x0800_0604);
    put16(this.base + 6, op);
    putMac(this.base + 8, sha);
    put32(this.base + 14, spa);
    putMac(this.base + 18, tha);
    put32(this.base + 24, tpa);
  }
}
