/** The protocol-thread side of Ethernet input: ether_input_oncpu and ether_demux_oncpu of sys/net/if_ethersubr.c. */
import { Drop, Isr } from "../../assembly/abi.ts";
import { arpInput } from "./arp_input.ts";
import { bridgeInput } from "./bridge.ts";
import { get16, getMac } from "./bytes.ts";
import { etherInput, isPromiscuous } from "./ether_input.ts";
import { AT_TYPE, isrOf } from "./ethernet.ts";
import type { Done, Host, Packet } from "./host.ts";
import { ipflowFastforward } from "./ip_flow.ts";
import { ipInput } from "./ip_input.ts";

export function etherInputOncpu(host: Host, packet: Packet): Done {
  const ifp = host.ports[packet.rcvif]!;
  if (!ifp.up) return host.drop(Drop.InterfaceDown);
  if (ifp.monitor) return host.drop(Drop.Monitor);
  const bridge = host.bridgeOf(packet.rcvif);
  if (bridge && !packet.reinjected && !bridgeInput(host, bridge, packet)) return;
  etherDemuxOncpu(host, packet);
}

function etherDemuxOncpu(host: Host, packet: Packet): Done {
  if (isForOtherStation(host, packet)) return host.drop(Drop.OtherStation);
  if (packet.tag !== undefined) return vlanInput(host, packet, packet.tag);
  const isr = isrOf(get16(packet.frame, AT_TYPE));
  if (isr === Isr.Max) return host.drop(Drop.UnknownEtherType);
  if (isr === Isr.Ip && packet.lengthChecked && ipflowFastforward(host, packet)) return;
  if (isr === Isr.Arp && host.ports[packet.rcvif]!.noarp) return host.drop(Drop.InterfaceNoArp);
  netisrRun(host, isr, packet);
}

/** What only promiscuous mode let in (IFF_PROMISC without IFF_PPROMISC). [engine] Tagged frames for a vlan that is a bridge member are let through. */
function isForOtherStation(host: Host, packet: Packet): boolean {
  const ifp = host.ports[packet.rcvif]!;
  if (packet.group || getMac(packet.frame, 0) === ifp.mac || ifp.promisc || !isPromiscuous(host, ifp)) return false;
  const vlan = packet.tag === undefined ? undefined : vlanOf(host, packet.rcvif, packet.tag);
  return vlan === undefined || host.bridgeOf(vlan.index) === undefined;
}

const vlanOf = (host: Host, parent: number, tag: number) =>
  host.ports.find((port) => port.kind === "vlan" && port.parent === parent && port.vid === (tag & 0xfff));

/** [engine] vlan_input gives the frame another receiving interface, so it goes on as a message, like a frame that the bridge gives one. */
function vlanInput(host: Host, packet: Packet, tag: number): Done {
  const vlan = vlanOf(host, packet.rcvif, tag);
  if (!vlan) return host.drop(Drop.NoVlan);
  etherInput(host, vlan.index, { ...packet, tag: undefined });
}

/** Handlers other than those of IP and ARP are not part of the model. */
function netisrRun(host: Host, isr: Isr, packet: Packet): Done {
  const { handlers } = host.config;
  if (isr === Isr.Ip) return host.locks.run(handlers.ip.mpsafe, () => ipInput(host, packet));
  if (isr === Isr.Arp) return host.locks.run(handlers.arp.mpsafe, () => arpInput(host, packet));
  host.drop(Drop.UnregisteredIsr);
}
