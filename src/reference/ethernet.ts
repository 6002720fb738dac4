/** Ethernet II framing, addresses and types. */
import { Isr } from "../../assembly/abi.ts";
import type { Mac } from "../types.ts";

export const ETHER_HEADER = 14;
/** Bytes that an 802.1Q tag adds, and where they stand. */
export const TAG_LENGTH = 4;
export const AT_TAG = 12;
export const AT_TYPE = 12;

export const ETHERTYPE_IP = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_VLAN = 0x8100;

export const BROADCAST: Mac = 0xffffffffffffn;
/** 802.1D bridge group address: only the spanning tree listens to it. */
export const STP_GROUP: Mac = 0x0180c2000000n;

export const isGroup = (mac: Mac): boolean => ((mac >> 40n) & 1n) === 1n;

/** The EtherTypes that ether_input_chain2 knows. [engine] Type 0x8137 goes to IPX and 0x0600 to NS; MPLS is known by both of its types. */
const ISRS: ReadonlyMap<number, Isr> = new Map([
  [ETHERTYPE_IP, Isr.Ip],
  [ETHERTYPE_ARP, Isr.Arp],
  [0x86dd, Isr.Ipv6],
  [0x8137, Isr.Ipx],
  [0x0600, Isr.Ns],
  [0x809b, Isr.Atalk1],
  [0x80f3, Isr.Aarp],
  [0x8847, Isr.Mpls],
  [0x8848, Isr.Mpls],
]);

export const isrOf = (type: number): Isr => ISRS.get(type) ?? Isr.Max;
