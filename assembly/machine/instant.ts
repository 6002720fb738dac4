// The instant machine: no time passes but that between arrivals. One host core runs the messages in the order in which their frames arrived, each with all
// that it causes before the next, so that the size of a burst changes no byte of output: only how many frames one interrupt finds.

import { Boot, Ipi, MAX_BURST, Region, Stop } from "../abi";
import { Arrival, arrivalsEnd, arrivalsTaken, firstArrival } from "../dev/arrivals";
import { departAlone, drainRing } from "../dev/departures";
import { nicAssert, nicTxInterrupt } from "../dev/nic";
import { nicReceive } from "../dev/nic_receive";
import { Cpu } from "../kern/cpu";
import { roomForLosses } from "../kern/ends";
import { Ifnet, txUnlinkFirst } from "../kern/ifnet";
import { ipiqTake } from "../kern/ipiq";
import { Io, Kernel, setNow } from "../kern/kernel";
import { bgl } from "../kern/lock";
import { Mbuf } from "../kern/mbuf";
import { lwktSchedule, softclockThread, Thread } from "../kern/thread";
import { base, boot } from "../memory/arena";
import { skipIdleTicks } from "../net/softclock";
import { ipi, resume, serve } from "../path";
import { readAhead, tablesAreLarge } from "./touch";

export { bootMachine, framesSent, packetsInside, planMachine, planQuestions, pollingChanged, postIpi, threadRequested } from "./timeless";

/** Bytes for the messages of a burst in the order of their arrival, and a word for each to read ahead with. */
export const ORDER_BYTES: u64 = <u64>MAX_BURST * 8;

/** Runs until the input is used up, then lets the clock go on to `until` (u64.MAX_VALUE: no further than the last frame). */
export function run(until: u64): Stop {
  if (!settle()) return Stop.OutputFull;
  while (true) {
    if (!runBurst() || !roomForLosses()) return Stop.OutputFull;
    if (!takeBurst(until)) break;
  }
  if (until != u64.MAX_VALUE && !clock(until)) return Stop.OutputFull;
  return firstArrival() < arrivalsEnd() ? Stop.Time : Stop.Idle;
}

/** The messages of the burst, one by one. */
function runBurst(): bool {
  const io = Io.at();
  const k = Kernel.at();
  const end = io.orderEnd;
  const losses = boot(Boot.LossBytes);
  for (let cursor = io.orderCursor; cursor < end; ) {
    const m = changetype<Mbuf | null>(<usize>load<u32>(slotOf(cursor)));
    if (m && m.arrived > k.now && !clock(m.arrived)) return false;
    if (losses && !roomForLosses()) return false;
    io.orderCursor = ++cursor;
    if (!m) continue;
    if (!deliver(m, m.thread!)) return false;
  }
  return true;
}

/** Lets the interfaces take frames and serves their interrupts. False: no frame is due. */
function takeBurst(until: u64): bool {
  const k = Kernel.at();
  const io = Io.at();
  let taken: u32 = 0;
  const most = burstNow();
  let at = firstArrival();
  const end = arrivalsEnd();
  const orderBase = at < end ? changetype<Arrival>(at).cause : 0;
  io.orderBase = orderBase;
  for (; at < end && taken < most; taken++) {
    const arrival = changetype<Arrival>(at);
    if (arrival.time > until) break;
    const ifp = arrival.ifp;
    if (taken && (ifp.rxFilled == ifp.rxSlots || arrival.cause - orderBase >= <u64>MAX_BURST)) break;
    if (nicReceive(ifp, arrival.bytes, arrival.length, arrival.time, arrival.cause)) nicAssert(ifp);
    at = changetype<usize>(arrival.next);
  }
  arrivalsTaken(at);
  io.orderCursor = 0;
  io.orderEnd = 0;
  while (k.ready) {
    finish(Cpu.at(<u32>ctz(k.ready)).dequeue()!);
    while (k.ipis) collect(<u32>ctz(k.ipis)); // after every interrupt: the queues hold 16
  }
  while (k.ipis) collect(<u32>ctz(k.ipis));
  if (tablesAreLarge()) io.touched = readAhead(slotOf(0), slotOf(MAX_BURST), io.orderEnd);
  return taken > 0;
}

