// Frames from the host: the input area, a row of records (ARRIVAL_HEADER in abi.ts) in the order of their times.

import { ARRIVAL_HEADER, Region } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { Io } from "../kern/kernel";
import { base } from "../memory/arena";
import { nicReceive } from "./nic";

/** The next arrival, as it lies in the area. */
@unmanaged
export class Arrival {
  time: u64;
  cause: u64;
  length: u32;
  port: u32;

  get ifp(): Ifnet {
    return Ifnet.at(this.port);
  }
}

/** Null: the host's frames are used up. */
export function nextArrival(): Arrival | null {
  const io = Io.at();
  return io.inputCursor < io.inputEnd ? changetype<Arrival>(base(Region.Input) + io.inputCursor) : null;
}

/** Gives it to its interface. */
export function takeArrival(arrival: Arrival): void {
  const io = Io.at();
  io.inputCursor += (ARRIVAL_HEADER + arrival.length + 7) & ~7;
  nicReceive(arrival.ifp, changetype<usize>(arrival) + ARRIVAL_HEADER, arrival.length, arrival.time, arrival.cause);
}
