// Large tables lie outside the caches, and a packet's look-ups wait for memory one after the other. Before the messages of a burst run, this reads what they
// are going to read, packet by packet without a decision in between, so that the waits of many packets overlap. It changes nothing, and small tables are
// left alone.

import { Boot, Knob, Region } from "../abi";
import { stationOf } from "../ether/bridge_cache";
import { Bridge } from "../ether/bridge_table";
import { Ifnet } from "../kern/ifnet";
import { knob } from "../kern/kernel";
import { Mbuf } from "../kern/mbuf";
import { boot, bytes } from "../memory/arena";
import { routeCount, rtlookup } from "../netinet/route";
import { Route } from "../netinet/route_table";
import { ETHER_HDR_LEN, ETHERTYPE_IP, EtherHeader } from "../wire/ethernet";
import { Ipv4 } from "../wire/ipv4";

/** What fits the second level of a cache of our day, with room for the rest: bytes of look-aside lines, and routes. */
const LARGE_BYTES: usize = 262_144;
const LARGE_ROUTES: u32 = 4096;

/** Whether there is a table that is worth it. */
export function tablesAreLarge(): bool {
  return bytes(Region.BridgeCache) > LARGE_BYTES || routeCount() > LARGE_ROUTES;
}

/** Reads ahead for a packet. The number means nothing; who does not use it would make the compiler leave the loads out. */
export function touch(m: Mbuf): u32 {
  const eh = changetype<EtherHeader>(m.data);
  const ifp = Ifnet.at(m.rcvif);
  if (ifp.bridge) return touchBridge(Bridge.at(ifp.bridge - 1), eh);
  if (eh.type != ETHERTYPE_IP || !boot(Boot.Routes) || !knob(Knob.IpForwarding)) return 0;
  return Route.at(rtlookup(changetype<Ipv4>(m.data + ETHER_HDR_LEN).dst)).port;
}

function touchBridge(bridge: Bridge, eh: EtherHeader): u32 {
  const from = stationOf(bridge, eh.shost);
  const to = stationOf(bridge, eh.dhost);
  return (from ? bridge.entry(from.index).expire : 0) + (to ? to.port : 0);
}
