// The netisr table, the one service loop of all protocol threads and the decisions about the BGL. After sys/net/netisr.c of September-October 2008, whose
// body could not be read: ARCHITECTURE, section 8, has the tables that stand for it and what they rest on.
//
// in     a message at the head of a thread's port; netisrRun from ether_demux_oncpu
// out    the place named in the message, or the protocol's place · Drop.UnregisteredIsr
// reads  Knob.*MpsafeThread for every message        writes  Thread.mplocked, mpcount, undo, release and its counts
// locks  the BGL
// costs  Cost.Service, Cost.NetisrRun

import { At, Cost, Drop, HANDLER_SHIFT, HandlerLock, Isr, Knob, LOCK_VIOLATION, Region, ServiceLock, ThreadCounter, ThreadKind } from "../abi";
import { drop } from "../kern/ends";
import { Kernel, knob, knobAt } from "../kern/kernel";
import { bgl } from "../kern/lock";
import { Mbuf, MSGF_DONE, MSGF_MPSAFE, Netmsg } from "../kern/mbuf";
import { getport, Thread, tally, Undo } from "../kern/thread";
import { base } from "../memory/arena";
import { charge, enter, leave } from "../seam";

/** Any other mode acts as 0, the BGL for every message. */
const NETMSG_SERVICE_ADAPTIVE: i32 = 1;
export const NETMSG_SERVICE_MPSAFE: i32 = 2;

/** struct netisr: how one protocol is entered. */
@unmanaged
export class Netisr {
  place: u32; // At of the handler, 0 = none registered
  mpsafe: u32; // NETISR_FLAG_MPSAFE
  inKernel: u32; // At of the handler behind a host's handler, 0 = none
  host: u32; // 1: the host takes its packets first
  messageNext: u32; // ni_netmsg, for schednetisr
  messageThread: u32;
  messageDispatch: u16;
  messageFlags: u8;
  messageLock: u8;
  messageResult: u16;
  requested: u16; // an IPI of schednetisr is on its way

  static at(isr: u32): Netisr {
    return changetype<Netisr>(base(Region.Netisr) + <usize>isr * offsetof<Netisr>());
  }

  /** ni_netmsg. */
  get message(): Netmsg {
    return changetype<Netmsg>(changetype<usize>(this) + offsetof<Netisr>("messageNext"));
  }
}

/** netisr_register: the place of the handler and whether it runs without the BGL. */
export function netisrRegister(isr: u32, place: At, mpsafe: bool): void {
  const protocol = Netisr.at(isr);
  protocol.inKernel = place;
  protocol.mpsafe = mpsafe ? 1 : 0;
  protocol.place = protocol.host ? At.Host : place;
  protocol.message.result = <u16>isr;
  protocol.message.flags = MSGF_DONE;
}

/** Lets the host take the packets of a protocol first. */
export function netisrRegisterHost(isr: u32, mpsafe: bool): void {
  const protocol = Netisr.at(isr);
  protocol.host = 1;
  netisrRegister(isr, <At>protocol.inKernel, mpsafe);
}

// ---- protocol threads: four per CPU, in this order ----

export function threadOf(kind: ThreadKind, cpu: u32): Thread {
  return Thread.at((cpu << 2) + kind);
}

/** netisr_cpu[N] */
export function netisrCpu(cpu: u32): Thread {
  return threadOf(ThreadKind.Netisr, cpu);
}

/** The variable that rules threads of a kind: the argument of netmsg_service_loop. */
export function modeOf(kind: u32): usize {
  if (kind == ThreadKind.Tcp) return knobAt(Knob.TcpMpsafeThread);
  if (kind == ThreadKind.Udp) return knobAt(Knob.UdpMpsafeThread);
  if (kind == ThreadKind.Netisr) return knobAt(Knob.NetisrMpsafeThread);
  return changetype<usize>(Kernel.at()) + offsetof<Kernel>("ifnetMode");
}

/** The mode, read for every message. */
function serviceMode(t: Thread): i32 {
  const mode = load<i32>(t.mode);
  return mode >= 0 ? mode : knob(Knob.NetisrMpsafeThread);
}

/** Place Service: one turn of netmsg_service_loop. */
export function netmsgService(t: Thread): At {
  const m = getport(t);
  return m ? netmsgServe(t, m) : At.Empty;
}

/** Decides by ARCHITECTURE, section 8.1, what becomes of the BGL before the message is dispatched. */
export function netmsgServe(t: Thread, m: Netmsg): At {
  tally(t, ThreadCounter.messages);
  const mode = serviceMode(t);
  const mpsafe = (m.flags & MSGF_MPSAFE) != 0;
  return mode == NETMSG_SERVICE_ADAPTIVE && mpsafe && !t.mplocked ? dispatchWithout(t, m) : decide(t, m, mode, mpsafe);
}

