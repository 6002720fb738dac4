// The kernel's own messages, one of each that can be on its way: they lie side by side in Region.Messages from boot on, so that sending one allocates nothing.
//
//     control thread, 1 | timers of CPU 0, 2 | timers of CPU 1, 2 | ... | interfaces of CPU 0, one per port | interfaces of CPU 1 | ...

import { Boot, Callout, Region } from "../abi";
import { KernelMessage, MSGF_DONE } from "../kern/mbuf";
import { base, boot } from "../memory/arena";

/** Timers that reach every CPU by a message: those of the flow cache and of ARP, the first two of Callout. */
const TIMERS: u32 = 2;
if (Callout.Ipflow != 0 || Callout.Arp != 1) ERROR("the timers of the CPUs do not come first in Callout");

function messageAt(index: u32): KernelMessage {
  return changetype<KernelMessage>(base(Region.Messages) + <usize>index * offsetof<KernelMessage>());
}

export function messageTotal(): u32 {
  return 1 + boot(Boot.Cpus) * (TIMERS + boot(Boot.Ports));
}

/** None of them is on its way. */
export function initMessages(): void {
  for (let i: u32 = 0; i < messageTotal(); i++) messageAt(i).flags = MSGF_DONE;
}

/** The synchronous one of the control thread. */
export function controlMessage(): KernelMessage {
  return messageAt(0);
}

/** That of a timer for netisr_cpu of a CPU. `callout`: Ipflow or Arp. */
export function timerMessage(cpu: u32, callout: u32): KernelMessage {
  return messageAt(1 + TIMERS * cpu + callout);
}

/** That of a CPU's ifnet thread for an interface. */
export function ifnetMessage(cpu: u32, port: u32): KernelMessage {
  return messageAt(1 + TIMERS * boot(Boot.Cpus) + cpu * boot(Boot.Ports) + port);
}
