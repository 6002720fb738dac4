// What is noted about packets: where they come from, the queues that they pass, how they end.

import { Drop, Path, QueueField, Region, TraceKind } from "../../abi";
import { base, bytes } from "../../memory/arena";
import { Ifnet } from "../ifnet";
import { Kernel } from "../kernel";
import { isPacket, Mbuf, Netmsg } from "../mbuf";
import { Thread } from "../thread";
import { chooseFrame, mayWant, NO_CAUSE, note, TraceState } from "./ring";

/** Where no CPU is at work. */
const NO_CPU: u32 = 255;
const QUEUE_BYTES: usize = (<usize>QueueField.Count) << 3;

export function now(): u64 {
  return Kernel.at().now;
}

export function isMessage(at: usize): bool {
  const first = base(Region.Messages);
  return isPacket(at) || (at >= first && at < first + bytes(Region.Messages));
}

export function causeOf(message: usize): u64 {
  return isPacket(message) ? changetype<Mbuf>(message).cause : NO_CAUSE;
}

/** Notes what the thread that runs has done with a packet or message. */
function noteOf(kind: TraceKind, m: Netmsg, time: u64, subject: u32, value: u64): void {
  const s = TraceState.at();
  note(kind, time, causeOf(changetype<usize>(m)), s.cpu, s.thread, 0, m.lock, subject, value);
}

export function traceArrival(m: Mbuf): void {
  chooseFrame(m.data, m.cause);
  if (!mayWant(m.cause)) return;
  note(TraceKind.Arrival, m.arrived, m.cause, NO_CPU, 0, 0, 0, m.rcvif, m.len);
}

export function traceRefused(ifp: Ifnet, bytes: usize, cause: u64, time: u64, reason: Drop): void {
  chooseFrame(bytes, cause);
  note(TraceKind.Drop, time, cause, NO_CPU, 0, ifp.index, 0, reason, 0);
}

function queueNumber(queue: usize): u32 {
  return <u32>((queue - base(Region.QueueStats)) / QUEUE_BYTES);
}

export function traceQueued(queue: usize, m: Netmsg): void {
  if (!mayWant(causeOf(changetype<usize>(m)))) return;
  noteOf(TraceKind.Queued, m, now(), queueNumber(queue), load<u64>(queue + ((<usize>QueueField.length) << 3)));
}

export function traceTaken(queue: usize, m: Netmsg, stay: u64): void {
  if (!mayWant(causeOf(changetype<usize>(m)))) return;
  noteOf(TraceKind.Taken, m, now(), queueNumber(queue), stay);
}

export function traceCopied(m: Mbuf): void {
  noteOf(TraceKind.Copied, m, now(), m.rcvif, m.len);
}

export function traceEnded(m: Mbuf, path: Path, port: u32, time: u64): void {
  if (!mayWant(m.cause)) return;
  const kind = path == Path.Delivered ? TraceKind.Delivered : TraceKind.Departure;
  const t = m.thread;
  note(kind, time, m.cause, t ? t.cpu : NO_CPU, t ? t.id : 0, path, m.lock, port, time - m.arrived);
}

export function traceDrop(t: Thread, m: Mbuf, reason: Drop): void {
  const time = max(now(), m.arrived);
  note(TraceKind.Drop, time, m.cause, t.cpu, t.id, m.rcvif, m.lock, reason, time - m.arrived);
}
