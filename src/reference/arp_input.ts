/** ARP packets that arrive. After in_arpinput. */
import { Drop, Knob } from "../../assembly/abi.ts";
import type { Ip, Mac, ResolvedPort } from "../types.ts";
import { hasAddress, isOurs } from "./address.ts";
import { ARP_LENGTH, ARP_REPLY, ARP_REQUEST, createEntry, sendArp } from "./arp.ts";
import { get16, get32, getMac } from "./bytes.ts";
import { etherOutput, sourceMac } from "./ether_output.ts";
import { ETHER_HEADER, ETHERTYPE_IP, isGroup } from "./ethernet.ts";
import { type ArpEntry, arpKey, type Done, type Host, type Packet } from "./host.ts";
import { NETISR0 } from "./ip_demux.ts";

/** The held packet leaves before the answer. */
export function arpInput(host: Host, packet: Packet): Done {
  const arp = packet.frame.subarray(ETHER_HEADER);
  const ifp = host.ports[packet.rcvif]!;
  if (!isWellFormed(arp)) return host.drop(Drop.ArpBad);
  const senderMac = getMac(arp, 8);
  const sender = get32(arp, 14);
  const target = get32(arp, 24);
  if (isGroup(senderMac)) return host.drop(Drop.ArpBad);
  host.deliver();
  if (senderMac === sourceMac(host, ifp.index)) return; // "it's from me": our own, come back
  const isForUs = hasAddress(ifp, target);
  if (sender !== 0 && !isOurs(host, sender) && !ifp.staticarp) update(host, ifp, sender, senderMac, isForUs);
  if (isForUs && get16(arp, 6) === ARP_REQUEST) sendArp(host, ifp.index, senderMac, ARP_REPLY, target, senderMac, sender);
  sendArpUpdate(host);
}

/** The packet goes to the next CPU, so that its table learns too. There is one table here: nothing is left to be done on the others. */
export function sendArpUpdate(host: Host): void {
  const cpu = host.cpu + 1;
  if (cpu < host.config.cpus) host.messages.push({ kind: "arpUpdate", thread: { ...NETISR0, cpu }, mpsafe: host.config.handlers.arp.mpsafe });
}

function isWellFormed(arp: Uint8Array): boolean {
  if (arp.length < ARP_LENGTH) return false;
  const hardware = get16(arp, 0);
  const op = get16(arp, 6);
  return (
    (hardware === 1 || hardware === 6) && get16(arp, 2) === ETHERTYPE_IP && arp[4] === 6 && arp[5] === 4 && (op === ARP_REQUEST || op === ARP_REPLY)
  );
}

function update(host: Host, ifp: ResolvedPort, sender: Ip, mac: Mac, mayCreate: boolean): void {
  const own = host.arp.get(arpKey(ifp.index, sender)) ?? (mayCreate ? createEntry(host, ifp.index, sender) : undefined);
  if (own) refresh(host, own, mac);
}

function refresh(host: Host, entry: ArpEntry, mac: Mac): void {
  if (entry.permanent) return;
  entry.mac = mac;
  entry.expire = host.seconds + host.knob(Knob.ArpMaxAge);
  entry.reject = false;
  entry.asked = 0;
  entry.preempt = host.knob(Knob.ArpMaxtries);
  const held = entry.held;
  entry.held = undefined;
  if (held) host.pend(() => etherOutput(host, entry.port, ETHERTYPE_IP, mac, held.datagram, held.path));
}
