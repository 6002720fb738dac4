import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { type CapturedFrame, writePcapng } from "../../../src/capture/index.ts";
import { readOut } from "./bytes.ts";
import { type Entry, judge, readAll } from "./oracle_judge.ts";

// Real and damaged captures with what tshark and tcpdump made of them. They are not part of the repository.
const root = resolve(process.env.NETISR_ORACLE ?? resolve(import.meta.dirname, "../../../../shared/oracle"));
const folder = resolve(root, "captures/open");
const present = existsSync(resolve(folder, "index.json"));
if (!present) console.warn(`captures of the oracle: skipped, no ${folder}/index.json; set NETISR_ORACLE to the folder of the oracle`);

const index = (file: string): Entry[] => (present ? (JSON.parse(readFileSync(resolve(folder, file), "utf8")) as Entry[]) : []);
const entries = [...index("index.json"), ...index("mutated/index.json")];
const bytesOf = (entry: Entry): Uint8Array => readFileSync(resolve(folder, entry.name));

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
  const differing = frames.findIndex((frame, i) => !isDeepStrictEqual(withoutPlace(frame), withoutPlace(again.frames[i])));
  return differing < 0 && again.frames.length === frames.length ? undefined : `frame ${differing} of ${frames.length}`;
}

/** Without a time a frame can be written for interface 0 only; elsewhere its time is then 0. */
const withoutPlace = (frame: CapturedFrame | undefined) => ({ ...frame, offset: 0, time: frame?.interface ? (frame.time ?? 0n) : frame?.time });

describe.skipIf(!present)("captures of the oracle", () => {
  test("Ethernet files are read as tshark reads them, others are refused by number", () => {
    expect(wrongOnes((entry) => judge(entry, readAll(bytesOf(entry), {}), false))).toEqual([]);
  });

  test("files of any link type are read as tshark reads them, if asked for", () => {
    expect(wrongOnes((entry) => judge(entry, readAll(bytesOf(entry), { linkTypes: "any" }), true))).toEqual([]);
  });

  test("what was read and written is read again the same", () => {
    expect(wrongOnes((entry) => roundTrip(bytesOf(entry)))).toEqual([]);
  });
});
