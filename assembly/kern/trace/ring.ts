// The ring of records, and which of all that could be recorded is. None of it is part of the fingerprint: the state lies below the regions, the records
// behind the exchange areas.
//
//   Region.Trace   | Boot.TraceRecords records | a TraceThread per thread | a table of causes of chosen flows |

import { Boot, CAUSE_SHIFT, Region, TRACE, TRACE_FLOWS, TRACE_RECORD, TraceKind } from "../../abi";
import { base, boot } from "../../memory/arena";
import { threadTotal } from "../thread";

/** The cause of what belongs to no packet. -1 is that of a handler's scheduled work. */
export const NO_CAUSE: u64 = <u64>-2;
/** Of the number of a frame that a generator made: its count. */
const COUNT_BITS: u64 = ((<u64>1) << (<u64>CAUSE_SHIFT)) - 1;
const CAUSE_SLOTS: u32 = 8192;

@unmanaged
export class TraceState {
  on: u32; // 1: some records are wanted
  every: u32; // packets whose count is a multiple, 0 = none
  from: u64; // and everything from this time on
  to: u64; // before this one
  written: u64; // records so far, overwritten ones as well
  next: u32; // place of the next record
  flows: u32; // bit n: flow n is chosen
  running: u32; // id of the thread whose code runs; 0 = none
  thread: u32; // id of the thread that puts something into queues; 0 = none
  cpu: u32; // where that happens
  last: usize; // record that is completed when its code has run; 0 = none

  static at(): TraceState {
    return changetype<TraceState>(<usize>TRACE);
  }

  /** Two addresses in host order, 0 = any. */
  flowAt(index: u32): usize {
    return <usize>TRACE + offsetof<TraceState>() + ((<usize>index) << 3);
  }
}

/** What a thread works on. */
@unmanaged
export class TraceThread {
  cause: u64; // of its packet, or NO_CAUSE
  asked: u64; // 1 + when it asked for the lock that it waits for, 0 = it does not wait; of the BGL the machine knows it
  message: usize; // the packet or message, 0 = none
  row: u8; // what was done with the BGL, as in Netmsg.lock
  chosen: u8; // 1: its packet is a chosen one
  lock: u32; // number of the lock that it waits for; it may get the BGL meanwhile

  static of(id: u32): TraceThread {
    return changetype<TraceThread>(base(Region.Trace) + recordBytes() + ((<usize>(id - 1)) << 5));
  }
}
const THREAD_BYTES: u64 = 32;
if (offsetof<TraceThread>() > <usize>THREAD_BYTES) ERROR("TraceThread has outgrown its 32 bytes");

function recordBytes(): usize {
  return <usize>boot(Boot.TraceRecords) * TRACE_RECORD;
}

/** Bytes of Region.Trace. */
export function traceBytes(threads: u32): u64 {
  const records = <u64>boot(Boot.TraceRecords);
  return records ? records * TRACE_RECORD + threads * THREAD_BYTES + CAUSE_SLOTS * 8 : 0;
}

/** Chooses what is recorded from now on, beside chosen flows: every n-th packet of an interface, and everything in a window of time. */
export function setTrace(every: u32, from: u64, to: u64): void {
  const s = TraceState.at();
  s.every = every;
  s.from = from;
  s.to = to;
  switchOn(s);
}

/** Chooses the packets between two IPv4 addresses that arrive from now on; 0: any address. Two zeros take the choice back. */
export function traceFlow(index: u32, src: u32, dst: u32): void {
  const s = TraceState.at();
  assert(index < <u32>TRACE_FLOWS, "there are TRACE_FLOWS choices");
  store<u32>(s.flowAt(index), src);
  store<u32>(s.flowAt(index), dst, 4);
  if (src | dst) s.flows |= 1 << index;
  else s.flows &= ~(1 << index);
  switchOn(s);
}

function switchOn(s: TraceState): void {
  const on = boot(Boot.TraceRecords) && (s.every || s.from < s.to || s.flows) ? 1 : 0;
  if (on && !s.on) forget(s);
  s.on = on;
  if (on) for (let id: u32 = 1, n = threadTotal(); id <= n; id++) setCause(TraceThread.of(id), TraceThread.of(id).cause);
}

