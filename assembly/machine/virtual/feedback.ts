// Closed loops: what their sources do when its time comes, and what they see of the path. When a frame is at the far end is known as soon as the link has it,
// so that its departure is noted then, and no event of the link's.

import { NO_PORT, Path, Region } from "../../abi";
import { wireReceive } from "../../dev/faults";
import { ClosedSource, Slot, slotDue, slotLeaves, ToSend } from "../../dev/traffic/closed";
import { packetIn } from "../../dev/traffic/closed_ends";
import { writeRequest } from "../../dev/traffic/closed_frame";
import { ackLeaf, earliestTimer, FarEnd, Feedback, firstTimer, rtoLeaf, setTimer, slotLeaf } from "../../dev/traffic/closed_timers";
import { TcpConnection } from "../../dev/traffic/tcp_connection";
import { dataIn, numberIn, segmentIn, writeSegment } from "../../dev/traffic/tcp_frame";
import { acknowledge, arrive, depart, receiverGets, senderGets, senderTimer, TcpSource, Way } from "../../dev/traffic/tcp_source";
import { closedCause, ownerOf, TCP_OWNERS } from "../../kern/closed_cause";
import { FEEDBACK, setEvent } from "../../kern/events";
import { Ifnet } from "../../kern/ifnet";
import { Kernel } from "../../kern/kernel";
import { Mbuf } from "../../kern/mbuf";
import { Stamp } from "../../kern/watch/on";
import { Wire } from "../../kern/wire";
import { base } from "../../memory/arena";
import { IP_MF, Ipv4 } from "../../wire/ipv4";
import { ringsFilled } from "./interrupts";
import { pull } from "./nics";

/** The first timer is due. Of several at one time each is an event. */
export function feedbackDue(): void {
  const leaf = firstTimer();
  const now = Kernel.at().now;
  if (leaf >= ackLeaf(0)) timerOf(leaf - ackLeaf(0), now, true);
  else if (leaf >= rtoLeaf(0)) timerOf(leaf - rtoLeaf(0), now, false);
  else if (leaf >= slotLeaf(0)) slotTimer(leaf - slotLeaf(0), now);
  else land(TcpSource.at(leaf >> 2), <Way>(leaf & 3), now);
  setEvent(FEEDBACK, earliestTimer());
}

function timerOf(connection: u32, now: u64, ofReceiver: bool): void {
  const source = TcpSource.at(TcpConnection.at(connection).source);
  if (ofReceiver) acknowledge(source, connection, now);
  else senderTimer(source, connection, now);
}

/** A segment is at the end of its wire. */
function land(s: TcpSource, way: Way, now: u64): void {
  const flight = arrive(s, way);
  const connection = flight.connection;
  const seq = flight.seq;
  const data = flight.data;
  if (way == Way.Out) return receiverGets(s, connection, seq, data, now);
  if (way == Way.BackOut) return senderGets(s, connection, seq, now);
  const port = way == Way.In ? s.port : s.back;
  pull(Ifnet.at(port), now);
  const frame = base(Region.Scratch);
  const length = writeSegment(frame, s, TcpConnection.at(connection), seq, data);
  receive(port, frame, length, nextCause(TCP_OWNERS + 2 * connection + (way == Way.BackIn ? 1 : 0)));
}

function slotTimer(number: u32, now: u64): void {
  const slot = Slot.at(number);
  const source = ClosedSource.at(slot.source);
  const cause = nextCause(number);
  const what = slotDue(slot, now, cause);
  setTimer(slotLeaf(number), slot.due);
  if (what == ToSend.Nothing) return;
  const port = what == ToSend.Answer ? source.back : source.port;
  pull(Ifnet.at(port), now);
  const frame = base(Region.Scratch);
  receive(port, frame, writeRequest(frame, source, number - source.first, what == ToSend.Answer), cause);
}

/** The number of the next frame, which is counted when it arrives. */
function nextCause(owner: u32): u64 {
  return closedCause(Feedback.at().frames, owner);
}

/** A frame arrives at an interface. */
function receive(port: u32, frame: usize, length: u32, cause: u64): void {
  const far = FarEnd.at(port);
  const ifp = Ifnet.at(port);
  far.frames++;
  far.bytes += length;
  Feedback.at().frames++;
  if (wireReceive(ifp, frame, length, Kernel.at().now, cause)) ringsFilled(ifp);
}

/** The link has got a frame of a closed loop, and knows when its last bit is out. */
export function feedbackDeparts(port: u32, m: Mbuf): void {
  if (m.path == Path.Originated) return; // an answer of our own to such a frame
  const time = Stamp.of(m).departs + Wire.at(port).propagation;
  const owner = ownerOf(m.cause);
  if (owner < TCP_OWNERS) {
    const ip = packetIn(m.data);
    if (ip && changetype<Ipv4>(ip).off & IP_MF) return; // only the last fragment is the whole
    return slotIsOut(owner, m.cause, port, time);
  }
  const connection = (owner - TCP_OWNERS) >> 1;
  const s = TcpSource.at(TcpConnection.at(connection).source);
  const back = ((owner - TCP_OWNERS) & 1) != 0;
  const segment = segmentIn(m.data, m.len);
  if (!segment || port != (back ? s.port : s.back)) return;
  depart(s, back ? Way.BackOut : Way.Out, connection, numberIn(segment, back), back ? 0 : dataIn(m.data, segment), time);
  setEvent(FEEDBACK, earliestTimer());
}

/** A step has ended that gave a packet of a closed loop to a protocol of this host: its request is complete. */
export function feedbackDelivered(cause: u64): void {
  if (ownerOf(cause) < TCP_OWNERS) slotIsOut(ownerOf(cause), cause, NO_PORT, Kernel.at().now);
}

function slotIsOut(number: u32, cause: u64, port: u32, time: u64): void {
  const slot = Slot.at(number);
  slotLeaves(slot, cause, port, time);
  setTimer(slotLeaf(number), slot.due);
  setEvent(FEEDBACK, earliestTimer());
}
