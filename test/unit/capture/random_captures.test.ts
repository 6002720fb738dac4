import fc from "fast-check";
import { expect, test } from "vitest";
import { CaptureParser, type FrameToWrite, readCapture, writePcap, writePcapng } from "../../../src/capture/index.ts";
import { CaptureError } from "../../../src/errors.ts";
import { readOut } from "./bytes.ts";

const frame = fc.record({
  interface: fc.nat(2),
  time: fc.bigInt(0n, (1n << 64n) - 1n),
  data: fc.uint8Array({ maxLength: 200 }),
  length: fc.integer({ min: 0, max: 0xffffffff }),
  fcsLength: fc.nat(15),
  direction: fc.constantFrom("in" as const, "out" as const, undefined),
  // A reader ends a string at NUL.
  comment: fc.option(
    fc.string({ unit: "grapheme", maxLength: 30 }).filter((text) => !text.includes("\0")),
    { nil: undefined },
  ),
});
const frames = fc.array(frame, { maxLength: 8 });
const PORTS = [{ name: "em0" }, { name: "em1", description: "the second" }, {}];

const kept = ({ interface: port, time, data, length, fcsLength, direction, comment }: FrameToWrite) =>
  [port, time, Array.from(data), length, fcsLength, direction, comment] as const;

test("what was written as pcapng is read as it was", () => {
  fc.assert(
    fc.property(frames, (written) => {
      const capture = readCapture(writePcapng(written, PORTS));
      expect(Array.from(capture, kept)).toEqual(written.map(kept));
      expect(capture.interfaces.map(({ name, description }) => ({ name, description }))).toEqual(
        PORTS.map((port) => ({ name: port.name, description: port.description })),
      );
    }),
    { numRuns: 200 },
  );
});

test("what was read can be written again, to the same bytes", () => {
  fc.assert(
    fc.property(frames, (written) => {
      const bytes = writePcapng(written, PORTS);
      expect(writePcapng(readCapture(bytes), PORTS)).toEqual(bytes);
    }),
    { numRuns: 100 },
  );
});

test("pcap keeps times, to its resolution, bytes and lengths", () => {
  const short = frames.map((list) => list.map((one) => ({ ...one, time: one.time % (1_000_000_000n << 32n) })));
  fc.assert(
    fc.property(short, fc.constantFrom("us" as const, "ns" as const), (written, resolution) => {
      const unit = resolution === "us" ? 1000n : 1n;
      expect(Array.from(readCapture(writePcap(written, { resolution })), (one) => [one.time, [...one.data], one.length])).toEqual(
        written.map((one) => [one.time - (one.time % unit), [...one.data], one.length]),
      );
    }),
    { numRuns: 200 },
  );
});

/** A file of ours with some bytes changed, and perhaps cut. */
const damaged = fc
  .tuple(frames, fc.boolean(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.option(fc.nat()))
  .map(([written, ng, changes, cut]) => {
    const bytes = ng ? writePcapng(written, PORTS) : writePcap(written.map((one) => ({ ...one, time: 0n })));
    // Half of the changes go where the structure is.
    for (const [at, value] of changes) bytes[at % (value & 1 ? bytes.length : Math.min(64, bytes.length))] = value;
    return cut === null ? bytes : bytes.subarray(0, cut % bytes.length);
  });

test("a damaged file gives whole frames and then, at most, a typed error at an offset inside the file", () => {
  let faults = 0;
  fc.assert(
    fc.property(damaged, (bytes) => {
      const { frames: got, fault } = readOut(bytes, { linkTypes: "any" });
      for (const one of got) expect(one.data.byteOffset + one.data.length).toBeLessThanOrEqual(bytes.byteOffset + bytes.length);
      if (fault === undefined) return;
      faults++;
      expect(fault.offset).toBeGreaterThanOrEqual(got.at(-1)?.offset ?? 0);
      expect(fault.offset).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 2000 },
  );
  // Otherwise the damage is too mild to show anything.
  expect(faults).toBeGreaterThan(500);
});

test("a damaged file in chunks gives the frames and the fault of the whole file", () => {
  fc.assert(
    fc.property(damaged, fc.integer({ min: 1, max: 50 }), (bytes, size) => {
      const whole = readOut(bytes);
      const parser = new CaptureParser();
      let count = 0;
      const feed = () => {
        for (let at = 0; at < bytes.length; at += size) for (const _ of parser.push(bytes.slice(at, at + size))) count++;
        parser.finish();
      };
      if (whole.fault === undefined) feed();
      else expect(feed).toThrow(new CaptureError(whole.fault.offset, whole.fault.expected, whole.fault.found));
      expect(count).toBe(whole.frames.length);
    }),
    { numRuns: 500 },
  );
});
