// Watches queues and the times that packets spend in places. Every change of a queue is seen at the time at which the engine makes it.

import { FINE_BITS, Path, Place, Region } from "../../abi";
import { base } from "../../memory/arena";
import { histogramBytes, record } from "../../stats/histogram";
import { queueTake } from "../../stats/queue_stat";
import { CLOSED_CAUSES } from "../closed_cause";
import { Kernel } from "../kernel";
import { isPacket, KernelMessage, Mbuf, Netmsg } from "../mbuf";
import { Step } from "../step";
import { Thread } from "../thread";
import { traceArrival, traceCopied, traceQueued, traceTaken, tracing } from "../trace";
import { enqueue } from "./queues";

export { portQueue, threadQueue } from "./queues";

/** What is noted of a packet beside its mbuf. */
@unmanaged
export class Stamp {
  entered: u64; // when it entered the queue that it is in, or was in last
  departs: u64; // in a transmit ring: when its last bit is out; u64.MAX_VALUE: not handed to the link yet
  waited: u64; // ps in the ring and in ports of threads
  locked: u64; // ps for which the thread that had it waited for locks
  flow: u32; // which flow it belongs to, as far as order is watched
  reserved: u32;

  static of(m: Netmsg): Stamp {
    const index = (changetype<usize>(m) - base(Region.Mbufs)) >> 6;
    return changetype<Stamp>(base(Region.Stamps) + index * offsetof<Stamp>());
  }
}

export function watchPut(queue: usize, m: Netmsg): void {
  const now = Kernel.at().now;
  enqueue(queue, now);
  if (isPacket(changetype<usize>(m))) Stamp.of(m).entered = now;
  else changetype<KernelMessage>(m).entered = now;
  if (tracing()) traceQueued(queue, m);
}

export function watchArrival(queue: usize, m: Mbuf): void {
  enqueue(queue, m.arrived);
  const stamp = Stamp.of(m);
  stamp.entered = m.arrived;
  stamp.waited = 0;
  stamp.locked = 0;
  stamp.flow = flowOf(m.data);
  if (tracing()) traceArrival(m);
}

/**
 * A number for protocol, addresses and ports of an IPv4 packet, or for MAC addresses and EtherType of anything else. Numbers of flows often count up together: only
 * one of two words may stand in it as it is. Bytes behind a short frame do no harm: they are a flow, too.
 */
function flowOf(frame: usize): u32 {
  const ip = load<u16>(frame, 12) == 8;
  const one = ip ? load<u64>(frame, 26) : load<u64>(frame);
  const other = ip ? ((<u64>load<u8>(frame, 23)) << 32) | load<u32>(frame, 34) : load<u64>(frame, 6);
  return <u32>(((one ^ (other * 0xd6e8_feb8_6659_fd93)) * 0x9e37_79b9_7f4a_7c15) >> 32);
}

export function watchTaken(queue: usize, m: Netmsg, place: Place): void {
  const now = Kernel.at().now;
  const packet = isPacket(changetype<usize>(m));
  const since = packet ? Stamp.of(m).entered : changetype<KernelMessage>(m).entered;
  queueTake(queue, now, since);
  if (tracing()) traceTaken(queue, m, now - since);
  if (!packet || place == Place.Count) return;
  Stamp.of(m).waited += now - since;
  recordPlace(place, now - since);
}

/** A thread has waited for the lock that its place needs: with the packet that it goes on with there, if it is one. */
export function watchLocked(t: Thread, wait: u64): void {
  if (isPacket(t.subject)) Stamp.of(changetype<Mbuf>(t.subject)).locked += wait;
}

export function watchCopied(copy: Mbuf, m: Mbuf): void {
  const stamp = Stamp.of(copy);
  const from = Stamp.of(m);
  stamp.waited = from.waited;
  stamp.locked = from.locked;
  stamp.flow = from.flow;
  if (tracing()) traceCopied(m);
}

/** A packet has reached a protocol of this host: a closed loop is told so at the end of the step. */
export function watchDelivered(m: Mbuf): void {
  if (m.cause < CLOSED_CAUSES) return;
  const t = m.thread;
  if (t) Step.of(t).delivered = m.cause;
}

/** Notes a time that a packet has spent in a place. */
export function recordPlace(place: Place, time: u64): void {
  record(base(Region.Latencies) + (<usize>Path.Count + place) * <usize>histogramBytes(FINE_BITS), FINE_BITS, time);
}
