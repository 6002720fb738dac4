// The few scalars that belong to no CPU, interface or thread. They lie in memory like everything else, so that a snapshot has them.

import { Knob, PS_PER_SECOND, Region } from "../abi";
import { base, COUNTERS_AT, front, KNOBS_AT } from "../memory/arena";
import { Netmsg } from "./mbuf";

@unmanaged
export class Kernel {
  now: u64; // picoseconds since boot
  nextTick: u64; // when the softclock has something to do
  epochMs: u64; // milliseconds since midnight UT at time 0 (RFC 791 and 792 timestamps)
  mbufFree: Netmsg | null;
  mbufsFree: u32; // on that list, or never taken
  mbufsTaken: u32; // those before this number were taken at least once
  ready: u64; // bit n: CPU n has a thread that can run
  ipis: u64; // bit n: CPU n has IPIs to take
  txHead: usize; // transmit rings with frames, linked
  txTail: usize;
  ipId: u32; // ip_id of the next packet of our own
  hostThread: usize; // thread that is inside a handler of the host
  hostCause: u64; // frame that it handles
  random: u64; // stutter machine only: state of its random stream
  second: u32; // time_second, which follows `now`
  ifnetMode: i32; // rules the ifnet threads: they were created with mode 2 (recalled: ARCHITECTURE, section 8.1)
  nextSecond: u64; // when it changes

  static at(): Kernel {
    return changetype<Kernel>(front());
  }
}

if (offsetof<Kernel>() > KNOBS_AT || (<usize>Knob.Count) << 2 > COUNTERS_AT - KNOBS_AT)
  ERROR("Kernel or knobs have outgrown their places at the front");

/** Where host and machine are in the areas that they exchange frames through. */
@unmanaged
export class Io {
  inputCursor: u32; // bytes of the input area that are consumed
  inputEnd: u32; // bytes that the host wrote
  outputEnd: u32; // bytes of the output area in use
  orderCursor: u32; // next packet of the burst to run
  orderEnd: u32;
  lossEnd: u32; // bytes of the area of losses in use
  orderBase: u64; // number of the first frame of the burst
  touched: u32; // nothing: where reads ahead end
  reserved: u32;
  events: u64; // turns of the machine's loop, which depend on how a run is split
  limit: u64; // key of the event queue up to which the machine runs; 0: event by event
  others: u64; // key before which nothing but the CPU that has its turns does anything: `limit`, or an event set since the last turn
  ownEvent: u64; // when the CPU that is being served has something else to do

  static at(): Io {
    return changetype<Io>(base(Region.Io));
  }
}

export function attachKernel(): void {
  assert(base(Region.Kernel) == front() && base(Region.Knobs) == front() + KNOBS_AT, "boot lays out these regions first");
}

export function knob(name: Knob): i32 {
  return load<i32>(knobAt(name));
}

/** Where a knob lies. */
export function knobAt(name: Knob): usize {
  return front() + KNOBS_AT + ((<usize>name) << 2);
}

export function setKnob(name: Knob, value: i32): void {
  store<i32>(knobAt(name), value);
}

/** Sets the clock, which never goes back. */
export function setNow(time: u64): void {
  const k = Kernel.at();
  assert(time >= k.now, "time never goes back");
  k.now = time;
  if (time >= k.nextSecond) setSecond(k, time);
}

function setSecond(k: Kernel, time: u64): void {
  const seconds = time / PS_PER_SECOND;
  k.second = <u32>seconds + 1;
  k.nextSecond = (seconds + 1) * PS_PER_SECOND; // in the last 0.07 s before 2^64 it wraps, and the second is found anew each time
}

/** time_second: whole seconds, from 1 on, so that 0 can mean "never". */
export function timeSecond(): u32 {
  return Kernel.at().second;
}
