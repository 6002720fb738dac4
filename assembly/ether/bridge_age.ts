// What removes addresses from a bridge's table: age, a lower limit, a member that leaves. After bridge_rtage, bridge_rttrim and bridge_rtdelete in
// sys/net/bridge/if_bridge.c 1.42. All need the bridge's serializer, or a standing engine.

import { At, Cost, Counter } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { timeSecond } from "../kern/kernel";
import { Thread } from "../kern/thread";
import { charge, leave } from "../seam";
import { count } from "../stats/counters";
import { Bridge, bridgeRtdestroy } from "./bridge_table";

/** bridge_rtage: removes dynamic addresses whose time is over, in whole seconds. */
function bridgeRtage(bridge: Bridge, cpu: u32): void {
  const now = timeSecond();
  for (let index = bridge.head; index; ) {
    const entry = bridge.entry(index);
    const next = entry.next;
    if (entry.expire && now >= entry.expire) {
      bridgeRtdestroy(bridge, index);
      count(cpu, Counter.brc_aged);
    }
    index = next;
  }
}

/** Sets sc_brtmax. A lower one trims: age first, then dynamic addresses, newest first. */
export function bridgeSetMax(bridge: Bridge, maxaddr: u32): void {
  bridge.maxaddr = min(maxaddr, bridge.room);
  if (bridge.count <= bridge.maxaddr) return;
  bridgeRtage(bridge, 0);
  for (let index = bridge.head; index && bridge.count > bridge.maxaddr; ) {
    const next = bridge.entry(index).next;
    if (!bridge.entry(index).isStatic) bridgeRtdestroy(bridge, index);
    index = next;
  }
}

/** bridge_rtdelete: forgets every address behind a port. */
export function bridgeRtdelete(bridge: Bridge, port: u32): void {
  for (let index = bridge.head; index; ) {
    const next = bridge.entry(index).next;
    if (bridge.entry(index).port == port) bridgeRtdestroy(bridge, index);
    index = next;
  }
}

/** Place BridgeTimer. @locks the bridge's serializer. */
export function bridgeTimer(t: Thread, ifp: Ifnet): At {
  charge(t, Cost.Timer);
  bridgeRtage(Bridge.at(ifp.ownBridge), t.cpu);
  leave(t, ifp.serializer);
  return At.BridgeTimers;
}
