/** Addresses as people write them, and as the engine computes with them. A parse function answers undefined to text that is no such address. */
import type { Ip, IpPrefix, Mac } from "./types.ts";

const MAC_TEXT = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;
// No leading zeros: inet_aton reads them as octal, RFC 6943 section 3.1.1 tells why that must not be guessed.
const OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const IP_TEXT = new RegExp(`^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}$`);
const LENGTH_TEXT = /^(?:3[0-2]|[12]?[0-9])$/;

/** IEEE 802 section 8.2: the first bit on the wire marks a group address. */
const GROUP_BIT = 1n << 40n;

/** Six pairs of hexadecimal digits with colons: "02:00:00:00:00:01". */
export const parseMac = (text: string): Mac | undefined => (MAC_TEXT.test(text) ? BigInt(`0x${text.replaceAll(":", "")}`) : undefined);

export const formatMac = (mac: Mac): string => mac.toString(16).padStart(12, "0").match(/../g)!.join(":");

/** The address in the six bytes from `offset`, in the order of the wire. */
export const macFromBytes = (bytes: Uint8Array, offset = 0): Mac => {
  if (offset < 0 || offset + 6 > bytes.length) throw new RangeError(`a MAC address needs 6 bytes at ${offset}, but there are ${bytes.length}`);
  let mac = 0n;
  for (let i = offset; i < offset + 6; i++) mac = (mac << 8n) | BigInt(bytes[i]!);
  return mac;
};

export const macToBytes = (mac: Mac): Uint8Array => {
  const bytes = new Uint8Array(6);
  for (let i = 5, rest = mac; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
};

/** An address that one station can have: neither group nor zero. */
export const isStationMac = (mac: Mac): boolean => mac !== 0n && (mac & GROUP_BIT) === 0n;

/** Four decimal numbers with dots: "192.0.2.1". */
export const parseIp = (text: string): Ip | undefined => {
  const octets = IP_TEXT.exec(text);
  if (octets === null) return undefined;
  return ((Number(octets[1]) << 24) | (Number(octets[2]) << 16) | (Number(octets[3]) << 8) | Number(octets[4])) >>> 0;
};

export const formatIp = (ip: Ip): string => `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;

/** "192.0.2.1/24". Bits behind the prefix are kept. */
export const parsePrefix = (text: string): IpPrefix | undefined => {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const address = parseIp(text.slice(0, slash));
  const length = text.slice(slash + 1);
  return address === undefined || !LENGTH_TEXT.test(length) ? undefined : { address, length: Number(length) };
};

export const formatPrefix = ({ address, length }: IpPrefix): string => `${formatIp(address)}/${length}`;

/** Netmask of a prefix length from 0 to 32. A shift by 32 would shift by 0, hence the test. */
export const maskOf = (length: number): Ip => (length === 0 ? 0 : (-1 << (32 - length)) >>> 0);

/** The prefix with the bits behind it cleared. */
export const subnetOf = ({ address, length }: IpPrefix): IpPrefix => ({ address: (address & maskOf(length)) >>> 0, length });

export const prefixContains = (prefix: IpPrefix, ip: Ip): boolean => ((prefix.address ^ ip) & maskOf(prefix.length)) === 0;

/** An address that one host can have: not in 0/8, 127/8, class D or E (RFC 1122 section 3.2.1.3). */
export const isHostIp = (ip: Ip): boolean => {
  const first = ip >>> 24;
  return first !== 0 && first !== 127 && first < 224;
};
