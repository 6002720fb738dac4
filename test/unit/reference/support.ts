/** Small networks for the model, and the frames that they exchange. */
import { PS_PER_MS } from "../../../assembly/abi.ts";
import { formatMac, parseIp, parseMac } from "../../../src/addresses.ts";
import { resolveConfig } from "../../../src/config/index.ts";
import { checksum, get16, put16, put32, putMac } from "../../../src/reference/bytes.ts";
import { createReference, type Reference, type Sent, unaccounted } from "../../../src/reference/index.ts";
import type { BridgeConfig, EngineConfig } from "../../../src/types.ts";
import type { ArpFields as WideArpFields } from "../../support/frames.ts";
import type { IpFields as WideIpFields } from "../../support/packets.ts";

export const mac = (last: number): string => formatMac(0x020000000000n + BigInt(last));
export const STATION_A = mac(0xaa);
export const STATION_B = mac(0xbb);
export const STATION_C = mac(0xcc);
export const BROADCAST = "ff:ff:ff:ff:ff:ff";
export const ms = (time: number): bigint => BigInt(time) * BigInt(PS_PER_MS);
export const seconds = (time: number): bigint => ms(1000 * time);

/** The model, with a clock, and with its account checked after every frame. */
export interface Lab {
  reference: Reference;
  /** What left, by port, because of a frame that came in at `time` seconds. */
  receive(port: number, frame: Uint8Array, time?: number): Sent[];
  /** Ports by which something left. */
  ports(port: number, frame: Uint8Array, time?: number): number[];
}

export function labOf(config: EngineConfig): Lab {
  const reference = createReference(resolveConfig(config));
  let now = 0n;
  const receive = (port: number, frame: Uint8Array, time?: number) => {
    now = time === undefined ? now : seconds(time);
    const sent = reference.receive(port, frame, now);
    const left = unaccounted(reference.counts());
    if (left !== 0) throw new Error(`${left} packets are unaccounted for`);
    return sent;
  };
  return { reference, receive, ports: (port, frame, time) => receive(port, frame, time).map((sent) => sent.port) };
}

/** A bridge over p0, p1, ...; `members` gives single members other flags. */
export function bridgeLab(
  ports: number,
  members: BridgeConfig["members"] = [],
  bridge: Partial<BridgeConfig> = {},
  more: Partial<EngineConfig> = {},
): Lab {
  const interfaces = Array.from({ length: ports }, (_, index) => ({ name: `p${index}`, mac: mac(index + 1) }));
  const all = interfaces.map(({ name }) => members.find((member) => member.if === name) ?? { if: name });
  return labOf({ interfaces, bridges: [{ name: "br", members: all, ...bridge }], ...more });
}

/** A router: pN has 10.0.N.1/24, its station 10.0.N.2 with MAC ...:aN is known by ARP, and 20.N.0.0/16 is behind it. */
export function routerLab(ports = 2, sysctl: Record<string, number> = {}, change: (config: EngineConfig) => void = () => {}): Lab {
  const numbers = Array.from({ length: ports }, (_, index) => index);
  const config: EngineConfig = {
    interfaces: numbers.map((n) => ({ name: `p${n}`, mac: mac(n + 1), ip: [`10.0.${n}.1/24`] })),
    routes: numbers.map((n) => ({ dst: `20.${n}.0.0/16`, via: `10.0.${n}.2` })),
    arp: numbers.map((n) => ({ if: `p${n}`, ip: `10.0.${n}.2`, mac: mac(0xa0 + n) })),
    sysctl: { "net.inet.ip.forwarding": 1, ...sysctl },
  };
  change(config);
  return labOf(config);
}

export function etherFrame(dst: string, src: string, type = 0x88b5, payload: Uint8Array = new Uint8Array(46)): Uint8Array {
  const frame = new Uint8Array(14 + payload.length);
  putMac(frame, 0, parseMac(dst)!);
  putMac(frame, 6, parseMac(src)!);
  put16(frame, 12, type);
  frame.set(payload, 14);
  return frame;
}

export function tagged(frame: Uint8Array, tag: number): Uint8Array {
  return Uint8Array.from([...frame.subarray(0, 12), 0x81, 0, tag >> 8, tag & 255, ...frame.subarray(12)]);
}

type IpFields = Pick<WideIpFields, "src" | "dst" | "ttl" | "tos" | "id" | "fragment" | "protocol"> & { options?: number[]; payload?: Uint8Array };

/** UDP header of ports 1000 and 2000, and `extra` bytes. */
export const udp = (extra = 0): Uint8Array => Uint8Array.from([3, 0xe8, 7, 0xd0, 0, 8 + extra, 0, 0, ...new Uint8Array(extra)]);

export function ipPacket({
  src = "10.0.0.2",
  dst = "20.1.0.9",
  ttl = 64,
  tos = 0,
  id = 7,
  fragment = 0,
  protocol = 17,
  options = [],
  payload = udp(),
}: IpFields) {
  const header = 20 + options.length;
  const ip = new Uint8Array(header + payload.length);
  ip[0] = 0x40 | (header / 4);
  ip[1] = tos;
  put16(ip, 2, ip.length);
  put16(ip, 4, id);
  put16(ip, 6, fragment);
  ip[8] = ttl;
  ip[9] = protocol;
  put32(ip, 12, parseIp(src)!);
  put32(ip, 16, parseIp(dst)!);
  ip.set(options, 20);
  ip.set(payload, header);
  put16(ip, 10, checksum(ip, 0, header));
  return ip;
}

/** As it comes to `p0` of the router from its station. */
export const toRouter = (fields: IpFields, dst = mac(1), src = mac(0xa0)): Uint8Array => etherFrame(dst, src, 0x0800, ipPacket(fields));

export function icmp(type: number, code = 0, rest: Uint8Array = new Uint8Array(4)): Uint8Array {
  const message = Uint8Array.from([type, code, 0, 0, ...rest]);
  put16(message, 2, checksum(message, 0, message.length));
  return message;
}

type ArpFields = Pick<WideArpFields, "op" | "senderMac" | "sender" | "targetMac" | "target" | "dst">;

export function arpFrame({ op = 1, senderMac, sender, targetMac = "00:00:00:00:00:00", target, dst = BROADCAST }: ArpFields): Uint8Array {
  const arp = new Uint8Array(28);
  arp.set([0, 1, 8, 0, 6, 4, 0, op]);
  putMac(arp, 8, parseMac(senderMac)!);
  put32(arp, 14, parseIp(sender)!);
  putMac(arp, 18, parseMac(targetMac)!);
  put32(arp, 24, parseIp(target)!);
  return etherFrame(dst, senderMac, 0x0806, arp);
}

export const typeOf = (frame: Uint8Array): number => get16(frame, 12);
/** The datagram in a frame. */
export const ipOf = ({ data }: Sent): Uint8Array => data.subarray(14);
/** Type and code of the ICMP message in a frame whose IP header has no options. */
export const icmpOf = ({ data }: Sent): string => `${data[34]}/${data[35]}`;
