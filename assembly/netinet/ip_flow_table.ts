// The flow table of a CPU. After sys/netinet/ip_flow.c 1.25: 64 buckets, one list newest first, at most 256 flows, of which the reaper picks one when a
// 257th comes. Key: destination, source and TOS; the ports are not in it.

import { Boot, Counter, Region, RTF_UP } from "../abi";
import { Cpu } from "../kern/cpu";
import { base, boot } from "../memory/arena";
import { count, countMany } from "../stats/counters";
import { ArpEntry } from "./arp_table";
import { cachedFlow, rememberFlow } from "./ip_flow_cache";
import { Route, table as routeTable } from "./route_table";

export const IPFLOW_MAX: u32 = 256;
const IPFLOW_HASHSIZE: u32 = 64;
/** 5 * PR_SLOWHZ ticks of half a second. */
export const IPFLOW_TIMER: u8 = 10;

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

function tableOf(cpu: u32): FlowTable {
  return changetype<FlowTable>(base(Region.Flows) + <usize>cpu * <usize>FLOW_TABLE_BYTES);
}

function flowOf(cpu: u32, number: u32): Flow {
  return changetype<Flow>(changetype<usize>(tableOf(cpu)) + FLOWS + ((<usize>(number - 1)) << FLOW_SHIFT));
}

function numberOf(cpu: u32, flow: Flow): u32 {
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

function bucket(cpu: u32, dst: u32, src: u32, tos: u32): usize {
  return changetype<usize>(tableOf(cpu)) + BUCKETS + ((<usize>ipflowHash(dst, src, tos)) << 1);
}

/** ipflow_lookup. */
export function ipflowLookup(cpu: u32, dst: u32, src: u32, tos: u32): Flow | null {
  const cached = cachedFlow(cpu, dst, src, tos);
  if (cached) {
    const flow = flowOf(cpu, cached);
    if (flow.dst == dst && flow.src == src && flow.tos == tos && flow.timer) return flow;
  }
  return findFlow(cpu, dst, src, tos);
}

function findFlow(cpu: u32, dst: u32, src: u32, tos: u32): Flow | null {
  for (let number = load<u16>(bucket(cpu, dst, src, tos)); number; ) {
    const flow = flowOf(cpu, number);
    if (flow.dst == dst && flow.src == src && flow.tos == tos) {
      rememberFlow(cpu, dst, src, tos, number);
      return flow;
    }
    number = flow.bucketNext;
  }
  return null;
}

/** ipflow_addstats: packets of the flow reach the statistics only here. */
function addStats(cpu: u32, flow: Flow): void {
  countMany(cpu, Counter.ips_total, flow.uses);
  countMany(cpu, Counter.ips_forward, flow.uses);
  countMany(cpu, Counter.ips_fastforward, flow.uses);
  countMany(cpu, Counter.ips_cantforward, flow.errors + flow.dropped);
  flow.errors = 0;
  flow.dropped = 0;
}

/** Takes a flow out of bucket and list. */
function unlink(cpu: u32, flow: Flow): void {
  const number = numberOf(cpu, flow);
  let link = bucket(cpu, flow.dst, flow.src, flow.tos);
  while (load<u16>(link) != number) link = changetype<usize>(flowOf(cpu, load<u16>(link))) + offsetof<Flow>("bucketNext");
  store<u16>(link, flow.bucketNext);
  if (flow.previous) flowOf(cpu, flow.previous).next = flow.next;
  else tableOf(cpu).head = flow.next;
  if (flow.next) flowOf(cpu, flow.next).previous = flow.previous;
}

/** ipflow_free. */
function free(cpu: u32, flow: Flow): void {
  addStats(cpu, flow);
  unlink(cpu, flow);
  flow.timer = 0;
  flow.next = tableOf(cpu).free;
  tableOf(cpu).free = <u16>numberOf(cpu, flow);
  Cpu.at(cpu).flows--;
}

/** ipflow_reap: the first flow whose route is not up, else the smallest timer, ties by the fewest uses; seen from the newest on. */
function reap(cpu: u32): Flow {
  const table = tableOf(cpu);
  const changes = routeTable().changes;
  count(cpu, Counter.ipf_reaped);
  if (table.routeChanges != changes) {
    const stale = firstStale(cpu);
    if (stale) return stale;
    table.routeChanges = changes;
  }
  return leastUsed(cpu);
}

function firstStale(cpu: u32): Flow | null {
  for (let number: u32 = tableOf(cpu).head; number; number = flowOf(cpu, number).next) {
    if (!flowOf(cpu, number).valid) return flowOf(cpu, number);
  }
  return null;
}

/** Stops at a flow that no other can be below. */
function leastUsed(cpu: u32): Flow {
  const table = tableOf(cpu);
  let victim = flowOf(cpu, table.head);
  let uses = victim.recentUses;
  for (let number: u32 = table.head; number; ) {
    if (!uses && victim.timer == table.least) return victim;
    const flow = flowOf(cpu, number);
    if (flow.timer < victim.timer || (flow.timer == victim.timer && flow.recentUses < uses)) {
      victim = flow;
      uses = flow.recentUses;
    }
    number = flow.next;
  }
  table.least = victim.timer;
  return victim;
}

/** ipflow_create: makes or renews the flow of a packet that was forwarded by `route`. */
export function ipflowInsert(cpu: u32, dst: u32, src: u32, tos: u32, route: u32): void {
  const table = tableOf(cpu);
  let flow = ipflowLookup(cpu, dst, src, tos);
  if (flow) {
    addStats(cpu, flow);
    renew(flow, route);
    return;
  }
  if (!table.free) free(cpu, reap(cpu));
  const number = table.free;
  flow = flowOf(cpu, number);
  table.free = flow.next;
  Cpu.at(cpu).flows++;
  flow.dst = dst;
  flow.src = src;
  flow.tos = <u8>tos;
  renew(flow, route);
  const slot = bucket(cpu, dst, src, tos);
  flow.bucketNext = load<u16>(slot);
  store<u16>(slot, number);
  flow.previous = 0;
  flow.next = table.head;
  if (table.head) flowOf(cpu, table.head).previous = number;
  table.head = number;
  count(cpu, Counter.ipf_create);
}

function renew(flow: Flow, route: u32): void {
  flow.route = route;
  flow.generation = Route.at(route).generation;
  flow.timer = IPFLOW_TIMER;
  flow.uses = 0;
  flow.lastUses = 0;
  flow.errors = 0;
  flow.dropped = 0;
  flow.arp = null;
}

/** One tick of ipflow_slowtimo: every timer goes down; a flow that has none left ends. */
export function ipflowTick(cpu: u32): void {
  if (tableOf(cpu).least) tableOf(cpu).least--;
  for (let number: u32 = tableOf(cpu).head; number; ) {
    const flow = flowOf(cpu, number);
    number = flow.next;
    if (--flow.timer == 0) {
      free(cpu, flow);
      count(cpu, Counter.ipf_expired);
      continue;
    }
    addStats(cpu, flow);
    flow.lastUses = flow.uses;
    flow.uses = 0;
  }
}
