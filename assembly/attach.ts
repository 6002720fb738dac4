// Interfaces, bridges and tables as the host configures them: one call each, between boot and the first run. Places in shared regions (first ring slot,
// first member, first table entry) are handed out by the host, which counted them for `plan`.

import { At, IFF_PROMISC, PortKind, Region } from "./abi";
import { attachChains } from "./dev/chains";
import { nicFillRing } from "./dev/nic_receive";
import { initBridgeCache } from "./ether/bridge_cache";
import { Member } from "./ether/bridge_member";
import { Bridge, initBridgeEntries } from "./ether/bridge_table";
import { Ifnet } from "./kern/ifnet";
import { interruptThread } from "./kern/thread";
import { base } from "./memory/arena";
import { ifaddrAdd } from "./net/ifaddr";
import { Netisr, netisrRegister, netisrRegisterHost } from "./net/netisr";
import { maskOf } from "./wire/ipv4";

function attach(port: u32, kind: PortKind, mac: u64, mtu: u32, flags: u32): Ifnet {
  const ifp = Ifnet.at(port);
  ifp.index = port;
  ifp.kind = kind;
  ifp.mac = mac;
  ifp.lladdr = mac;
  ifp.mtu = mtu;
  ifp.receiveMtu = mtu;
  ifp.flags = flags;
  return ifp;
}

/** An Ethernet interface with its rings, queue and interrupt thread. MAC addresses are given as loaded from the wire: first byte lowest. */
export function attachInterface(
  port: u32,
  mac: u64,
  mtu: u32,
  receiveMtu: u32,
  cpu: u32,
  flags: u32,
  rxFirst: u32,
  rxSlots: u32,
  txSlots: u32,
  queue: u32,
): void {
  const ifp = attach(port, PortKind.Interface, mac, mtu, flags);
  ifp.receiveMtu = receiveMtu;
  ifp.txSlots = txSlots;
  ifp.sndMaxlen = queue;
  attachReceiver(ifp, cpu, rxFirst, rxSlots);
}

/** The next receive ring of an interface that has several, with an interrupt of its own. The interface's own ring then stays empty. */
export function attachRing(port: u32, parent: u32, cpu: u32, rxFirst: u32, rxSlots: u32): void {
  const below = Ifnet.at(parent);
  const ifp = attach(port, PortKind.Ring, below.mac, below.mtu, below.flags);
  ifp.parent = parent;
  if (!below.rings) below.firstRing = port;
  below.rings++;
  attachReceiver(ifp, cpu, rxFirst, rxSlots);
}

function attachReceiver(ifp: Ifnet, cpu: u32, rxFirst: u32, rxSlots: u32): void {
  ifp.cpu = cpu;
  ifp.rxBase = base(Region.RxSlots) + ((<usize>rxFirst) << 3);
  ifp.rxPosts = ifp.rxBase + ((<usize>rxSlots) << 2);
  ifp.rxSlots = rxSlots;
  ifp.rxLimit = rxSlots;
  ifp.rxBurst = rxSlots;
  const t = interruptThread(ifp.index);
  ifp.ithread = t;
  t.cpu = cpu;
  t.port = ifp.index;
  attachChains(ifp);
  nicFillRing(ifp);
}

/** A vlan on an interface. Its flags tell whether the parent is promiscuous for it. */
export function attachVlan(port: u32, parent: u32, vid: u32, mtu: u32, flags: u32): void {
  const below = Ifnet.at(parent);
  const ifp = attach(port, PortKind.Vlan, below.mac, mtu, flags);
  ifp.parent = parent;
  ifp.vid = vid;
  ifp.cpu = below.cpu;
  ifp.nextVlan = below.vlans;
  below.vlans = port + 1;
}

/** A bridge, as a bridge and as an interface. `mac` 0: it is no station. */
export function attachBridge(
  port: u32,
  number: u32,
  mac: u64,
  mtu: u32,
  flags: u32,
  maxaddr: u32,
  timeout: u32,
  key: u32,
  firstMember: u32,
  firstEntry: u32,
): void {
  const ifp = attach(port, PortKind.Bridge, mac, mtu, flags);
  ifp.ownBridge = number;
  const bridge = Bridge.at(number);
  bridge.number = number;
  bridge.port = port;
  bridge.maxaddr = maxaddr;
  bridge.timeout = timeout;
  bridge.key = key;
  bridge.firstMember = firstMember;
  bridge.firstEntry = firstEntry;
  initBridgeEntries(bridge, maxaddr);
  const before = number ? Bridge.at(number - 1) : null;
  initBridgeCache(bridge, before ? before.cacheEnd : 0);
}

/** The next member of a bridge. Members are promiscuous; span ports keep their own input. */
export function attachMember(number: u32, port: u32, flags: u32, state: u32): void {
  const bridge = Bridge.at(number);
  const index = bridge.firstMember + bridge.members++;
  const member = Member.at(index);
  member.port = port;
  member.flags = flags;
  member.state = state;
  if (member.isSpan) {
    bridge.spans++;
    return;
  }
  const ifp = Ifnet.at(port);
  ifp.flags |= IFF_PROMISC;
  if (ifp.kind == PortKind.Vlan) Ifnet.at(ifp.parent).flags |= IFF_PROMISC;
  const bifp = Ifnet.at(bridge.port);
  if (!bifp.lladdr) bifp.lladdr = ifp.mac;
  ifp.bridge = number + 1;
  ifp.bridgePort = bridge.port;
  ifp.member = index;
}

/** The next address of an interface; `index` counts over all interfaces. */
export function attachAddress(port: u32, index: u32, ip: u32, length: u32): void {
  ifaddrAdd(Ifnet.at(port), index, ip, maskOf(length));
}

/** NETISR_FLAG_MPSAFE of a protocol. `host`: the embedder's handler takes its packets first. */
export function attachProtocol(isr: u32, mpsafe: bool, host: bool): void {
  if (host) netisrRegisterHost(isr, mpsafe);
  else netisrRegister(isr, <At>Netisr.at(isr).inKernel, mpsafe);
}