/** All rows but that of the critical path. */
function decide(t: Thread, m: Netmsg, mode: i32, mpsafe: bool): At {
  let get = false;
  let lock: u32 = t.mplocked ? ServiceLock.Kept : ServiceLock.Without;
  if (mode == NETMSG_SERVICE_ADAPTIVE) {
    get = !mpsafe && !t.mplocked;
    if (mpsafe && t.mplocked) lock = relMplock(t);
    if (!mpsafe && !knob(Knob.NetisrMpsafeLazy)) t.release = 1;
  } else if (mode == NETMSG_SERVICE_MPSAFE) {
    if (t.mplocked) lock = relMplock(t);
    if (!mpsafe) {
      lock |= LOCK_VIOLATION;
      tally(t, ThreadCounter.violations);
    }
  } else {
    get = !t.mplocked;
  }
  m.lock = <u8>(get ? ServiceLock.Got : lock);
  if (!get) return netmsgDispatch(t, m);
  t.mplocked = 1;
  t.mpcount++;
  tally(t, ThreadCounter.gets);
  return enter(t, At.Dispatch, changetype<usize>(m), bgl()) ? netmsgDispatch(t, m) : At.Wait;
}

/** The row of the critical path, before all others: nothing is got or released. */
function dispatchWithout(t: Thread, m: Netmsg): At {
  m.lock = <u8>ServiceLock.Without;
  return netmsgDispatch(t, m);
}

/** Place Dispatch: the message goes to its place. The switch in path.ts carries the subject along. */
export function netmsgDispatch(t: Thread, m: Netmsg): At {
  charge(t, Cost.Service);
  t.subject = changetype<usize>(m);
  return m.dispatch;
}

/** ARCHITECTURE, section 8.1: what happens after a message. */
export function messageDone(t: Thread): void {
  if (t.release) {
    t.release = 0;
    relMplock(t);
  } else if (t.mplocked) tally(t, ThreadCounter.keeps);
}

function relMplock(t: Thread): ServiceLock {
  t.mplocked = 0;
  t.mpcount--;
  tally(t, ThreadCounter.releases);
  leave(t, bgl());
  return ServiceLock.Released;
}

/** Hands the packet to its protocol on this CPU (ARCHITECTURE, section 8.2): gets the BGL for a handler that is not MPSAFE, or counts deeper if the thread has it. */
export function netisrRun(t: Thread, m: Mbuf, isr: u32): At {
  const protocol = Netisr.at(isr);
  if (!protocol.place) return drop(t, m, Drop.UnregisteredIsr);
  m.result = <u16>isr;
  m.dispatch = <u16>protocol.place;
  charge(t, Cost.NetisrRun);
  if (protocol.mpsafe) {
    m.flags = MSGF_MPSAFE;
    return handled(m, HandlerLock.Mpsafe, protocol);
  }
  m.flags = 0;
  if (t.mpcount > 0) {
    t.mpcount++;
    t.undo = Undo.Recursive;
    tally(t, ThreadCounter.recursiveGets);
    return handled(m, HandlerLock.Recursive, protocol);
  }
  handled(m, HandlerLock.Got, protocol);
  t.mpcount = 1;
  t.undo = Undo.Release;
  tally(t, ThreadCounter.gets);
  return enter(t, <At>protocol.place, changetype<usize>(m), bgl()) ? <At>protocol.place : At.Wait;
}

/** Notes the row of ARCHITECTURE, section 8.2, in the packet. */
function handled(m: Mbuf, lock: HandlerLock, protocol: Netisr): At {
  m.lock = <u8>((<u32>m.lock & 15) | ((<u32>lock) << HANDLER_SHIFT));
  return protocol.place;
}

/** Undoes what netisrRun did, when the packet and all that it caused have ended. */
export function handlerDone(t: Thread): void {
  t.mpcount--;
  if (t.undo == Undo.Release) {
    tally(t, ThreadCounter.releases);
    leave(t, bgl());
  }
  t.undo = Undo.None;
}

/** netisr_queue, once the port is known: the message carries MSGF_MPSAFE exactly if the protocol does. */
export function netisrQueue(t: Thread, m: Mbuf, isr: u32, port: Thread): At {
  const protocol = Netisr.at(isr);
  if (!protocol.place) return drop(t, m, Drop.UnregisteredIsr);
  m.result = <u16>isr;
  m.dispatch = <u16>protocol.place;
  m.flags = protocol.mpsafe ? MSGF_MPSAFE : 0;
  m.thread = port;
  return At.SendMsg;
}

/** Protocols that this stack handles itself, and whether each is MPSAFE by default: in September 2008 none was. */
export function registerProtocols(): void {
  for (let isr: u32 = 0; isr <= <u32>Isr.Max; isr++) netisrRegister(isr, At.Done, false);
  netisrRegister(Isr.Ip, At.IpInput, false);
  netisrRegister(Isr.Arp, At.ArpInput, false);
}
