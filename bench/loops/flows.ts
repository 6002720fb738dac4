/**
 * Routes, neighbours and the flow cache of the CPU. After assembly/netinet/ip_flow_table.ts: 256 flows, newest first, and the reaper's choice. Flows are
 * found through a table of 1,024 numbers, probed in a row; what is removed closes the gap. A flow remembers route and ARP entry of its next hop. Addresses
 * are kept as loaded.
 */

import type { Kernel } from "./kernel.ts";
import { Mix, Size, Stat, unsupported } from "./layout.ts";
import { type Memory, portAt } from "./memory.ts";

const FLOWS = 256;
const SLOTS = 1024;

/** A flow: 16 words. */
export const enum Flow {
  Dst = 0,
  Src,
  Tos,
  /** 0 = free. */ Timer,
  Route,
  Generation,
  Neighbour,
  Uses,
  LastUses,
  Next,
  Previous,
  Dropped,
  Errors,
  Words = 16,
}
export const enum Route {
  Port = 0,
  Flags,
  Generation,
  Words = 4,
}
export const enum Neighbour {
  MacFront = 0,
  MacRest,
  Resolved,
  Expire,
  Words = 4,
}

export interface Flows {
  /** Where the table of numbers lies, for the loop's own look-up: as `lookup`. */
  slots: number;
  slotMask: number;
  /** Address of the flow; 0: none. Addresses as loaded. */
  lookup(dst: number, src: number, tos: number): number;
  isValid(flow: number): boolean;
  create(dst: number, src: number, tos: number, route: number, neighbour: number): void;
  /** Route and neighbour for a destination in host order. */
  route(dst: number): { route: number; neighbour: number };
  inUse(): number;
}

/** Words that the tables take. */
export const flowTableWords = (routes: number, neighbours: number): number =>
  FLOWS * Flow.Words + SLOTS + routes * Route.Words + neighbours * Neighbour.Words + 64;

export const makeFlows = (memory: Memory, kernel: Kernel): Flows => {
  const { i32, system } = memory;
  const flows = memory.take(FLOWS * Flow.Words);
  const slots = memory.take(SLOTS);
  let head = 0;
  let free = 0;
  let used = 0;
  for (let flow = flows + (FLOWS - 1) * Flow.Words; flow >= flows; flow -= Flow.Words) {
    i32[flow + Flow.Next] = free;
    free = flow;
  }

  const hash = (dst: number, src: number, tos: number): number => Math.imul(dst ^ Math.imul(src ^ tos, Mix.A), Mix.A) >>> 22;

  const lookup = (dst: number, src: number, tos: number): number => {
    for (let at = hash(dst, src, tos); ; at = (at + 1) & (SLOTS - 1)) {
      const flow = i32[slots + at]!;
      if (!flow || (i32[flow + Flow.Dst] === dst && i32[flow + Flow.Src] === src && i32[flow + Flow.Tos] === tos)) return flow;
    }
  };
  const isValid = (flow: number): boolean => {
    const route = i32[flow + Flow.Route]!;
    return i32[route + Route.Flags] !== 0 && i32[route + Route.Generation] === i32[flow + Flow.Generation];
  };
  const homeOf = (flow: number): number => hash(i32[flow + Flow.Dst]!, i32[flow + Flow.Src]!, i32[flow + Flow.Tos]!);

  const unlink = (flow: number): void => {
    let at = homeOf(flow);
    while (i32[slots + at] !== flow) at = (at + 1) & (SLOTS - 1);
    for (let next = (at + 1) & (SLOTS - 1); i32[slots + next]; next = (next + 1) & (SLOTS - 1)) {
      const distance = (next - homeOf(i32[slots + next]!)) & (SLOTS - 1);
      if (distance < ((next - at) & (SLOTS - 1))) continue;
      i32[slots + at] = i32[slots + next]!;
      at = next;
    }
    i32[slots + at] = 0;
    const [before, after] = [i32[flow + Flow.Previous]!, i32[flow + Flow.Next]!];
    if (before) i32[before + Flow.Next] = after;
    else head = after;
    if (after) i32[after + Flow.Previous] = before;
  };

  /** ipflow_reap: a flow whose route is gone, else the smallest timer, then the fewest uses, seen from the newest on. */
  const reap = (): void => {
    let victim = head;
    const uses = (flow: number): number => i32[flow + Flow.LastUses]! + i32[flow + Flow.Uses]!;
    for (let flow = head; flow; flow = i32[flow + Flow.Next]!) {
      if (!isValid(flow)) {
        victim = flow;
        break;
      }
      const sooner = i32[flow + Flow.Timer]! - i32[victim + Flow.Timer]!;
      if (sooner < 0 || (sooner === 0 && uses(flow) < uses(victim))) victim = flow;
    }
    kernel.count(Stat.IpfReaped);
    kernel.count(Stat.IpsTotal, i32[victim + Flow.Uses]!);
    kernel.count(Stat.IpsForward, i32[victim + Flow.Uses]!);
    kernel.count(Stat.IpsFastforward, i32[victim + Flow.Uses]!);
    kernel.count(Stat.IpsCantforward, i32[victim + Flow.Errors]! + i32[victim + Flow.Dropped]!);
    unlink(victim);
    i32[victim + Flow.Next] = free;
    free = victim;
    used--;
  };

  const create = (dst: number, src: number, tos: number, route: number, neighbour: number): void => {
    if (lookup(dst, src, tos)) unsupported("a flow that is made again");
    if (!free) reap();
    const flow = free;
    free = i32[flow + Flow.Next]!;
    used++;
    i32.set([dst, src, tos, Size.FlowTimer, route, i32[route + Route.Generation]!, neighbour, 0, 0, head, 0, 0, 0], flow);
    if (head) i32[head + Flow.Previous] = flow;
    head = flow;
    let at = hash(dst, src, tos);
    while (i32[slots + at]) at = (at + 1) & (SLOTS - 1);
    i32[slots + at] = flow;
    kernel.count(Stat.IpfCreate);
  };

  const routes = memory.take(system.routes.length * Route.Words);
  for (const [i, { port }] of system.routes.entries()) i32.set([portAt(port), 1, 1], routes + i * Route.Words);
  const neighbours = memory.take(system.neighbours.length * Neighbour.Words);
  for (const [i, { mac }] of system.neighbours.entries())
    i32.set([mac[0]! | (mac[1]! << 8) | (mac[2]! << 16) | (mac[3]! << 24), mac[4]! | (mac[5]! << 8), 1, 0], neighbours + i * Neighbour.Words);

  /** Longest prefix by looking at all routes: only the first packet of a flow comes here. */
  const route = (dst: number): { route: number; neighbour: number } => {
    let best = -1;
    for (const [i, { prefix, length }] of system.routes.entries()) {
      const mask = length === 0 ? 0 : -1 << (32 - length);
      if (((dst ^ prefix) & mask) === 0 && (best < 0 || length > system.routes[best]!.length)) best = i;
    }
    if (best < 0) return unsupported("a destination without a route");
    const { port, gateway } = system.routes[best]!;
    const hop = gateway || dst >>> 0;
    const neighbour = system.neighbours.findIndex((other) => other.port === port && other.ip === hop);
    if (neighbour < 0) unsupported("a next hop without address");
    return { route: routes + best * Route.Words, neighbour: neighbours + neighbour * Neighbour.Words };
  };
  return { slots, slotMask: SLOTS - 1, lookup, isValid, create, route, inUse: () => used };
};
