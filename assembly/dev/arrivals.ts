// Frames from the host: the input area, a row of records (ARRIVAL_HEADER in abi.ts) in the order of their times.

import { ARRIVAL_HEADER, Region } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { Io } from "../kern/kernel";
import { base } from "../memory/arena";

/** An arrival, as it lies in the area. */
@unmanaged
export class Arrival {
  time: u64;
  cause: u64;
  length: u32;
  port: u32;

  get ifp(): Ifnet {
    return Ifnet.at(this.port);
  }

  /** The frame. */
  get bytes(): usize {
    return changetype<usize>(this) + ARRIVAL_HEADER;
  }

  /** The record behind this one. */
  get next(): Arrival {
    return changetype<Arrival>(changetype<usize>(this) + <usize>((ARRIVAL_HEADER + this.length + 7) & ~7));
  }
}

/** The first arrival that is not taken yet: at `arrivalsEnd` if there is none. */
export function firstArrival(): usize {
  return base(Region.Input) + Io.at().inputCursor;
}

/** Behind the last arrival. */
export function arrivalsEnd(): usize {
  return base(Region.Input) + Io.at().inputEnd;
}

/** Says that the arrivals before `at` are taken. */
export function arrivalsTaken(at: usize): void {
  Io.at().inputCursor = <u32>(at - base(Region.Input));
}
