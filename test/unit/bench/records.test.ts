import { expect, test } from "vitest";
import { Digest } from "../../../bench/support/digest.ts";
import { frameBytes, framesOf, recordBytes, recordsOf, shiftTimes } from "../../../bench/support/records.ts";

const FRAMES = [
  { port: 2, data: Uint8Array.of(1, 2, 3), time: 5n },
  { port: 0, data: new Uint8Array(64).fill(9), time: 2n ** 40n },
  { port: 1, data: new Uint8Array(0), time: 2n ** 40n },
];

test("what is written into records is read out of them", () => {
  const records = recordsOf(FRAMES);
  expect(framesOf(records)).toEqual(FRAMES);
  expect(frameBytes(records)).toBe(67);
  expect(records.length).toBe(32 + 88 + 24);
});

test("records are as the engine reads them: time, cause, length, port, bytes, padding to 8", () => {
  const records = recordsOf([FRAMES[0]!, { port: 3, data: Uint8Array.of(7) }]);
  expect(Array.from(records.subarray(0, 32))).toEqual([
    5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0,
  ]);
  expect(records[32 + 8]).toBe(1); // the cause is the number of the frame
  expect([0, 1, 8, 9].map(recordBytes)).toEqual([24, 32, 32, 40]);
});

test("times go on, and nothing else changes", () => {
  const records = recordsOf(FRAMES);
  shiftTimes(records, 10n);
  expect(framesOf(records)).toEqual(FRAMES.map((frame) => ({ ...frame, time: frame.time + 10n })));
});

test("the digest is FNV-1a over port, length and bytes", () => {
  expect(new Digest().text).toBe("811c9dc5");
  const digest = new Digest();
  digest.frame(0x0201, Uint8Array.of(0x61));
  // The bytes 01 02 01 00 61, one by one.
  let hash = 0x811c9dc5n;
  for (const byte of [1n, 2n, 1n, 0n, 0x61n]) hash = ((hash ^ byte) * 0x01000193n) & 0xffffffffn;
  expect(digest.text).toBe(hash.toString(16).padStart(8, "0"));
});
