/** Where a replay hands what comes out of the engine. */
import type { Departure, DroppedPacket } from "../../types.ts";

/** A frame as it was received. */
export interface ReceivedFrame {
  /** Index of the interface that received it. */
  port: number;
  data: Uint8Array;
  /** On the wire. */
  length: number;
}

/** A dropped packet, and the frame that it is or that caused it, if that is still known. */
export interface DroppedFrame extends DroppedPacket {
  frame: ReceivedFrame | undefined;
}

/** What came out of the engine, both in the order of time. */
export interface Batch {
  departures: readonly Departure[];
  /** Empty unless the job asks for them. */
  drops: readonly DroppedFrame[];
  /** Picoseconds of engine time as nanoseconds since the epoch; undefined while no frame had a time. */
  nsOf(time: bigint): bigint | undefined;
}

/** Takes what was sent. */
export interface Sink {
  /** Nobody wants any more of it. */
  readonly isGone: boolean;
  take(batch: Batch): Promise<void>;
  /** An interface was plugged in. */
  plugged(port: number): Promise<void>;
}
