// The few scalars that belong to no CPU, interface or thread. They lie in memory like everything else, so that a snapshot has them.

import { Knob, PS_PER_SECOND, Region } from "../abi";
import { base } from "../memory/arena";
import { Netmsg } from "./mbuf";

let kernel: usize = 0;
let knobs: usize = 0;
let io: usize = 0;

@unmanaged
export class Kernel {
  now: u64; // picoseconds since boot
  nextTick: u64; // when the softclock has something to do
  epochMs: u64; // milliseconds since midnight UT at time 0 (RFC 791 and 792 timestamps)
  mbufFree: Netmsg | null;
  mbufsFree: u32;
  ready: u64; // bit n: CPU n has a thread that can run
  ipis: u64; // bit n: CPU n has IPIs to take
  txHead: usize; // transmit rings with frames, linked
  txTail: usize;
  ipId: u32; // ip_id of the next packet of our own
  hostThread: usize; // thread that is inside a handler of the host
  hostCause: u64; // frame that it handles
  random: u64; // state of the machine's random stream

  static at(): Kernel {
    return changetype<Kernel>(kernel);
  }
}

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

  static at(): Io {
    return changetype<Io>(io);
  }
}

export function attachKernel(): void {
  kernel = base(Region.Kernel);
  knobs = base(Region.Knobs);
  io = base(Region.Io);
}

export function knob(name: Knob): i32 {
  return load<i32>(knobs + ((<usize>name) << 2));
}

export function setKnob(name: Knob, value: i32): void {
  store<i32>(knobs + ((<usize>name) << 2), value);
}

/** time_second: whole seconds, from 1 on, so that 0 can mean "never". */
export function timeSecond(): u32 {
  return <u32>(Kernel.at().now / PS_PER_SECOND) + 1;
}
