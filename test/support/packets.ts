/** IPv4 packets for tests, with right checksums unless a test asks for wrong ones, and what tests read out of sent ones. */
import { bytesOf, type FrameFields, filler, frame, IP, ipBytes, ipText, u16 } from "./frames.ts";

/** RFC 1071. */
export const checksum = (bytes: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
};

export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;
export const DF = 0x4000;
export const MF = 0x2000;

export interface IpFields {
  src?: string;
  dst?: string;
  ttl?: number;
  tos?: number;
  id?: number;
  /** Flags and fragment offset, as in the header. */
  fragment?: number;
  protocol?: number;
  options?: ArrayLike<number>;
  payload?: ArrayLike<number>;
  /** Instead of the right ones. */
  version?: number;
  headerWords?: number;
  length?: number;
  checksum?: number;
}

/** A packet without Ethernet header. Default: a UDP datagram from the station behind em0 of `routerOf` to a host behind em1. */
export const ipv4 = (fields: IpFields = {}): Uint8Array => {
  const { src = "20.0.0.9", dst = "20.1.0.9", ttl = 64, tos = 0, id = 7, fragment = 0, protocol = UDP, options = [], payload = udp() } = fields;
  const words = 5 + options.length / 4;
  const length = fields.length ?? 4 * words + payload.length;
  const head = [((fields.version ?? 4) << 4) | (fields.headerWords ?? words), tos, ...bytesOf(length, 2), ...bytesOf(id, 2), ...bytesOf(fragment, 2)];
  const rest = [...ipBytes(src), ...ipBytes(dst), ...Array.from(options)];
  const sum = fields.checksum ?? checksum([...head, ttl, protocol, 0, 0, ...rest]);
  return Uint8Array.from([...head, ttl, protocol, ...bytesOf(sum, 2), ...rest, ...Array.from(payload)]);
};

/** UDP without checksum. */
export const udp = ({
  sport = 1000,
  dport = 2000,
  data = filler(18),
}: {
  sport?: number;
  dport?: number;
  data?: ArrayLike<number>;
} = {}): number[] => [...bytesOf(sport, 2), ...bytesOf(dport, 2), ...bytesOf(8 + data.length, 2), 0, 0, ...Array.from(data)];

/** TCP with a checksum of 0, which nothing here looks at. `offset`: data offset in words. */
export const tcp = ({ sport = 1000, dport = 2000, offset = 5 } = {}): number[] => [
  ...bytesOf(sport, 2),
  ...bytesOf(dport, 2),
  ...bytesOf(1, 4),
  ...bytesOf(0, 4),
  offset << 4,
  0x10,
  ...bytesOf(8192, 2),
  ...bytesOf(0, 4),
];

export const icmp = ({
  type = 8,
  code = 0,
  rest = [0, 1, 0, 1, ...filler(18)],
}: {
  type?: number;
  code?: number;
  rest?: ArrayLike<number>;
} = {}): number[] => {
  const message = [type, code, 0, 0, ...Array.from(rest)];
  return [type, code, ...bytesOf(checksum(message), 2), ...message.slice(4)];
};

/** A packet in a frame. */
export const ipFrame = (link: Omit<FrameFields, "type" | "payload">, fields: IpFields = {}): Uint8Array =>
  frame({ ...link, type: IP, payload: ipv4(fields) });

/** What an untagged frame with an IP packet says. */
export const readIp = (bytes: Uint8Array) => {
  const ip = bytes.subarray(14);
  const headerLength = (ip[0]! & 15) * 4;
  return {
    headerLength,
    tos: ip[1]!,
    length: u16(ip, 2),
    id: u16(ip, 4),
    fragment: u16(ip, 6),
    ttl: ip[8]!,
    protocol: ip[9]!,
    checksumIsRight: checksum(ip.subarray(0, headerLength)) === 0,
    src: ipText(ip, 12),
    dst: ipText(ip, 16),
    options: Array.from(ip.subarray(20, headerLength)),
    payload: Array.from(ip.subarray(headerLength)),
  };
};

/** An ICMP message in a frame. `word`: the four bytes behind its checksum. `rest`: all behind those. */
export const readIcmp = (bytes: Uint8Array) => {
  const ip = readIp(bytes);
  const message = ip.payload;
  return { ...ip, type: message[0]!, code: message[1]!, intact: checksum(message) === 0, word: message.slice(4, 8), rest: message.slice(8) };
};
