import { expect, test } from "vitest";
import { type CapturedFrame, CaptureParser, writePcap, writePcapng } from "../../../src/capture/index.ts";
import { block, ethernet, FRAME, hex, join, packet, readOut, SECTION } from "./bytes.ts";

/** Reads a file in pieces of `size` bytes, each in a buffer of its own. */
function readInPieces(bytes: Uint8Array, size: number): CapturedFrame[] {
  const parser = new CaptureParser();
  const frames: CapturedFrame[] = [];
  for (let at = 0; at < bytes.length; at += size) frames.push(...parser.push(bytes.slice(at, at + size)));
  parser.finish();
  return frames;
}

const frames = Array.from({ length: 20 }, (_, i) => ({
  time: BigInt(i),
  data: new Uint8Array(10 + 7 * i).fill(i),
  comment: i % 3 ? undefined : `frame ${i}`,
}));
const files: [string, Uint8Array][] = [
  ["pcap", writePcap(frames)],
  ["pcapng", writePcapng(frames, [{ name: "em0" }])],
  ["pcapng with blocks to pass over", join(SECTION, block(0x77, new Uint8Array(200)), ethernet(), packet(), block(0xbad, hex("d97e0000")), packet())],
];

test.each(files)("a %s file in chunks of any size gives the frames of the whole file", (_, bytes) => {
  const whole = readOut(bytes).frames;
  expect(whole.length).toBeGreaterThan(1);
  for (const size of [1, 2, 3, 5, 16, 61, 100, bytes.length]) expect(readInPieces(bytes, size), `chunks of ${size}`).toEqual(whole);
});

test("frames that were handed out stay as they were when more chunks come", () => {
  const bytes = writePcap(Array.from({ length: 50 }, (_, i) => ({ time: 0n, data: FRAME.with(0, 2 * i) })));
  expect(readInPieces(bytes, 40).map((frame) => frame.data[0])).toEqual(Array.from({ length: 50 }, (_, i) => 2 * i));
});

test("a chunk that holds nothing changes nothing", () => {
  const parser = new CaptureParser();
  const bytes = join(SECTION, ethernet(), packet());
  const got = [bytes.slice(0, 60), new Uint8Array(0), bytes.slice(60)].flatMap((chunk) => [...parser.push(chunk)]);
  expect(got).toHaveLength(1);
  expect(() => parser.finish()).not.toThrow();
});

test("after a fault, pushing and finishing fail at the same place again", () => {
  const parser = new CaptureParser();
  const fault = expect.objectContaining({ name: "CaptureError", offset: 52 });
  expect(() => [...parser.push(join(SECTION, ethernet(), hex("06000000 07000000")))]).toThrow(fault);
  expect(() => [...parser.push(packet())]).toThrow(fault);
});

test("offsets count from the start of the file, also beyond 4 GiB", () => {
  const parser = new CaptureParser();
  expect([...parser.push(join(SECTION, ethernet(), hex("77000000 f0ffffff")))]).toEqual([]);
  // The block that is passed over holds 2^32 - 28 bytes between its lengths.
  const piece = new Uint8Array(16 * 1024 * 1024);
  let left = 2 ** 32 - 28;
  for (; left > piece.length; left -= piece.length) expect([...parser.push(piece)]).toEqual([]);
  const rest = join(hex("f0ffffff"), packet());
  const last = [...parser.push(piece.subarray(0, left)), ...parser.push(rest)];
  expect(last).toMatchObject([{ offset: 2 ** 32 + 32, data: FRAME }]);
  parser.finish();
});
