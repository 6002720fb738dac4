// What the host asks for: the conditions at which a run stops. They lie behind the exchange areas, so that no fingerprint has them.
//
//   Region.Stops   | StopHead | MAX_STOPS Condition | MAX_STOPS x MAX_CPUS sums of drops |

import { ALL, Boot, Counter, Drop, FINE_BITS, MAX_CPUS, MAX_STOPS, Path, PortCounter, PortQueue, QueueField, Region, StopKind } from "../../abi";
import { IFNET_BYTES, Ifnet } from "../../kern/ifnet";
import { Thread, threadTotal } from "../../kern/thread";
import { base, boot } from "../../memory/arena";
import { dropBlockBytes } from "../../stats/counters";
import { histogramBytes } from "../../stats/histogram";

/** What can have happened since conditions were looked at. */
export const enum Seen {
  /** the work of a CPU */
  Work = 1,
  /** a frame has come to an interface from a generator */
  Arrival = 2,
  /** a frame has left whose departure is no event */
  Departure = 4,
  Any = 7,
}

@unmanaged
export class StopHead {
  count: u32; // conditions, 0 = none
  met: u32; // number of the first one that was true
  wires: u32; // 1: one of them sees what interfaces receive or send
  seen: u32; // Seen: of the event before
  arrival: u64; // no generator's next frame comes before this
  cpu: u32; // whose work that event was, or ALL

  static at(): StopHead {
    return changetype<StopHead>(base(Region.Stops));
  }
}

/** A number of 64-bit counts, added up, in rows of blocks; or histograms in a row. */
@unmanaged
export class Condition {
  kind: u16; // StopKind
  sees: u16; // Seen: after what it may have become true
  at: usize;
  stride: u32;
  count: u32;
  blockStride: u32;
  blocks: u32;
  limit: u64; // the sum from which on it is true; of latencies: ps that have to be exceeded
  share: u32; // millionths of the packets that may not exceed them
  bucket: u32; // first one whose middle exceeds `limit`
  every: u64; // packets from one look to the next
  next: u64; // the number of packets at which it is looked at next
  total: u64; // of drops: as it was last

  static at(index: u32): Condition {
    return changetype<Condition>(base(Region.Stops) + 64 + ((<usize>index) << 6));
  }

  /** Of drops: the sum of a CPU, as it was last. */
  static sumAt(index: u32, cpu: u32): usize {
    return base(Region.Stops) + 64 + <usize>MAX_STOPS * 64 + ((<usize>(index * MAX_CPUS + cpu)) << 3);
  }
}
if (offsetof<StopHead>() > 64 || offsetof<Condition>() > 64) ERROR("a stop condition has outgrown its 64 bytes");
export const STOP_BYTES: u64 = <u64>(MAX_STOPS + 1) * 64 + <u64>MAX_STOPS * MAX_CPUS * 8;

const WORD: u32 = 8;

export function clearStops(): void {
  const head = StopHead.at();
  head.count = 0;
  head.wires = 0;
  head.arrival = 0;
  head.seen = Seen.Any;
  head.cpu = ALL;
}

/** Number of the condition that ended the last run: the first one of those that were true. */
export function metStop(): u32 {
  return StopHead.at().met;
}

/**
 * One more condition. `subject`: queue, row of drops (0: packets made here), port, thread, or Path of latencies; or ALL. `what`: Drop, Path, counter; of
 * latencies the first bucket whose middle exceeds `limit`. `limit`: the number from which on it is true; of latencies the time in ps that has to be exceeded.
 * `share`, `every`, `least`: of latencies, the share in millionths, and at which numbers of packets it is looked at: multiples of `every` from `least` on.
 */
export function addStop(kind: StopKind, subject: u32, what: u32, limit: u64, share: u32, every: u64, least: u64): void {
  const head = StopHead.at();
  assert(head.count < <u32>MAX_STOPS, "there is room for the condition");
  const c = Condition.at(head.count++);
  c.kind = <u16>kind;
  c.limit = limit;
  c.total = 0;
  memory.fill(Condition.sumAt(head.count - 1, 0), 0, MAX_CPUS * 8);
  locate(c, kind, subject, what);
  c.sees = <u16>seenBy(kind, subject, what);
  if (c.sees != Seen.Work && kind != StopKind.Idle) head.wires = 1;
  if (kind != StopKind.Latency) return;
  c.share = share;
  c.bucket = what;
  c.every = every;
  const packets = packetsOf(c);
  c.next = max(packets % every ? (packets / every + 1) * every : packets, max(least, 1));
}

