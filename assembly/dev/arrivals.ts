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

/** Gives it to its interface. @returns the next one */
export function takeArrival(arrival: Arrival, ifp: Ifnet): Arrival | null {
  const length = arrival.length;
  Io.at().inputCursor += (ARRIVAL_HEADER + length + 7) & ~7;
  nicReceive(ifp, changetype<usize>(arrival) + ARRIVAL_HEADER, length, arrival.time, arrival.cause);
  return nextArrival();
}
