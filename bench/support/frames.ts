/** 60-byte frames: the shortest on the wire without its FCS. */
import { put16, put32, putMac } from "../../src/reference/bytes.ts";
import { ETHER_HEADER, ETHERTYPE_IP } from "../../src/reference/ethernet.ts";
import { AT_DST, AT_ID, AT_LENGTH, AT_PROTOCOL, AT_SRC, AT_TOS, AT_TTL, IP_HEADER, IPPROTO_UDP, sumHeader } from "../../src/reference/ipv4.ts";
import type { Ip, Mac } from "../../src/types.ts";

export const FRAME_BYTES = 60;
const UDP_HEADER = 8;
const UDP_BYTES = FRAME_BYTES - ETHER_HEADER - IP_HEADER;
/** IEEE 802 9.2.3: local experiments. Nothing handles it. */
export const ETHERTYPE_EXPERIMENT = 0x88b5;

export interface UdpFields {
  dmac: Mac;
  smac: Mac;
  dst: Ip;
  src: Ip;
  tos?: number;
  sport?: number;
  dport?: number;
  id?: number;
}

/** UDP over IPv4, TTL 64, header checksum right, no UDP checksum. */
export const udpFrame = ({ dmac, smac, dst, src, tos = 0, sport = 1024, dport = 9, id = 0 }: UdpFields): Uint8Array => {
  const frame = etherFrame(dmac, smac, ETHERTYPE_IP);
  const ip = frame.subarray(ETHER_HEADER);
  ip[0] = 0x45;
  ip[AT_TOS] = tos;
  put16(ip, AT_LENGTH, IP_HEADER + UDP_BYTES);
  put16(ip, AT_ID, id);
  ip[AT_TTL] = 64;
  ip[AT_PROTOCOL] = IPPROTO_UDP;
  put32(ip, AT_SRC, src);
  put32(ip, AT_DST, dst);
  sumHeader(ip);
  const udp = ip.subarray(IP_HEADER);
  put16(udp, 0, sport);
  put16(udp, 2, dport);
  put16(udp, 4, UDP_BYTES);
  for (let i = UDP_HEADER; i < UDP_BYTES; i++) udp[i] = i;
  return frame;
};

/** A frame with nothing but its header. */
export const etherFrame = (dmac: Mac, smac: Mac, type: number): Uint8Array => {
  const frame = new Uint8Array(FRAME_BYTES);
  putMac(frame, 0, dmac);
  putMac(frame, 6, smac);
  put16(frame, 12, type);
  return frame;
};
