/** The protocol-thread side of Ethernet input: ether_input_oncpu and ether_demux_oncpu of sys/net/if_ethersubr.c. */
import { Drop, Isr } from "../../assembly/abi.ts";
import { arpInput } from "./arp_input.ts";
import { bridgeInput } from "./bridge.ts";
import { get16, getMac } from "./bytes.ts";
import { isPromiscuous } from "./ether_input.ts";
import { AT_TYPE, ETHER_HEADER, isrOf } from "./ethernet.ts";
import type { Done, Host, Packet } from "./host.ts";
import { ipflowFastforward } from "./ip_flow.ts";
import { ipInput } from "./ip_input.ts";

/** Largest value of the type field that is a length. */
const LLC_MAX = 1500;
const SNAP_HEADERS = [0xaaaa03080007809bn, 0xaaaa0300000080f3n];

export function etherInputOncpu(host: Host, packet: Packet): Done {
  const ifp = host.ports[packet.rcvif]!;
  if (!ifp.up || ifp.monitor) return host.drop(Drop.InterfaceDown);
  const bridge = host.bridgeOf(packet.rcvif);
  if (!bridge) return etherDemuxOncpu(host, packet);
  if (packet.reinjected) return etherDemuxOncpu(host, { ...packet, reinjected: false });
  bridgeInput(host, bridge, packet, () => etherDemuxOncpu(host, packet));
}

function etherDemuxOncpu(host: Host, packet: Packet): Done {
  if (packet.tag !== undefined) return vlanInput(host, packet, packet.tag);
  if (isForOtherStation(host, packet)) return host.drop(Drop.OtherStation);
  const isr = isrOf(get16(packet.frame, AT_TYPE));
  if (isr === Isr.Max) return host.drop(isLlcProtocol(packet.frame) ? Drop.UnregisteredIsr : Drop.UnknownEtherType);
  if (isr === Isr.Ip && ipflowFastforward(host, packet)) return;
  if (isr === Isr.Arp && host.ports[packet.rcvif]!.noarp) return host.drop(Drop.InterfaceNoArp);
  netisrRun(host, isr, packet);
}

/**
 * What only promiscuous mode let in (IFF_PROMISC without IFF_PPROMISC). [engine] A tagged frame is looked at with its vlan as receiving interface, which
 * tests for itself: its parent may be promiscuous for the sake of another vlan.
 */
function isForOtherStation(host: Host, packet: Packet): boolean {
  const ifp = host.ports[packet.rcvif]!;
  const isFiltered = !ifp.promisc && (ifp.kind === "vlan" || isPromiscuous(host, ifp));
  return isFiltered && !packet.group && getMac(packet.frame, 0) !== ifp.mac;
}

/** vlan_input. */
function vlanInput(host: Host, packet: Packet, tag: number): Done {
  const vlan = host.ports.find((port) => port.kind === "vlan" && port.parent === packet.rcvif && port.vid === (tag & 0xfff));
  if (!vlan) return host.drop(Drop.NoVlan);
  etherInputOncpu(host, { ...packet, tag: undefined, rcvif: vlan.index });
}

/** 802.3 frames that name a protocol in their LLC header: raw IPX, AppleTalk and AARP by SNAP. They would be queued to its port. */
function isLlcProtocol(frame: Uint8Array): boolean {
  const length = get16(frame, AT_TYPE);
  const llc = frame.subarray(ETHER_HEADER);
  if (length > LLC_MAX || length > llc.length) return false;
  if (llc.length >= 2 && get16(llc, 0) === 0xffff) return true;
  return length >= 8 && SNAP_HEADERS.includes(getMac(llc, 0) * 0x10000n + BigInt(get16(llc, 6)));
}

/** Handlers other than those of IP and ARP are not part of the model. */
function netisrRun(host: Host, isr: Isr, packet: Packet): Done {
  const { handlers } = host.config;
  const run = (mpsafe: boolean, handler: () => void) =>
    host.locks.run(mpsafe, () => {
      handler();
      host.finishPending();
    });
  if (isr === Isr.Ip) return run(handlers.ip.mpsafe, () => ipInput(host, packet));
  if (isr === Isr.Arp) return run(handlers.arp.mpsafe, () => arpInput(host, packet));
  host.drop(Drop.UnregisteredIsr);
}
