/** Random ARP packets. */
import { put16, put32, putMac } from "../../src/reference/bytes.ts";
import type { Ip, Mac } from "../../src/types.ts";
import type { Random } from "./random.ts";
import { etherFrame, padded } from "./wire.ts";
import type { Station, World } from "./world.ts";

const BROADCAST: Mac = 0xffffffffffffn;
const REQUEST = 1;
const REPLY = 2;

function arpPacket(op: number, senderMac: Mac, sender: Ip, targetMac: Mac, target: Ip): Uint8Array {
  const arp = new Uint8Array(28);
  arp.set([0, 1, 8, 0, 6, 4, 0, op]);
  putMac(arp, 8, senderMac);
  put32(arp, 14, sender);
  putMac(arp, 18, targetMac);
  put32(arp, 24, target);
  return arp;
}

/** What a station says when its port asks for it. */
export function arpAnswer(station: Station): Uint8Array {
  const own = station.port.ip[0]?.address ?? 0;
  const { mac, ip, port } = station;
  return padded(etherFrame(port.mac, mac, 0x0806, arpPacket(REPLY, mac, ip, port.mac, own)));
}

export function arpFrame(r: Random, world: World, sender: Station): Uint8Array {
  const own = sender.port.ip.map(({ address }) => address);
  const op = r.weighted([
    [6, REQUEST],
    [3, REPLY],
    [1, r.from(0, 4)],
  ]);
  const senderMac = r.rarely(8, sender.mac, [BROADCAST, 0x01005e000001n, 0n, sender.port.mac, ...world.ownMacs]);
  const senderIp = r.rarely(10, sender.ip, [0, 0xffffffff, ...world.ownIps, ...world.stations.map(({ ip }) => ip)]);
  const target = own.length > 0 && r.percent(75) ? r.pick(own) : r.pick([0, ...world.ownIps, ...world.stations.map(({ ip }) => ip)]);
  const arp = arpPacket(op, senderMac, senderIp, r.pick([0n, sender.port.mac, BROADCAST]), target);
  spoil(r, arp);
  const dst = r.rarely(25, op === REQUEST ? BROADCAST : sender.port.mac, [sender.port.mac, r.pick(world.ownMacs), BROADCAST]);
  const frame = etherFrame(dst, world.honest ? sender.mac : r.rarely(5, senderMac, [sender.mac, 0n]), 0x0806, arp);
  return r.weighted([
    [3, padded(frame)],
    [1, frame],
  ]);
}

/** One packet in ten has a field that no ARP packet should have. */
function spoil(r: Random, arp: Uint8Array): void {
  if (!r.percent(10)) return;
  const [at, value] = r.pick([
    [0, r.pick([6, 7, 0x0100])],
    [2, r.pick([0x0806, 0x86dd])],
    [4, r.pick([0x0604, 0x0804, 0x0606])],
    [6, r.pick([0, 3, 8, 0x0101])],
  ] as const);
  put16(arp, at, value);
}