/** Where its counts lie. */
function locate(c: Condition, kind: StopKind, subject: u32, what: u32): void {
  const ports = boot(Boot.Ports);
  const cpus = boot(Boot.Cpus);
  const one = subject != ALL;
  switch (kind) {
    case StopKind.Queue:
      return rows(c, base(Region.QueueStats) + <usize>(subject * QueueField.Count + QueueField.length) * WORD, 0, 1, 0, 1);
    case StopKind.Drop: {
      const row = base(Region.Drops) + <usize>((one ? subject : 0) * Drop.Count + what) * WORD;
      return rows(c, row, Drop.Count * WORD, one ? 1 : ports + 1, <u32>dropBlockBytes(ports), cpus);
    }
    case StopKind.Ended: {
      const first: u32 = what == ALL ? Path.Bridged : what;
      return rows(c, base(Region.Ends) + <usize>first * WORD, WORD, what == ALL ? Path.Count - Path.Bridged : 1, Path.Count * WORD, ports + 1);
    }
    case StopKind.PortCounter:
      return rows(c, Ifnet.at(one ? subject : 0).counters + <usize>what * WORD, <u32>IFNET_BYTES, one ? 1 : ports, 0, 1);
    case StopKind.ThreadCounter:
      return rows(c, changetype<usize>(Thread.at(one ? subject : 0)) + <usize>what * WORD, offsetof<Thread>(), one ? 1 : threadTotal(), 0, 1);
    case StopKind.Counter:
      return rows(c, base(Region.Counters) + <usize>what * WORD, Counter.Count * WORD, cpus, 0, 1);
    case StopKind.Latency: {
      const bytes = <u32>histogramBytes(FINE_BITS);
      return rows(c, base(Region.Latencies) + <usize>(one ? subject : 0) * bytes, bytes, one ? 1 : Path.Count, 0, 1);
    }
    default:
      return;
  }
}

function rows(c: Condition, at: usize, stride: u32, count: u32, blockStride: u32, blocks: u32): void {
  c.at = at;
  c.stride = stride;
  c.count = count;
  c.blockStride = blockStride;
  c.blocks = blocks;
}

/**
 * After what it may become true. Frames that come into a ring or are refused there, and frames that leave, are no events: with such a condition, and only then,
 * they are looked at one by one.
 */
function seenBy(kind: StopKind, subject: u32, what: u32): u32 {
  switch (kind) {
    case StopKind.Queue: {
      const ring = subject < boot(Boot.Ports) * PortQueue.Count && subject % PortQueue.Count == PortQueue.Ring;
      return ring ? Seen.Work | Seen.Arrival : Seen.Work;
    }
    case StopKind.Drop:
      if (what == Drop.WireLoss || what == Drop.BadFcs) return Seen.Any; // of received frames, and of sent ones
      return what <= <u32>Drop.RingFull ? Seen.Work | Seen.Arrival : Seen.Work;
    case StopKind.PortCounter:
      if (what == PortCounter.received) return Seen.Arrival;
      return what == PortCounter.if_ierrors || what == PortCounter.if_iqdrops ? Seen.Work | Seen.Arrival : Seen.Work;
    case StopKind.Ended:
      return what == Path.Delivered ? Seen.Work : Seen.Departure;
    case StopKind.Latency:
      return Seen.Departure;
    case StopKind.Idle:
      return Seen.Any;
    default:
      return Seen.Work;
  }
}

/** Whether the run has conditions. */
export function stopsSet(): bool {
  return StopHead.at().count != 0;
}

/** Whether the results are up to the moment without a look at the interfaces. */
export function wiresSeen(): bool {
  return StopHead.at().wires != 0;
}

/** Values in all its histograms. */
export function packetsOf(c: Condition): u64 {
  let packets: u64 = 0;
  for (let i: u32 = 0; i < c.count; i++) packets += load<u64>(c.at + <usize>i * c.stride);
  return packets;
}
