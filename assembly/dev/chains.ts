// Chains of received packets: one per interface and CPU that they go to, filled by the interface's handler and sent as a whole (ETHER_INPUT_CHAIN).

import { Boot, Region } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { Mbuf } from "../kern/mbuf";
import { Thread } from "../kern/thread";
import { base, boot } from "../memory/arena";

/** Appends a packet to an interface's chain for a CPU: head, 0 = there is none, and tail, four bytes each. */
export function chainAppend(ithread: Thread, cpu: u32, m: Mbuf): void {
  const chain = ithread.chains + ((<usize>cpu) << 3);
  if (load<u32>(chain)) changetype<Mbuf>(load<u32>(chain, 4)).next = m;
  else {
    store<u32>(chain, <u32>changetype<usize>(m));
    ithread.chained |= 1 << (<u64>cpu);
  }
  store<u32>(chain, <u32>changetype<usize>(m), 4);
  m.next = null;
}

/** The chain for a CPU has been sent. */
export function chainSent(ithread: Thread, cpu: u32): void {
  store<u32>(ithread.chains + ((<usize>cpu) << 3), 0);
  ithread.chained &= ~(1 << (<u64>cpu));
}

/** First packet of the chain for a CPU that has one. */
export function chainHead(ithread: Thread, cpu: u32): u32 {
  return load<u32>(ithread.chains + ((<usize>cpu) << 3));
}

/** Bytes of the chains of all interfaces. */
export function chainBytes(): u64 {
  return <u64>boot(Boot.Ports) * boot(Boot.Cpus) * 8;
}

export function attachChains(ifp: Ifnet): void {
  ifp.ithread.chains = base(Region.Chains) + <usize>(ifp.index * boot(Boot.Cpus)) * 8;
}
