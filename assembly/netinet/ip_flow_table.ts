// The flow table of a CPU. After sys/netinet/ip_flow.c 1.25: 64 buckets, one list newest first, at most 256 flows, of which the reaper picks one when a
// 257th comes. Key: destination, source and TOS; the ports are not in it.

import { Counter } from "../abi";
import { Cpu } from "../kern/cpu";
import { count, countMany } from "../stats/counters";
import { cachedFlow, rememberFlow } from "./ip_flow_cache";
import { bucket, Flow, flowOf, numberOf, tableOf } from "./ip_flow_record";
import { Route, table as routeTable } from "./route_table";

/** 5 * PR_SLOWHZ ticks of half a second. */
export const IPFLOW_TIMER: u8 = 10;

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
