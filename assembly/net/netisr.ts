// The netisr table: how each protocol is entered. After sys/net/netisr.c of September-October 2008, whose body could not be read: ARCHITECTURE, section 8, has
// the tables that stand for it and what they rest on. protocol_threads.ts has the threads, netmsg_service.ts their loop, netisr_run.ts what hands packets over.

import { At, Isr, Region } from "../abi";
import { KernelMessage, MSGF_DONE } from "../kern/mbuf";
import { base } from "../memory/arena";

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
  messageEntered: u64;

  static at(isr: u32): Netisr {
    return changetype<Netisr>(base(Region.Netisr) + <usize>isr * offsetof<Netisr>());
  }

  /** ni_netmsg. */
  get message(): KernelMessage {
    return changetype<KernelMessage>(changetype<usize>(this) + offsetof<Netisr>("messageNext"));
  }
}

/** netisr_register: the place of the handler and whether it runs without the BGL. */
export function netisrRegister(isr: u32, place: At, mpsafe: bool): void {
  const protocol = Netisr.at(isr);
  protocol.inKernel = place;
  protocol.mpsafe = mpsafe ? 1 : 0;
  protocol.place = protocol.host ? At.Host : place;
}

/** Lets the host take the packets of a protocol first. */
export function netisrRegisterHost(isr: u32, mpsafe: bool): void {
  const protocol = Netisr.at(isr);
  protocol.host = 1;
  netisrRegister(isr, <At>protocol.inKernel, mpsafe);
}

/** Protocols that this stack handles itself, and whether each is MPSAFE by default: in September 2008 none was. */
export function registerProtocols(): void {
  for (let isr: u32 = 0; isr <= <u32>Isr.Max; isr++) {
    netisrRegister(isr, At.Done, false);
    Netisr.at(isr).message.result = <u16>isr;
    Netisr.at(isr).message.flags = MSGF_DONE;
  }
  netisrRegister(Isr.Ip, At.IpInput, false);
  netisrRegister(Isr.Arp, At.ArpInput, false);
}
