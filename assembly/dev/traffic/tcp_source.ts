// Sources of TCP: connections between two interfaces, and their segments on the wires beside them. What is sent to one interface has one transmitter, so that
// frames come one after the other; what leaves by one has one, too. So each way is a row in the order of times, whose first has a timer.

import { Boot, Region } from "../../abi";
import { draw } from "../../kern/random";
import { Wire } from "../../kern/wire";
import { base, boot } from "../../memory/arena";
import { Ends } from "./closed_ends";
import { ackLeaf, FarEnd, pipeLeaf, rtoLeaf, setTimer } from "./closed_timers";
import { TcpConnection, tcpMaps } from "./tcp_connection";
import { tcpFrameLength } from "./tcp_frame";
import { ackSent, tcpData } from "./tcp_receiver";
import { tcpAck, tcpStart, tcpTake, tcpTimeout } from "./tcp_sender";

const NEVER: u64 = u64.MAX_VALUE;

/** A segment on a wire. */
@unmanaged
export class Flight {
  time: u64; // when its last bit is there
  connection: u32;
  seq: u32; // or the number that it acknowledges
  data: u32; // bytes; 0: an acknowledgement
  reserved: u32;
}

/** The four wires: data to the interface, data to the receiver, acknowledgements to the other interface, acknowledgements to the sender. */
export const enum Way {
  In,
  Out,
  BackIn,
  BackOut,
}

/** A row of flights: round a piece of memory. */
@unmanaged
class Pipe {
  at: usize;
  room: u32;
  head: u32;
  length: u32;

  flight(index: u32): Flight {
    const place = this.head + index;
    return changetype<Flight>(this.at + <usize>(place >= this.room ? place - this.room : place) * offsetof<Flight>());
  }
}

@unmanaged
export class TcpSource extends Ends {
  port: u32; // where data arrives
  back: u32; // where it must leave, and acknowledgements arrive
  number: u32;
  reserved: u32; // behind it, a Pipe for each Way

  static at(number: u32): TcpSource {
    return changetype<TcpSource>(sourcesAt() + <usize>number * SOURCE_BYTES);
  }

  pipe(way: Way): Pipe {
    return changetype<Pipe>(changetype<usize>(this) + offsetof<TcpSource>() + <usize>way * offsetof<Pipe>());
  }
}
/** Of the record with its pipes. */
const SOURCE_BYTES: usize = (offsetof<TcpSource>() + 4 * offsetof<Pipe>() + 7) & ~7;

function sourcesAt(): usize {
  return tcpMaps() + ((((<usize>boot(Boot.TcpWords)) << 2) + 7) & ~7);
}

export function flightsAt(): usize {
  return sourcesAt() + <usize>boot(Boot.TcpSources) * SOURCE_BYTES;
}

export function tcpBytes(): u64 {
  return <u64>(flightsAt() - base(Region.Tcp)) + <u64>boot(Boot.TcpFlights) * offsetof<Flight>();
}

/** Gives a way its memory. */
export function layPipe(s: TcpSource, way: Way, at: usize, room: u32): void {
  const pipe = s.pipe(way);
  pipe.at = at;
  pipe.room = room;
}

/** Something is on its way, and will be there at `time`. */
export function depart(s: TcpSource, way: Way, connection: u32, seq: u32, data: u32, time: u64): void {
  const pipe = s.pipe(way);
  if (pipe.length == pipe.room) {
    TcpConnection.at(connection).overruns++;
    return;
  }
  const flight = pipe.flight(pipe.length);
  flight.time = time;
  flight.connection = connection;
  flight.seq = seq;
  flight.data = data;
  if (pipe.length++ == 0) setTimer(pipeLeaf(s.number, way), time);
}

/** Takes what is there first. It is good until something departs. */
export function arrive(s: TcpSource, way: Way): Flight {
  const pipe = s.pipe(way);
  const flight = pipe.flight(0);
  pipe.head = pipe.head + 1 == pipe.room ? 0 : pipe.head + 1;
  pipe.length--;
  setTimer(pipeLeaf(s.number, way), pipe.length ? pipe.flight(0).time : NEVER);
  return flight;
}

/** Puts a segment on the wire to an interface. */
function transmit(s: TcpSource, way: Way, connection: u32, seq: u32, data: u32, now: u64): void {
  const port = way == Way.In ? s.port : s.back;
  const far = FarEnd.at(port);
  const wire = Wire.at(port);
  far.free = max(now, far.free) + wire.timeOf(tcpFrameLength(data));
  depart(s, way, connection, seq, data, far.free + wire.propagation);
}

// ---- what happens to a connection ----

/** Data is at the receiver. */
export function receiverGets(s: TcpSource, connection: u32, seq: u32, data: u32, now: u64): void {
  const c = TcpConnection.at(connection);
  if (c.loss && <u32>(draw(changetype<usize>(c) + offsetof<TcpConnection>("lots")) >> 32) < c.loss) {
    c.lost++;
    return;
  }
  if (tcpData(c, seq, data, now)) acknowledge(s, connection, now);
  else setTimer(ackLeaf(connection), c.ackDue);
}

/** The receiver acknowledges what it has; or its timer says so. */
export function acknowledge(s: TcpSource, connection: u32, now: u64): void {
  const c = TcpConnection.at(connection);
  ackSent(c);
  setTimer(ackLeaf(connection), NEVER);
  transmit(s, Way.BackIn, connection, <u32>c.rcvNxt, 0, now);
}

/** An acknowledgement is at the sender. */
export function senderGets(s: TcpSource, connection: u32, ack: u32, now: u64): void {
  tcpAck(TcpConnection.at(connection), ack, now);
  sendAll(s, connection, now);
}

/** The sender's timer is due: it begins, or has waited in vain. */
export function senderTimer(s: TcpSource, connection: u32, now: u64): void {
  const c = TcpConnection.at(connection);
  if (c.started == NEVER) tcpStart(c, now);
  else tcpTimeout(c, now);
  sendAll(s, connection, now);
}

function sendAll(s: TcpSource, connection: u32, now: u64): void {
  const c = TcpConnection.at(connection);
  while (tcpTake(c, now)) transmit(s, Way.In, connection, <u32>c.seq, c.length, now);
  setTimer(rtoLeaf(connection), c.due);
}
