/** Arrival records: what the input area of the engine holds. */
import { ARRIVAL_HEADER } from "../../assembly/abi.ts";

export interface Frame {
  /** Index of the interface that receives it. */
  port: number;
  data: Uint8Array;
  /** Picoseconds. Default 0. */
  time?: bigint;
}

export const recordBytes = (length: number): number => (ARRIVAL_HEADER + length + 7) & ~7;

/** Frames in the order of their arrival; the cause of each is its number. */
export const recordsOf = (frames: readonly Frame[]): Uint8Array => {
  const bytes = new Uint8Array(frames.reduce((sum, { data }) => sum + recordBytes(data.length), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [cause, { port, data, time }] of frames.entries()) {
    view.setBigUint64(at, time ?? 0n, true);
    view.setBigUint64(at + 8, BigInt(cause), true);
    view.setUint32(at + 16, data.length, true);
    view.setUint32(at + 20, port, true);
    bytes.set(data, at + ARRIVAL_HEADER);
    at += recordBytes(data.length);
  }
  return bytes;
};

/** The frames in a row of records, as views of it. */
export const framesOf = (records: Uint8Array): Required<Frame>[] => {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  const frames: Required<Frame>[] = [];
  for (let at = 0; at < records.length; ) {
    const length = view.getUint32(at + 16, true);
    const data = records.subarray(at + ARRIVAL_HEADER, at + ARRIVAL_HEADER + length);
    frames.push({ time: view.getBigUint64(at, true), port: view.getUint32(at + 20, true), data });
    at += recordBytes(length);
  }
  return frames;
};

/** Lets the times of all records go on by `span` picoseconds. */
export const shiftTimes = (records: Uint8Array, span: bigint): void => {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  for (let at = 0; at < records.length; at += recordBytes(view.getUint32(at + 16, true)))
    view.setBigUint64(at, view.getBigUint64(at, true) + span, true);
};

/** Bytes of the frames in a row of records. */
export const frameBytes = (records: Uint8Array): number => {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  let sum = 0;
  for (let at = 0; at < records.length; ) {
    const length = view.getUint32(at + 16, true);
    sum += length;
    at += recordBytes(length);
  }
  return sum;
};
