// Order within flows: a frame that leaves behind a later one of its flow is counted. The table remembers the last frame of each flow; flows that meet in one
// place forget each other, so that the count is a lower bound with more than some ten thousand flows.

import { CAUSE_SHIFT, Region } from "../../abi";
import { MachineState } from "../../kern/events";
import { base } from "../../memory/arena";

const PLACES: u32 = 65_536;

@unmanaged
class FlowPlace {
  cause: u64; // number of the frame that left last
  flow: u32;
  used: u32;

  static of(flow: u32): FlowPlace {
    return changetype<FlowPlace>(base(Region.FlowOrder) + <usize>(flow & (PLACES - 1)) * offsetof<FlowPlace>());
  }
}

export function flowOrderBytes(): u64 {
  return <u64>PLACES * offsetof<FlowPlace>();
}

/** A frame of a flow has left. */
export function countOrder(flow: u32, cause: u64): void {
  const place = FlowPlace.of(flow);
  const sameSource = (cause ^ place.cause) >> <u64>CAUSE_SHIFT == 0; // numbers of two interfaces have no order
  if (place.used && place.flow == flow && sameSource && cause < place.cause) {
    MachineState.at().reordered++;
    return;
  }
  place.used = 1;
  place.flow = flow;
  place.cause = cause;
}
