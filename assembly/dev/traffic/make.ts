// Takes the next frame out of a generator.

import { ArrivalKind } from "../../abi";
import { capturedFrame } from "./capture";
import { special } from "./content";
import { pickFlow } from "./flows";
import { writeFrame } from "./frame";
import { Generator } from "./generator";
import { schedule } from "./schedule";

/** The frame that arrives at `next`, and on to the one after it. Answers where it lies: at `room`, or in a table. `length` is its length then. */
export function makeFrame(g: Generator, room: usize): usize {
  assert(g.untilEnd != 0, "a frame is due");
  let bytes = room;
  if (g.kind == ArrivalKind.Capture) bytes = capturedFrame(g);
  else {
    if (g.special) special(g, room, false);
    const flow = pickFlow(g);
    g.flow = flow;
    writeFrame(g, room, flow);
    if (g.special) special(g, room, true);
  }
  g.frames++;
  g.bytes += g.length;
  g.left--;
  schedule(g, g.next);
  return bytes;
}
