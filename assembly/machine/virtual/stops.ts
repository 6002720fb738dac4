// Conditions at which a run stops, looked at after each event while there are any. What they need to see in time is only looked at: frames that a generator has
// sent, and frames that have left (nics.ts, kern/sent.ts: when somebody looks changes nothing). So a run that stops has done what it would have done.

import { ALL, Boot, FINE_BITS, StopKind } from "../../abi";
import { Generator } from "../../dev/traffic/generator";
import { CLOCK, interruptOf, NEVER, noticeSource, onlyClock, sourceOf, timeOf } from "../../kern/events";
import { Ifnet } from "../../kern/ifnet";
import { Kernel, setNow } from "../../kern/kernel";
import { Mbuf } from "../../kern/mbuf";
import { countSent } from "../../kern/sent";
import { Stamp } from "../../kern/watch/on";
import { Wire } from "../../kern/wire";
import { boot } from "../../memory/arena";
import { above, Head } from "../../stats/histogram";
import { pull } from "./nics";
import { Condition, packetsOf, Seen, StopHead } from "./stop_set";

const MILLION: u64 = 1_000_000;

/** Between two events: whether a condition is true now, or becomes so before the event with `key`, or before `limit` if that is earlier. */
export function isMet(key: u64, limit: u64): bool {
  const head = StopHead.at();
  if (anyTrue(head, key, head.seen, head.cpu)) return true;
  if (head.wires && isMetByWires(head, key, limit)) return true;
  note(head, sourceOf(key));
  return false;
}

/** What interfaces receive and send before that event. */
function isMetByWires(head: StopHead, key: u64, limit: u64): bool {
  const last = min(timeOf(key), timeOf(limit - 1));
  while (true) {
    const departs = nextDeparture();
    const time = min(nextArrival(head, last), departs);
    if (time > last) return false;
    setNow(max(time, Kernel.at().now));
    if (departs == time) {
      countDeparture(time);
      if (anyTrue(head, key, Seen.Departure, ALL)) return true;
    } else if (anyTrue(head, key, Seen.Arrival, takeArrival(time))) return true;
  }
}

/** Notes whose work the next event is. Any CPU may see to the rest: INPUT, CLOCK, the notice of the BGL, departures. */
function note(head: StopHead, source: u32): void {
  const ports = boot(Boot.Ports);
  const cpu = source - noticeSource() - 1;
  const port = source - interruptOf(0);
  head.cpu = cpu < boot(Boot.Cpus) ? cpu : port < ports ? Ifnet.at(port).cpu : ALL;
  head.seen = head.cpu == ALL ? Seen.Any : Seen.Work;
}

function generatorNext(port: u32): u64 {
  return Generator.dueAt(Wire.at(port)).next;
}

/** When the next frame of a generator arrives, as long as that is not after `last`. */
function nextArrival(head: StopHead, last: u64): u64 {
  if (head.arrival > last) return head.arrival;
  let next = NEVER;
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) next = min(next, generatorNext(port));
  head.arrival = next;
  return next;
}

/** Of one interface: others that have frames at this moment come after it. @returns its CPU */
function takeArrival(time: u64): u32 {
  let port: u32 = 0;
  while (generatorNext(port) != time) port++;
  pull(Ifnet.at(port), time);
  return Ifnet.at(port).cpu;
}

/** When the last bit of the next frame is out that is not counted as sent, and whose departure is no event. */
function departureOf(port: u32): u64 {
  const wire = Wire.at(port);
  return wire.uncounted && wire.uncounted != wire.shown ? Stamp.of(changetype<Mbuf>(wire.uncounted)).departs : NEVER;
}

function nextDeparture(): u64 {
  let next = NEVER;
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) next = min(next, departureOf(port));
  return next;
}

function countDeparture(time: u64): void {
  let port: u32 = 0;
  while (departureOf(port) != time) port++;
  countSent(Ifnet.at(port));
}

/** The first one that is true is noted. `cpu`: the only one that has counted something, or ALL. */
function anyTrue(head: StopHead, key: u64, seen: u32, cpu: u32): bool {
  for (let i: u32 = 0; i < head.count; i++) {
    const c = Condition.at(i);
    if (!(c.sees & seen) || !isTrue(c, i, key, cpu)) continue;
    head.met = i;
    return true;
  }
  return false;
}

function isTrue(c: Condition, index: u32, key: u64, cpu: u32): bool {
  if (c.kind == StopKind.Queue) return load<u64>(c.at) >= c.limit;
  if (c.kind == StopKind.Idle) return key == NEVER || (sourceOf(key) == CLOCK && onlyClock());
  if (c.kind == StopKind.Latency) return exceeds(c);
  if (c.kind == StopKind.Drop) return dropsOf(c, index, cpu) >= c.limit;
  return sumOf(c) >= c.limit;
}

function sumOf(c: Condition): u64 {
  let sum: u64 = 0;
  for (let block: u32 = 0; block < c.blocks; block++) sum += blockOf(c, block);
  return sum;
}

function blockOf(c: Condition, block: u32): u64 {
  let at = c.at + <usize>block * c.blockStride;
  let sum: u64 = 0;
  for (let i: u32 = 0; i < c.count; i++, at += c.stride) sum += load<u64>(at);
  return sum;
}

/** A block is a CPU: only those that have worked are added up anew. */
function dropsOf(c: Condition, index: u32, only: u32): u64 {
  const end: u32 = only == ALL ? c.blocks : only + 1;
  for (let cpu: u32 = only == ALL ? 0 : only; cpu < end; cpu++) {
    const at = Condition.sumAt(index, cpu);
    const sum = blockOf(c, cpu);
    c.total += sum - load<u64>(at);
    store<u64>(at, sum);
  }
  return c.total;
}

/** Whether the quantile exceeds the limit, as the host computes it: the middle of the bucket that has the packet of that rank, no less than the least time and no more than the largest. */
function exceeds(c: Condition): bool {
  const packets = packetsOf(c);
  if (packets < c.next) return false;
  c.next = (packets / c.every + 1) * c.every;
  let least = NEVER;
  let most: u64 = 0;
  let over: u64 = 0;
  for (let i: u32 = 0; i < c.count; i++) {
    const at = c.at + <usize>i * c.stride;
    const head = changetype<Head>(at);
    if (!head.count) continue;
    least = min(least, head.min);
    most = max(most, head.max);
    if (head.max > c.limit) over += above(at, FINE_BITS, c.bucket);
  }
  if (c.share == MILLION || least > c.limit) return most > c.limit;
  const rank = (packets * c.share + (MILLION - 1)) / MILLION;
  return most > c.limit && packets - over < rank;
}
