// Faults of what the stack has in tables and pools: mbufs that are gone, free entries that cannot be had, another route, a neighbour that is silent.

import { Boot, Drop, FaultTable } from "../../abi";
import { drop } from "../../kern/ends";
import { Fault } from "../../kern/faults";
import { Kernel, timeSecond } from "../../kern/kernel";
import { Mbuf, mFreem, mTake, Netmsg } from "../../kern/mbuf";
import { controlThread } from "../../kern/thread";
import { boot } from "../../memory/arena";
import { arpStatic } from "../../netinet/arp_input";
import { ArpEntry, arpFind, arpFreeLink, arpSlots } from "../../netinet/arp_table";
import { IPFLOW_MAX, ipflowFreeLink } from "../../netinet/ip_flow_record";
import { rtadd, rtdelete } from "../../netinet/route";
import { find, Route } from "../../netinet/route_table";

// ---- mbufs ----

/** Takes `amount` mbufs out of the pool, or as many as there are. They are not in use, and so count as free. */
export function takeMbufs(f: Fault): void {
  let taken: u32 = 0;
  for (; <u64>taken < f.amount; taken++) {
    const m = mTake();
    if (!m) break;
    m.next = changetype<Netmsg | null>(<usize>f.saved);
    f.saved = changetype<usize>(m);
  }
  Kernel.at().mbufsFree += taken;
}

export function freeMbufs(f: Fault): void {
  for (let m = changetype<Mbuf | null>(<usize>f.saved); m; ) {
    const next = m.nextPacket;
    Kernel.at().mbufsFree--;
    mFreem(m);
    m = next;
  }
  f.saved = 0;
}

// ---- free entries ----

/** Whether the links of a table's free list are 16 bits wide. */
function isFlows(f: Fault): bool {
  return f.more == FaultTable.Flows;
}

function linkOf(f: Fault, cpu: u32, entry: u32): usize {
  return isFlows(f) ? ipflowFreeLink(cpu, entry) : arpFreeLink(cpu, entry);
}

function get(f: Fault, link: usize): u32 {
  return isFlows(f) ? load<u16>(link) : load<u32>(link);
}

function put(f: Fault, link: usize, entry: u32): void {
  if (isFlows(f)) store<u16>(link, <u16>entry);
  else store<u32>(link, entry);
}

/** Entries of a CPU's free list. */
function freeEntries(f: Fault, cpu: u32): u32 {
  let free: u32 = 0;
  for (let entry = get(f, linkOf(f, cpu, 0)); entry; entry = get(f, linkOf(f, cpu, entry))) free++;
  return free;
}

/** Leaves each CPU so many free entries that its table has at most `amount`, those in use included. */
export function hideFree(f: Fault): void {
  const room = isFlows(f) ? IPFLOW_MAX : arpSlots();
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) {
    const used = room - freeEntries(f, cpu);
    let link = linkOf(f, cpu, 0);
    for (let kept = used; <u64>kept < f.amount && get(f, link); kept++) link = linkOf(f, cpu, get(f, link));
    store<u32>(f.ofCpu(cpu), get(f, link));
    put(f, link, 0);
  }
}

/** They come behind those that have become free meanwhile. */
export function showFree(f: Fault): void {
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) {
    let link = linkOf(f, cpu, 0);
    while (get(f, link)) link = linkOf(f, cpu, get(f, link));
    put(f, link, load<u32>(f.ofCpu(cpu)));
  }
}

// ---- routes: `amount` is the prefix, and its length from bit 32 on; `more`, and what is saved: gateway, 1 + port from bit 32, flags from bit 48 on; 0: none ----

function setRoute(f: Fault, route: u64): void {
  const prefix = <u32>f.amount;
  const length = <u32>(f.amount >> 32);
  if (route) rtadd(prefix, length, <u32>route, <u32>(route >> 48), (<u32>(route >> 32) & 0xffff) - 1);
  else rtdelete(prefix, length);
}

export function routeChange(f: Fault): void {
  const index = find(<u32>f.amount, <u32>(f.amount >> 32));
  const route = Route.at(index);
  f.saved = index ? <u64>route.gateway | ((<u64>(route.port + 1)) << 32) | ((<u64>route.flags) << 48) : 0;
  setRoute(f, f.more);
}

export function routeBack(f: Fault): void {
  setRoute(f, f.saved);
}

// ---- a neighbour: address `amount` on the interface ----

/** It is not known any more, and what it sends is lost. A permanent entry is remembered. */
export function arpSilent(f: Fault): void {
  f.savedMore = 0;
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) {
    const entry = arpFind(cpu, f.subject, <u32>f.amount);
    if (!entry || !entry.resolved) continue;
    if (!entry.expire) {
      f.saved = entry.mac;
      f.savedMore = 1;
    }
    entry.expire = timeSecond();
  }
}

/** It answers again. A permanent entry is what it was; the packet that waits in it has waited in vain. */
export function arpAnswers(f: Fault): void {
  if (!f.savedMore) return;
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) {
    const entry = arpFind(cpu, f.subject, <u32>f.amount);
    if (entry) endWaiting(entry);
  }
  arpStatic(f.subject, <u32>f.amount, f.saved);
}

function endWaiting(entry: ArpEntry): void {
  const held = entry.held;
  if (held) drop(controlThread(), held, Drop.ArpEntryGone);
  entry.held = null;
  entry.asked = 0;
  entry.reject = 0;
}
