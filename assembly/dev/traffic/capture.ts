// A capture as traffic: its frames lie in a table and are sent with the distances that they had, times the inverse of a speed, over and over.
//
// Frame i of loop n comes at start + floor((n * period + its time) / speed), to the picosecond in every loop: times are kept as whole ps and a rest, of which
// `speed` make one, where speed is the factor's numerator.

import { Boot, CAPTURED_HEAD, Region } from "../../abi";
import { base, boot } from "../../memory/arena";
import { Generator } from "./generator";

@unmanaged
class CapturedFrame {
  time: u64; // ps since the loop began
  rest: u32;
  length: u32;

  get bytes(): usize {
    return changetype<usize>(this) + offsetof<CapturedFrame>();
  }

  /** The frame behind this one. */
  get next(): usize {
    return this.bytes + <usize>((this.length + 7) & ~7);
  }
}
if (offsetof<CapturedFrame>() != CAPTURED_HEAD) ERROR("the head of a captured frame is not as long as CAPTURED_HEAD says");

/** When the next frame comes: the one after that which has come, if there has been one. */
export function afterCaptured(g: Generator): u64 {
  if (g.begun) {
    const next = changetype<CapturedFrame>(g.captured).next;
    g.captured = next < g.capturedEnd ? next : g.firstCaptured;
    if (next >= g.capturedEnd) beginLoop(g);
  }
  g.begun = 1;
  const frame = changetype<CapturedFrame>(g.captured);
  return g.loop + frame.time + u64(<u64>g.loopRest + frame.rest >= g.speed);
}

function beginLoop(g: Generator): void {
  const rest = <u64>g.loopRest + g.periodRest;
  const carry = rest >= g.speed;
  g.loop += g.period + u64(carry);
  g.loopRest = <u32>(carry ? rest - g.speed : rest);
}

/** The frame that is due; its bytes lie in the table. */
export function capturedFrame(g: Generator): usize {
  const frame = changetype<CapturedFrame>(g.captured);
  g.length = frame.length;
  return frame.bytes;
}

/**
 * Frames in `length` bytes of the table from `offset` on; the first one sent is at `begin` of those. `loop`: when the first loop begins, modulo 2^64, as that
 * may have been before the start. Rests are below `speed`.
 */
export function attachCapture(
  number: u32,
  offset: u32,
  length: u32,
  begin: u32,
  speed: u32,
  loop: u64,
  loopRest: u32,
  period: u64,
  periodRest: u32,
): void {
  assert(begin < length && <u64>offset + length <= boot(Boot.TrafficBytes), "the frames are in the table");
  assert(loopRest < speed && periodRest < speed, "a rest is less than one");
  const g = Generator.at(number);
  g.firstCaptured = base(Region.Traffic) + <usize>offset;
  g.capturedEnd = g.firstCaptured + <usize>length;
  g.captured = g.firstCaptured + <usize>begin;
  g.speed = speed;
  g.loop = loop;
  g.loopRest = loopRest;
  g.period = period;
  g.periodRest = periodRest;
}
