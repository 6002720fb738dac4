// Protocol threads: where each lies, and which variable rules it. After sys/net/netisr.c of September-October 2008: four per CPU, in the order of ThreadKind.

import { Knob, ThreadKind } from "../abi";
import { Kernel, knobAt } from "../kern/kernel";
import { Thread } from "../kern/thread";

/** The protocol thread of a kind on a CPU. */
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
