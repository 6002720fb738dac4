/** What a program without types may give to be read: each is refused with a path, what was expected and what came. */
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { CaptureParser, readCapture, withoutFcs, writePcap } from "../../../src/capture/index.ts";
import { refusal } from "../../support/refusal.ts";
import { FRAME } from "./bytes.ts";
import { transferred } from "./transferred.ts";

const FILE = writePcap([
  { time: 1n, data: FRAME },
  { time: 2n, data: FRAME },
]);

const NO_BYTES: [string, unknown, string][] = [
  ["nothing", undefined, "nothing"],
  ["null", null, "null"],
  ["a number", 24, "24"],
  ["text", "a.pcap", '"a.pcap"'],
  ["a list of numbers", [1, 2], "[1,2]"],
  ["a buffer", new ArrayBuffer(4), "ArrayBuffer {}"],
  ["an array of clamped bytes", new Uint8ClampedArray(4), "Uint8ClampedArray of 4 bytes"],
  ["an array of words", new Uint16Array(4), "Uint16Array of 8 bytes"],
  ["bytes that were transferred", transferred(), '"a Uint8Array whose buffer was transferred"'],
];

describe.each(NO_BYTES)("%s", (_, value, shown) => {
  test("is no file, which is said before a frame is asked for", () => {
    expect(refusal(() => readCapture(value as Uint8Array)).message).toBe(`bytes: expected a Uint8Array, but got ${shown}`);
  });

  test("is no chunk, and the chunks that follow are read as if it had not come", () => {
    const parser = new CaptureParser();
    const got = [...parser.push(FILE.subarray(0, 60))];
    expect(refusal(() => [...parser.push(value as Uint8Array)]).message).toBe(`chunk: expected a Uint8Array, but got ${shown}`);
    got.push(...parser.push(FILE.subarray(60)));
    parser.finish();
    expect(got.map(({ time }) => time)).toEqual([1n, 2n]);
  });

  test("is no data of a frame", () => {
    expect(refusal(() => withoutFcs({ data: value as Uint8Array, length: 14, fcsLength: 0 })).message).toBe(
      `frame.data: expected a Uint8Array, but got ${shown}`,
    );
  });
});

test("bytes of another realm are bytes, and so are none", () => {
  const foreign: Uint8Array = runInNewContext("Uint8Array.from(bytes)", { bytes: [...FILE] });
  expect(foreign instanceof Uint8Array).toBe(false);
  expect([...readCapture(foreign)]).toHaveLength(2);
  expect(() => [...readCapture(new Uint8Array(0))]).toThrow(expect.objectContaining({ name: "CaptureError", found: "an empty file" }));
  expect(withoutFcs({ data: new Uint8Array(0), length: 0, fcsLength: 0 })).toEqual({ data: new Uint8Array(0), length: 0 });
});

test.each<[unknown, string]>([
  [null, "options: expected an object, but got null"],
  ["a.pcap", 'options: expected an object, but got "a.pcap"'],
  [[], "options: expected an object, but got []"],
  [{ linkType: "any" }, 'options.linkType: expected a known option (did you mean "linkTypes"?), but got "linkType"'],
  [{ linkTypes: "all" }, 'options.linkTypes: expected "ethernet" or "any", but got "all"'],
  [{ linkTypes: 1 }, 'options.linkTypes: expected "ethernet" or "any", but got 1'],
  [{ unknownVersions: "skp" }, 'options.unknownVersions: expected "refuse" or "skip" (did you mean "skip"?), but got "skp"'],
  [{ file: 7 }, "options.file: expected a name, as text, but got 7"],
])("options %j", (options, message) => {
  expect(refusal(() => readCapture(FILE, options as object)).message).toBe(message);
  expect(refusal(() => new CaptureParser(options as object)).message).toBe(message);
});

test("options that are undefined are as good as none", () => {
  const options = { file: undefined, linkTypes: undefined, unknownVersions: undefined };
  expect([...readCapture(FILE, options as unknown as object)]).toHaveLength(2);
});

test.each<[unknown, string]>([
  [undefined, "frame: expected an object with `data`, but got nothing"],
  [null, "frame: expected an object with `data`, but got null"],
  ["frame", 'frame: expected an object with `data`, but got "frame"'],
  [{ data: FRAME, fcsLength: 0 }, "frame.length: expected bytes, an integer from 0, but got nothing"],
  [{ data: FRAME, length: 14 }, "frame.fcsLength: expected bytes, an integer from 0, but got nothing"],
  [{ data: FRAME, length: 14n, fcsLength: 0 }, "frame.length: expected bytes, an integer from 0, but got 14n"],
  [{ data: FRAME, length: Number.NaN, fcsLength: 0 }, "frame.length: expected bytes, an integer from 0, but got NaN"],
  [{ data: FRAME, length: 14, fcsLength: -4 }, "frame.fcsLength: expected bytes, an integer from 0, but got -4"],
  [{ data: FRAME, length: 14, fcsLength: 0.5 }, "frame.fcsLength: expected bytes, an integer from 0, but got 0.5"],
])("withoutFcs of what is no frame: %#", (frame, message) => {
  expect(refusal(() => withoutFcs(frame as Parameters<typeof withoutFcs>[0])).message).toBe(message);
});
