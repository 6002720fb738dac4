import { expect, test } from "vitest";
import {
  type CapturedFrame,
  CaptureParser,
  type CaptureWriter,
  createPcapngWriter,
  createPcapWriter,
  type FrameToWrite,
} from "../../../src/capture/index.ts";
import { LONG, LONG_TIMEOUT } from "../../support/long.ts";

const MEBIBYTE = 1_048_576;
/** Bytes of the capture. */
const SIZE = LONG ? 2e9 : 250e6;
/** Bytes of heap and buffers that the reading and writing of it may add, with what the collector has not come to yet: far less than the capture has. */
const LIMIT = (LONG ? 256 : 150) * MEBIBYTE;
const BATCH = 300;
/** Frames start anywhere in it, so that they differ. */
const PAYLOAD = Uint8Array.from({ length: 4096 }, (_, i) => i * 7 + (i >> 3));

const frameAt = (i: number): FrameToWrite => ({
  interface: i % 2,
  time: 1_227_000_000_000_000_000n + BigInt(i) * 333n,
  data: PAYLOAD.subarray(i % 2048, (i % 2048) + 60 + ((i * 131) % 1455)),
  comment: i % 16 === 0 ? `frame ${i}` : undefined,
});

/** A capture of SIZE bytes or a little more, in chunks that end inside frames; nothing of it exists before it is asked for. */
function* captureOf(writer: CaptureWriter): Generator<Uint8Array> {
  yield writer.header();
  for (let [i, size] = [0, 0]; size < SIZE; i += BATCH) {
    const piece = writer.frames(Array.from({ length: BATCH }, (_, k) => frameAt(i + k)));
    const middle = (i * 37) % piece.length;
    yield piece.slice(0, middle);
    yield piece.slice(middle);
    size += piece.length;
  }
}

const used = (): number => {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
};

test.each<[string, () => CaptureWriter]>([
  ["pcapng", () => createPcapngWriter({ interfaces: [{ name: "em0" }, { name: "em1" }] })],
  ["pcap", () => createPcapWriter()],
])(
  `a %s capture of ${SIZE / 1e6} MB is read and written in less than ${LIMIT / MEBIBYTE} MiB`,
  (_, makeWriter) => {
    const [parser, writer] = [new CaptureParser(), makeWriter()];
    let [read, written, frames, peak, wrong] = [0, writer.header().length, 0, 0, -1];
    const before = used();
    for (const chunk of captureOf(makeWriter())) {
      const batch: CapturedFrame[] = [];
      for (const frame of parser.push(chunk)) {
        const expected = frameAt(frames++);
        if (frame.time !== expected.time || frame.data.length !== expected.data.length || frame.data[59] !== expected.data[59]) wrong = frames;
        batch.push(frame);
      }
      written += writer.frames(batch).length;
      read += chunk.length;
      peak = Math.max(peak, used() - before);
    }
    parser.finish();
    if (LONG) console.log(`${frames} frames, ${read} bytes, at most ${(peak / MEBIBYTE).toFixed(1)} MiB`);
    expect(wrong).toBe(-1);
    expect(read).toBeGreaterThan(SIZE);
    expect(written).toBe(read);
    expect(peak).toBeLessThan(LIMIT);
  },
  LONG_TIMEOUT,
);
