// The records of the flow table of a CPU, and where they lie: 64 buckets, a list of flows, newest first, and one of free ones. After struct ipflow
// (sys/netinet/ip_flow.h) and ip_flow.c 1.25.
//
//   Region.Flows   | FlowTable | buckets, u16 each | flows, a line each |   of CPU 0, then of the others

import { Boot, Region, RTF_UP } from "../abi";
import { base, boot } from "../memory/arena";
import { ArpEntry } from "./arp_table";
import { Route } from "./route_table";

export const IPFLOW_MAX: u32 = 256;
const IPFLOW_HASHSIZE: u32 = 64;

@unmanaged
export class Flow {
  dst: u32;
  src: u32;
  route: u32;
  generation: u32; // of the route when the flow was made
  uses: u32; // since the last tick
  lastUses: u32; // in the tick before
  dropped: u32;
  errors: u32;
  bucketNext: u16; // 1 + number of the next, 0 = none
  next: u16; // in the list, newest first; or the free list
  previous: u16;
  tos: u8;
  timer: u8; // ticks left; 0 = free
  arp: ArpEntry | null; // the next hop's, if it still is that
  reserved: u32;
  reserved2: u64;
  reserved3: u64;

  get recentUses(): u32 {
    return this.lastUses + this.uses;
  }

  /** Its route is up, and still the one that it was. */
  get valid(): bool {
    const route = Route.at(this.route);
    return (route.flags & RTF_UP) != 0 && route.generation == this.generation;
  }
}

/** What a CPU has: buckets (u16), then the flows. */
@unmanaged
class FlowTable {
  head: u16;
  free: u16;
  least: u32; // no flow's timer is below; 0 = not known
  routeChanges: u32; // when all flows' routes were found valid
  reserved: u32;
}
const FLOW_SHIFT: usize = 6;
if (offsetof<Flow>() != 1 << FLOW_SHIFT) ERROR("Flow is laid out for one 64-byte line");
const BUCKETS: usize = offsetof<FlowTable>();
const FLOWS: usize = (BUCKETS + (IPFLOW_HASHSIZE << 1) + 63) & ~63;
export const FLOW_TABLE_BYTES: u64 = FLOWS + IPFLOW_MAX * offsetof<Flow>();

export function tableOf(cpu: u32): FlowTable {
  return changetype<FlowTable>(base(Region.Flows) + <usize>cpu * <usize>FLOW_TABLE_BYTES);
}

export function flowOf(cpu: u32, number: u32): Flow {
  return changetype<Flow>(changetype<usize>(tableOf(cpu)) + FLOWS + ((<usize>(number - 1)) << FLOW_SHIFT));
}

export function numberOf(cpu: u32, flow: Flow): u32 {
  return <u32>((changetype<usize>(flow) - changetype<usize>(tableOf(cpu)) - FLOWS) / offsetof<Flow>()) + 1;
}

/** Where the number of the free flow behind a free one stands; behind 0: of the first. */
export function ipflowFreeLink(cpu: u32, number: u32): usize {
  return number ? changetype<usize>(flowOf(cpu, number)) + offsetof<Flow>("next") : changetype<usize>(tableOf(cpu)) + offsetof<FlowTable>("free");
}

export function initFlows(): void {
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) {
    const table = tableOf(cpu);
    for (let number = IPFLOW_MAX; number > 0; number--) {
      flowOf(cpu, number).next = table.free;
      table.free = <u16>number;
    }
  }
}

/**
 * ipflow_hash, as x86 executes it: shifts are by the count modulo 32, addresses as loaded on a little-endian machine. Decides buckets, never results.
 */
export function ipflowHash(dst: u32, src: u32, tos: u32): u32 {
  const d = bswap<u32>(dst);
  const s = bswap<u32>(src);
  let hash = tos;
  for (let i: u32 = 0; i <= 30; i += 6) hash += (d >> ((32 - i) & 31)) + (s >> i);
  return hash & (IPFLOW_HASHSIZE - 1);
}

export function bucket(cpu: u32, dst: u32, src: u32, tos: u32): usize {
  return changetype<usize>(tableOf(cpu)) + BUCKETS + ((<usize>ipflowHash(dst, src, tos)) << 1);
}
