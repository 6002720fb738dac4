// Chains of received packets: one per interface and CPU that they go to, filled by the interface's handler and sent as a whole (ETHER_INPUT_CHAIN).

import { Boot, Region } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { Mbuf } from "../kern/mbuf";
import { base, boot } from "../memory/arena";

/** A chain: head and tail, four bytes each. */
export function chainAppend(chain: usize, m: Mbuf): void {
  const head = load<u32>(chain);
  if (head) changetype<Mbuf>(load<u32>(chain, 4)).next = m;
  else store<u32>(chain, <u32>changetype<usize>(m));
  store<u32>(chain, <u32>changetype<usize>(m), 4);
  m.next = null;
}

/** Bytes of the chains of all interfaces. */
export function chainBytes(): u64 {
  return <u64>boot(Boot.Ports) * boot(Boot.Cpus) * 8;
}

export function attachChains(ifp: Ifnet): void {
  ifp.ithread.chains = base(Region.Chains) + <usize>(ifp.index * boot(Boot.Cpus)) * 8;
}
