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
import { routeCount, rtat, rtplace } from "../netinet/route";
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

/**
 * Reads ahead for the packets of a burst: their stations, and of their routes first the places in the nodes of all of them, then what stands there, then the
 * records. So the waits of each pass are independent of each other. The number means nothing; who does not use it would make the compiler leave loads out.
 * `order`: `count` mbufs or zeros. `scratch`: room for as many words.
 */
export function readAhead(order: usize, scratch: usize, count: u32): u32 {
  let touched: u32 = 0;
  const end = (<usize>count) << 2;
  const routes = boot(Boot.Routes) != 0 && knob(Knob.IpForwarding) != 0;
  for (let at: usize = 0; at < end; at += 4) {
    const m = changetype<Mbuf | null>(<usize>load<u32>(order + at));
    let place: usize = 0;
    if (m) {
      const eh = changetype<EtherHeader>(m.data);
      const ifp = Ifnet.at(m.rcvif);
      if (ifp.bridge) touched += touchBridge(Bridge.at(ifp.bridge - 1), eh);
      else if (routes && eh.type == ETHERTYPE_IP) place = rtplace(changetype<Ipv4>(m.data + ETHER_HDR_LEN).dst);
    }
    store<u32>(scratch + at, <u32>place);
  }
  if (!routes) return touched;
  for (let at: usize = 0; at < end; at += 4) {
    const place = <usize>load<u32>(scratch + at);
    store<u32>(scratch + at, place ? rtat(place) : 0);
  }
  for (let at: usize = 0; at < end; at += 4) touched += Route.at(load<u32>(scratch + at)).port;
  return touched;
}

function touchBridge(bridge: Bridge, eh: EtherHeader): u32 {
  const from = stationOf(bridge, eh.shost);
  const to = stationOf(bridge, eh.dhost);
  return (from ? from.port : 0) + (to ? to.port : 0);
}
