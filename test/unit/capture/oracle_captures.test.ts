import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { type CapturedFrame, writePcapng } from "../../../src/capture/index.ts";
import { type Entry, loadEntries } from "../../conformance/captures/entry.ts";
import { judge } from "../../conformance/captures/judge.ts";
import { oracleCaptures } from "../../conformance/captures/oracle.ts";
import { readChunks } from "../../conformance/captures/reading.ts";
import { readOut } from "./bytes.ts";

const { folder, why } = oracleCaptures();
const present = folder !== undefined;
if (!present) console.warn(`captures of the oracle: skipped, ${why}`);

const entries = present ? loadEntries(folder) : [];
const bytesOf = (entry: Entry): Uint8Array => readFileSync(resolve(folder!, entry.name));

/** The entries at which the check finds something wrong, with what it is. */
function wrongOnes(check: (entry: Entry) => string | undefined): string[] {
  expect(entries.length).toBeGreaterThan(0);
  return entries.flatMap((entry) => {
    const wrong = check(entry);
    return wrong === undefined ? [] : [`${entry.name}: ${wrong}`];
  });
}

/** Writes the frames in front of the fault, if any, and reads them again. */
function roundTrip(bytes: Uint8Array): string | undefined {
  const { frames, interfaces } = readOut(bytes, { linkTypes: "any" });
  const again = readOut(writePcapng(frames, interfaces), { linkTypes: "any" });
  if (again.fault !== undefined && interfaces.length > 0) return again.fault.message;
  const differing = frames.findIndex((frame, i) => !isDeepStrictEqual(withoutPlace(frame, interfaces), withoutPlace(again.frames[i], interfaces)));
  return differing < 0 && again.frames.length === frames.length ? undefined : `frame ${differing} of ${frames.length}`;
}

/** Without a time a frame can be written for the first interface of a section only; elsewhere its time is then 0. */
const withoutPlace = (frame: CapturedFrame | undefined, interfaces: ReturnType<typeof readOut>["interfaces"]) => {
  const index = frame?.interface ?? 0;
  const first = index === 0 || interfaces[index]?.section !== interfaces[index - 1]?.section;
  return { ...frame, offset: 0, time: first ? frame?.time : (frame?.time ?? 0n) };
};

describe.skipIf(!present)("captures of the oracle", () => {
  test.each([
    ["whole", Number.POSITIVE_INFINITY],
    ["in pieces of 61 bytes", 61],
  ])("read %s, they are judged right", (_, size) => {
    const wrong = wrongOnes((entry) => {
      const bytes = bytesOf(entry);
      return judge(entry, readChunks(piecesOf(bytes, size), {}), readChunks(piecesOf(bytes, size), { linkTypes: "any" }));
    });
    expect(wrong).toEqual([]);
  });

  test("what was read and written is read again the same", () => {
    expect(wrongOnes((entry) => roundTrip(bytesOf(entry)))).toEqual([]);
  });
});

function* piecesOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}
