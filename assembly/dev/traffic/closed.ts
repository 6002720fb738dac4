// Sources with a number of outstanding requests: each request arrives, crosses the path, leaves; perhaps an answer comes the other way; then the source thinks
// about it and sends the next. What does not come back in time is sent again. A request is one record (slot) that goes round; who carries its frames does not
// matter here.

import { Boot, CLOSED_RECORD, ClosedField, FINE_BITS, NO_PORT, REQUEST_RECORD, Region } from "../../abi";
import { exponential } from "../../kern/random";
import { base, boot } from "../../memory/arena";
import { histogramBytes, record } from "../../stats/histogram";
import { Ends } from "./closed_ends";

const NEVER: u64 = u64.MAX_VALUE;

@unmanaged
export class ClosedSource extends Ends {
  think: u64; // ps, or the mean
  thinks: u64; // random streams
  services: u64;
  service: u64; // from the request's last bit at the far end to the answer's last bit at the interface
  timeout: u64;
  stop: u64; // no request arrives from here on
  left: u64; // requests that may still be thought about
  port: u32; // where requests arrive
  back: u32; // where they must leave, and answers arrive; NO_PORT: anywhere, and there are none
  length: u32; // of a request's frame
  answer: u32; // of an answer's
  flows: u32;
  first: u32; // slot
  exponentialThink: u32;
  exponentialService: u32;

  static at(number: u32): ClosedSource {
    return changetype<ClosedSource>(base(Region.Closed) + <usize>number * CLOSED_RECORD + ((<usize>ClosedField.Count) << 3));
  }

  /** One of its counts. */
  count(field: ClosedField): usize {
    return changetype<usize>(this) - ((<usize>(<u32>ClosedField.Count - field)) << 3);
  }
}
if (offsetof<ClosedSource>() + ((<usize>ClosedField.Count) << 3) > <usize>CLOSED_RECORD) ERROR("ClosedSource has outgrown CLOSED_RECORD");

/** Where a request is. */
const enum Where {
  /** There will be no other. */
  Rests,
  Thought,
  /** On the path, or lost. */
  Sent,
  /** Out of the path, and on its way to the far end. */
  Left,
  Served,
  AnswerSent,
  AnswerLeft,
  /** It would come back too late. */
  TooLate,
}

@unmanaged
export class Slot {
  due: u64; // when something happens to it by itself
  since: u64; // it arrived first
  deadline: u64; // it is sent again
  cause: u64; // number of its frame
  where: u32; // Where
  source: u32;

  static at(number: u32): Slot {
    return changetype<Slot>(slotsAt() + <usize>number * offsetof<Slot>());
  }
}
if (offsetof<Slot>() != REQUEST_RECORD) ERROR("a request's record is not as long as REQUEST_RECORD says");

function slotsAt(): usize {
  return base(Region.Closed) + <usize>boot(Boot.ClosedSources) * CLOSED_RECORD;
}

/** Response times of a source. */
function responses(source: u32): usize {
  return slotsAt() + <usize>boot(Boot.ClosedSlots) * offsetof<Slot>() + <usize>source * <usize>histogramBytes(FINE_BITS);
}

export function closedBytes(): u64 {
  return <u64>boot(Boot.ClosedSources) * (CLOSED_RECORD + histogramBytes(FINE_BITS)) + <u64>boot(Boot.ClosedSlots) * offsetof<Slot>();
}

/** What the carrier has to send now. */
export const enum ToSend {
  Nothing,
  Request,
  Answer,
}

function bump(source: ClosedSource, field: ClosedField, by: u64): void {
  const at = source.count(field);
  store<u64>(at, load<u64>(at) + by);
}

/** The source thinks, and then there is another request; unless that would be too late or one too many. */
export function slotThinks(slot: Slot, now: u64): void {
  const source = ClosedSource.at(slot.source);
  const stream = changetype<usize>(source) + offsetof<ClosedSource>("thinks");
  const next = now + (source.exponentialThink ? exponential(stream, source.think) : source.think);
  const goesOn = source.left > 0 && next < source.stop;
  slot.where = goesOn ? Where.Thought : Where.Rests;
  slot.due = goesOn ? next : NEVER;
  if (!goesOn) return;
  source.left--;
  bump(source, ClosedField.idle, 1);
  bump(source, ClosedField.thinking, 0 - now);
}

/** The time has come that `due` says. The frame that is to be sent has the number `cause` then. */
export function slotDue(slot: Slot, now: u64, cause: u64): ToSend {
  const source = ClosedSource.at(slot.source);
  switch (slot.where) {
    case Where.Thought:
      bump(source, ClosedField.idle, u64.MAX_VALUE);
      bump(source, ClosedField.thinking, now);
      bump(source, ClosedField.inFlight, 1);
      bump(source, ClosedField.waiting, 0 - now);
      slot.since = now;
      return sends(slot, source, now, cause);
    case Where.Left:
      if (source.back == NO_PORT) completes(slot, source, now);
      else serves(slot, source, now);
      return ToSend.Nothing;
    case Where.AnswerLeft:
      completes(slot, source, now);
      return ToSend.Nothing;
    case Where.Served:
      bump(source, ClosedField.answers, 1);
      slot.cause = cause;
      slot.where = Where.AnswerSent;
      slot.due = slot.deadline;
      return ToSend.Answer;
    default:
      bump(source, ClosedField.resent, 1);
      return sends(slot, source, now, cause);
  }
}

function sends(slot: Slot, source: ClosedSource, now: u64, cause: u64): ToSend {
  bump(source, ClosedField.requests, 1);
  slot.cause = cause;
  slot.deadline = now + source.timeout;
  slot.where = Where.Sent;
  slot.due = slot.deadline;
  return ToSend.Request;
}

function serves(slot: Slot, source: ClosedSource, now: u64): void {
  const stream = changetype<usize>(source) + offsetof<ClosedSource>("services");
  reaches(slot, Where.Served, now + (source.exponentialService ? exponential(stream, source.service) : source.service));
}

function completes(slot: Slot, source: ClosedSource, now: u64): void {
  bump(source, ClosedField.completed, 1);
  bump(source, ClosedField.inFlight, u64.MAX_VALUE);
  bump(source, ClosedField.waiting, now);
  record(responses(slot.source), FINE_BITS, now - slot.since);
  slotThinks(slot, now);
}

/** It gets somewhere at a time, unless it is given up before. */
function reaches(slot: Slot, where: Where, time: u64): void {
  slot.where = time <= slot.deadline ? where : Where.TooLate;
  slot.due = min(time, slot.deadline);
}

/** A frame is at the far end of `port`, or at a protocol of this host (NO_PORT), at `time`. */
export function slotLeaves(slot: Slot, cause: u64, port: u32, time: u64): void {
  const source = ClosedSource.at(slot.source);
  if (cause != slot.cause) return bump(source, ClosedField.late, 1);
  const answer = slot.where == Where.AnswerSent;
  if (!answer && slot.where != Where.Sent) return; // another copy of it
  if (source.back != NO_PORT && port != (answer ? source.port : source.back)) return;
  reaches(slot, answer ? Where.AnswerLeft : Where.Left, time);
  if (slot.where == Where.TooLate) bump(source, ClosedField.late, 1);
}
