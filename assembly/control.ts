// Control requests (ioctl, sysctl, route socket) from the host while the engine stands: no thread is in the middle of a message then, so no lock is
// needed [engine: the kernel sends some of them as messages to netisr_cpu 0].

import { Boot, Counter, IFF_NOCARRIER, IFF_PPROMISC, IFF_PROMISC, IFF_RUNNING, IFF_UP, Ipi, Knob, PortKind } from "./abi";
import { etherPollDeregister, etherPollRegister, isPolling, pollSysctl } from "./dev/pollctx";
import { bridgeRtdelete, bridgeSetMax } from "./ether/bridge_age";
import { Member } from "./ether/bridge_member";
import { Bridge, bridgeRtstatic } from "./ether/bridge_table";
import { Ifnet, txRelink } from "./kern/ifnet";
import { ipiqFull, ipiqPut } from "./kern/ipiq";
import { Kernel, setKnob } from "./kern/kernel";
import { controlThread } from "./kern/thread";
import { pollingChanged, postIpi, threadRequested } from "./machine";
import { boot } from "./memory/arena";
import { ifqFlush } from "./net/ifq";
import { Netisr } from "./net/netisr";
import { netmsgServiceSync } from "./net/netmsg_sync";
import { schednetisrRemote } from "./net/schednetisr";
import { startCallouts } from "./net/softclock";
import { toeplitzInit } from "./net/toeplitz";
import { count } from "./stats/counters";

/** sysctl. The Toeplitz tables follow their seeds; new intervals of callouts count from their next firing on. */
export function setSysctl(knob: Knob, value: i32): void {
  setKnob(knob, value);
  if (knob == Knob.ToeplitzKeyseed0 || knob == Knob.ToeplitzKeyseed1) toeplitzInit();
  if (!isPolling(knob)) return;
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) setPollSysctl(cpu, knob, value);
}

/** The same for kern.polling of one CPU. */
export function setPollSysctl(cpu: u32, knob: Knob, value: u32): void {
  pollSysctl(cpu, knob, value);
  pollingChanged(cpu);
}

/** ifconfig polling or -polling. False: it is so already, or its CPU cannot poll it. */
export function setPolling(port: u32, on: bool): bool {
  const ifp = Ifnet.at(port);
  if (!(on ? etherPollRegister(ifp) : etherPollDeregister(ifp))) return false;
  pollingChanged(ifp.cpu);
  return true;
}

/** Ends the configuration: the clock starts. `epochMs`: milliseconds since midnight UT at time 0. */
export function startEngine(epochMs: u64): void {
  Kernel.at().epochMs = epochMs;
  toeplitzInit();
  startCallouts();
}

/** ifconfig up or down. Down empties the output queue. */
export function setInterfaceUp(port: u32, up: bool): void {
  const ifp = Ifnet.at(port);
  if (up) {
    ifp.flags |= IFF_UP | IFF_RUNNING;
    return;
  }
  ifp.flags &= ~(IFF_UP | IFF_RUNNING);
  ifqFlush(controlThread(), ifp);
}

export function interfaceUp(port: u32): bool {
  return (Ifnet.at(port).flags & IFF_UP) != 0;
}

/** The carrier of an interface. Without it nothing comes, and the transmitter stands still: ring and queue fill up. */
export function setCarrier(port: u32, up: bool): void {
  const ifp = Ifnet.at(port);
  if (!up) {
    ifp.flags |= IFF_NOCARRIER;
    return;
  }
  ifp.flags &= ~IFF_NOCARRIER;
  txRelink(ifp);
}

/** Takes a port out of its bridge: its addresses are forgotten, and every message sent before is through before this returns to the host's next run. */
export function bridgeRemoveMember(number: u32, port: u32): bool {
  const bridge = Bridge.at(number);
  for (let i: u32 = 0; i < bridge.members; i++) {
    const member = Member.at(bridge.firstMember + i);
    if (member.port != port || member.isGone) continue;
    member.gone = 1;
    bridgeRtdelete(bridge, port);
    Ifnet.at(port).bridge = 0;
    if (!member.isSpan) endPromisc(Ifnet.at(port));
    syncPorts();
    return true;
  }
  return false;
}

/** ifpromisc off: an interface stays promiscuous while it, or a vlan on it, is in a bridge; a vlan always is, by which it filters what its parent takes. */
function endPromisc(ifp: Ifnet): void {
  const below = ifp.kind == PortKind.Vlan ? Ifnet.at(ifp.parent) : ifp;
  if (below.bridge || below.flags & IFF_PPROMISC) return;
  for (let next = below.vlans; next; next = Ifnet.at(next - 1).nextVlan) if (Ifnet.at(next - 1).bridge) return;
  below.flags &= ~IFF_PROMISC;
}

/** Starts netmsg_service_sync, which goes on in the next run. */
export function syncPorts(): void {
  netmsgServiceSync();
  threadRequested();
}

/** Puts a port that left its bridge back. */
export function bridgeRestoreMember(number: u32, port: u32): bool {
  const bridge = Bridge.at(number);
  for (let i: u32 = 0; i < bridge.members; i++) {
    const member = Member.at(bridge.firstMember + i);
    if (member.port != port || !member.isGone) continue;
    member.gone = 0;
    if (member.isSpan) return true;
    const ifp = Ifnet.at(port);
    ifp.bridge = number + 1;
    ifp.bridgePort = bridge.port;
    const below = ifp.kind == PortKind.Vlan ? Ifnet.at(ifp.parent) : ifp;
    below.flags |= IFF_PROMISC;
    return true;
  }
  return false;
}

export function bridgeSetMaxaddr(number: u32, maxaddr: u32): void {
  bridgeSetMax(Bridge.at(number), maxaddr);
}

/** A static address. False: the table is full. */
export function bridgeAddStatic(number: u32, mac: u64, port: u32): bool {
  return bridgeRtstatic(Bridge.at(number), mac, port);
}

/**
 * schednetisr from an interrupt on CPU `cpu`: an IPI to CPU 0, or a direct call if that is the own one. [engine] One at a time for each protocol: what schednetisr_remote
 * leaves undone while the message is on its way is not asked for either. If the IPI queue is so full that a sender would spin, CPU 0 is told without it: no time
 * passes in which it could.
 */
export function requestSchednetisr(cpu: u32, isr: u32): void {
  if (Netisr.at(isr).requested) {
    count(cpu, Counter.sched_coalesced);
    return;
  }
  Netisr.at(isr).requested = 1;
  if (ipiqFull(cpu, 0)) {
    schednetisrRemote(isr);
    return threadRequested();
  }
  ipiqPut(cpu, 0, Ipi.Schednetisr, isr);
  postIpi(cpu, 0);
}