/** While the pool might run short, one frame at a time: which packet finds no mbuf must not depend on the burst. */
function burstNow(): u32 {
  const burst = boot(Boot.Burst);
  return Kernel.at().mbufsFree >= 2 * burst + boot(Boot.Reserve) ? burst : 1;
}

/** Notes the packets of a chain by the order of their arrival, instead of putting them into their ports at once. */
function collect(cpu: u32): void {
  const io = Io.at();
  const kind = ipiqTake(cpu);
  if (kind != Ipi.EtherInput) {
    ipi(cpu, <Ipi>kind, Cpu.at(cpu).ipiArg);
    return;
  }
  let end = io.orderEnd;
  const head = changetype<Mbuf>(Cpu.at(cpu).ipiArg);
  for (let m: Mbuf | null = head; m; m = m.nextPacket) {
    const place = <u32>(m.cause - io.orderBase);
    for (; end <= place; end++) store<u32>(slotOf(end), 0);
    store<u32>(slotOf(place), <u32>changetype<usize>(m));
  }
  io.orderEnd = end;
}

function slotOf(place: u32): usize {
  return base(Region.Order) + ((<usize>place) << 2);
}

/** Puts a message into the port of a thread that sleeps there while nothing else can run, and runs the thread: the run queue would only hand it back. */
function deliver(m: Mbuf, t: Thread): bool {
  const k = Kernel.at();
  assert(!t.head && t.at == t.home, "the last message and all that it caused have ended");
  if (!t.highWater) t.highWater = 1;
  if (t.mpcount) bgl().owner = t.id;
  serve(t, m);
  sleep(t);
  if (k.txHead && !departAlone(changetype<Ifnet>(k.txHead)) && !drain()) return false;
  return !(k.ready | k.ipis) || settle();
}

/** Runs everything that is runnable, CPU by CPU, and empties the transmit rings after each message. False: an area for the host is full. */
function settle(): bool {
  const k = Kernel.at();
  if (!drain()) return false;
  while (true) {
    if (!roomForLosses()) return false;
    if (k.ipis) {
      const cpu = <u32>ctz(k.ipis);
      ipi(cpu, <Ipi>ipiqTake(cpu), Cpu.at(cpu).ipiArg);
    } else if (k.ready) {
      finish(Cpu.at(<u32>ctz(k.ready)).dequeue()!);
      if (k.txHead && !drain()) return false;
    } else return true;
  }
}

/** One message, interrupt or callout. While a thread sleeps its CPU does not hold the BGL for it, and takes it back before it runs. */
function finish(t: Thread): void {
  if (t.mpcount) bgl().owner = t.id;
  resume(t);
  sleep(t);
}

function sleep(t: Thread): void {
  if (t.mpcount) bgl().owner = 0;
  if (t.head) lwktSchedule(t);
}

/** Sends what is in the transmit rings. */
function drain(): bool {
  const k = Kernel.at();
  while (k.txHead) {
    const ifp = changetype<Ifnet>(k.txHead);
    if (!drainRing(ifp)) return false;
    txUnlinkFirst();
    nicTxInterrupt(ifp);
  }
  return true;
}

/** Moves the clock, callout by callout. */
function clock(time: u64): bool {
  const k = Kernel.at();
  if (k.nextTick > time) {
    if (time > k.now) setNow(time);
    return true;
  }
  return clockOverTicks(time);
}

function clockOverTicks(time: u64): bool {
  const k = Kernel.at();
  while (k.nextTick <= time) {
    skipIdleTicks(time);
    if (k.nextTick > time) break;
    setNow(max(k.now, k.nextTick));
    const t = softclockThread();
    while (k.nextTick <= k.now) {
      finish(t);
      if (!settle()) return false;
    }
  }
  setNow(max(k.now, time));
  return true;
}