/** What was seen before a pause is not true any more. */
function forget(s: TraceState): void {
  s.running = 0;
  s.thread = 0;
  s.last = 0;
  memory.fill(causeSlot(0), 0, CAUSE_SLOTS * 8);
  for (let id: u32 = 1, n = threadTotal(); id <= n; id++) {
    const own = TraceThread.of(id);
    setCause(own, NO_CAUSE);
    own.asked = 0;
    own.message = 0;
    own.row = 0;
  }
}

/** Records written so far, those that were overwritten as well. The next one goes to that number modulo Boot.TraceRecords. */
export function traceWritten(): u64 {
  return TraceState.at().written;
}

// ---- flows: the numbers of their frames are remembered when they arrive, until another takes the place ----

function causeSlot(cause: u64): usize {
  const slot = <usize>((cause * 0x9e37_79b9_7f4a_7c15) >> 51);
  return base(Region.Trace) + recordBytes() + <usize>threadTotal() * <usize>THREAD_BYTES + (slot << 3);
}

/** Looks at the addresses of an arriving frame. */
export function chooseFrame(frame: usize, cause: u64): void {
  const s = TraceState.at();
  if (!s.flows) return;
  const ip = load<u16>(frame, 12) == 0x81 ? frame + 18 : frame + 14; // behind an 802.1Q tag
  if (load<u16>(ip - 2) != 8) return;
  const src = bswap<u32>(load<u32>(ip, 12));
  const dst = bswap<u32>(load<u32>(ip, 16));
  for (let rest = s.flows; rest; rest &= rest - 1) {
    const flow = s.flowAt(ctz(rest));
    const wantedSrc = load<u32>(flow);
    const wantedDst = load<u32>(flow, 4);
    if ((!wantedSrc || wantedSrc == src) && (!wantedDst || wantedDst == dst)) return store<u64>(causeSlot(cause), cause + 1);
  }
}

/** What a thread works on from now on. */
export function setCause(own: TraceThread, cause: u64): void {
  own.cause = cause;
  own.chosen = isChosen(TraceState.at(), cause) ? 1 : 0;
}

/** Whether everything about a packet is recorded. */
function isChosen(s: TraceState, cause: u64): bool {
  if (<i64>cause < 0) return false;
  if (s.every && (cause & COUNT_BITS) % s.every == 0) return true;
  return s.flows != 0 && load<u64>(causeSlot(cause)) == cause + 1;
}

/** Whether a window of time has been chosen, so that everything may be recorded. */
export function hasWindow(): bool {
  return TraceState.at().from < TraceState.at().to;
}

/** Whether something about a packet may be recorded. For most packets that is all there is to ask. */
export function mayWant(cause: u64): bool {
  return hasWindow() || isChosen(TraceState.at(), cause);
}

/** The same for the packet that a thread works on. */
export function mayWantOf(own: TraceThread): bool {
  return own.chosen != 0 || hasWindow();
}

/** Whether something at `time` is recorded. */
function isWanted(s: TraceState, cause: u64, time: u64): bool {
  return (time >= s.from && time < s.to) || isChosen(s, cause);
}

/** Writes a record if it is wanted. @returns where it lies; 0: it was not */
export function note(kind: TraceKind, time: u64, cause: u64, cpu: u32, thread: u32, place: u32, row: u32, subject: u32, value: u64): usize {
  const s = TraceState.at();
  if (!isWanted(s, cause, time)) return 0;
  const at = base(Region.Trace) + <usize>s.next * TRACE_RECORD;
  s.next = s.next + 1 == boot(Boot.TraceRecords) ? 0 : s.next + 1;
  s.written++;
  store<u64>(at, time);
  store<u64>(at, cause, 8);
  store<u64>(at, value, 16);
  store<u32>(at, kind | (place << 8) | (cpu << 16) | (row << 24), 24);
  store<u32>(at, thread | (subject << 16), 28);
  return at;
}

/** What the code has worked, and its row, for the record that waits for it. */
export function complete(at: usize, row: u32, value: u64): void {
  store<u64>(at, value, 16);
  store<u8>(at, <u8>row, 27);
}
