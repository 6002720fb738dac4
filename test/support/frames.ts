/** Ethernet frames for tests: addresses as text, everything else with a default that is right. */
import { parseIp, parseMac } from "../../src/addresses.ts";

export const BROADCAST = "ff:ff:ff:ff:ff:ff";
export const NO_MAC = "00:00:00:00:00:00";
/** The group of the spanning tree (IEEE 802.1D 7.12.3). */
export const BSTP = "01:80:c2:00:00:00";

/** EtherTypes. `EXPERIMENT` (IEEE 802 9.2.3) is one that nothing handles. */
export const IP = 0x0800;
export const ARP = 0x0806;
export const VLAN = 0x8100;
export const IPV6 = 0x86dd;
export const EXPERIMENT = 0x88b5;

/** Big-endian bytes of a number. */
export const bytesOf = (value: number | bigint, length: number): number[] =>
  Array.from({ length }, (_, i) => Number((BigInt(value) >> BigInt(8 * (length - 1 - i))) & 0xffn));

export const macBytes = (mac: string): number[] => bytesOf(parseMac(mac)!, 6);
export const ipBytes = (ip: string): number[] => bytesOf(parseIp(ip)!, 4);

export const u16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

/** A number of bytes, each different from its neighbours. */
export const filler = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i & 0xff);

/** A station with an address of its own: `station(1)` is 02:aa:00:00:00:01. */
export const station = (number: number): string => `02:aa:${bytesOf(number, 4).map(hex).join(":")}`;
const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

/** Own address of interface, vlan or bridge `number` of the host. */
export const ownMac = (number: number): string => `02:00:00:00:00:${hex(number + 1)}`;

export interface FrameFields {
  dst: string;
  src: string;
  type?: number;
  payload?: ArrayLike<number>;
}

/** An Ethernet II frame without FCS. It is not padded: default payload are 46 bytes. */
export const frame = ({ dst, src, type = EXPERIMENT, payload = filler(46) }: FrameFields): Uint8Array =>
  Uint8Array.from([...macBytes(dst), ...macBytes(src), ...bytesOf(type, 2), ...Array.from(payload)]);

/** Puts an 802.1Q tag in, in front of one that may be there. `tag`: priority and VID, 16 bits. */
export const tagged = (bytes: Uint8Array, tag: number): Uint8Array =>
  Uint8Array.from([...bytes.subarray(0, 12), ...bytesOf(VLAN, 2), ...bytesOf(tag, 2), ...bytes.subarray(12)]);

/** Bytes behind the packet, as short frames have them on the wire. */
export const padded = (bytes: Uint8Array, length = 60): Uint8Array =>
  Uint8Array.from({ length: Math.max(length, bytes.length) }, (_, i) => bytes[i] ?? 0);

export interface ArpFields {
  op?: number;
  senderMac: string;
  sender: string;
  targetMac?: string;
  target: string;
  dst?: string;
  /** Address in the Ethernet header, if it is not the sender's. */
  src?: string;
  hardware?: number;
  protocol?: number;
  /** Lengths of hardware and protocol address. */
  lengths?: [number, number];
}

/** RFC 826, unpadded. Default: a broadcast request. */
export const arp = (fields: ArpFields): Uint8Array => {
  const {
    op = 1,
    senderMac,
    sender,
    targetMac = NO_MAC,
    target,
    dst = BROADCAST,
    src = senderMac,
    hardware = 1,
    protocol = IP,
    lengths = [6, 4],
  } = fields;
  const head = [...bytesOf(hardware, 2), ...bytesOf(protocol, 2), ...lengths, ...bytesOf(op, 2)];
  return frame({ dst, src, type: ARP, payload: [...head, ...macBytes(senderMac), ...ipBytes(sender), ...macBytes(targetMac), ...ipBytes(target)] });
};

/** The fields of an ARP frame. */
export const readArp = (bytes: Uint8Array): Required<Omit<ArpFields, "src" | "hardware" | "protocol" | "lengths">> => ({
  dst: macText(bytes, 0),
  op: u16(bytes, 20),
  senderMac: macText(bytes, 22),
  sender: ipText(bytes, 28),
  targetMac: macText(bytes, 32),
  target: ipText(bytes, 38),
});

export const macText = (bytes: Uint8Array, at: number): string => Array.from(bytes.subarray(at, at + 6), hex).join(":");
export const ipText = (bytes: Uint8Array, at: number): string => bytes.subarray(at, at + 4).join(".");
export const destination = (bytes: Uint8Array): string => macText(bytes, 0);
export const source = (bytes: Uint8Array): string => macText(bytes, 6);
export const typeOf = (bytes: Uint8Array): number => u16(bytes, 12);
