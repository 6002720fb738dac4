import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type CapturedFrame, writePcap, writePcapng } from "../../../src/capture/index.ts";
import { loadEntries } from "../../conformance/captures/entry.ts";
import { oracleCaptures } from "../../conformance/captures/oracle.ts";
import { LONG, LONG_TIMEOUT } from "../../support/long.ts";
import { readOut } from "./bytes.ts";
import { SEEDS } from "./seeds.ts";
import { hasTshark, type SeenFrame, seenByTshark } from "./tshark.ts";

const { folder: captures, why } = oracleCaptures();
const tshark = hasTshark();
const oracle = captures !== undefined;
if (!tshark) console.warn("round trip of captures: skipped, tshark is not installed");
else if (!oracle) console.warn(`round trip of the oracle's captures: skipped, ${why}`);

const folder = mkdtempSync(join(tmpdir(), "netisr-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Files that hold Ethernet frames and nothing that stops a reader, ours or tshark. */
const readable = () =>
  loadEntries(captures!)
    .filter(({ verdict }) => verdict === "ok")
    .map(({ name }) => resolve(captures!, name))
    .filter((file) => {
      const { frames, fault } = readOut(readFileSync(file));
      return fault === undefined && frames.length > 0;
    });

/** tshark starts in about a second: the usual run looks at every sample-th file. */
const SAMPLE = 40;

const pcapLimit = 1_000_000_000n << 32n;
const fitsPcap = ({ time }: CapturedFrame): boolean => time !== undefined && time >= 0n && time < pcapLimit;

/** A pcap file names no interface; in the pcapng file made of it, all frames are those of one without a name. */
const inPcapng = (seen: SeenFrame): SeenFrame =>
  seen.interface === undefined ? { ...seen, section: "1", interface: "0", interfaceName: "unknown" } : seen;

/** What a pcap file keeps of a frame. */
const inPcap = ({ bytes, length, captured, time }: SeenFrame) => ({ bytes, length, captured, time });

/** Reads the file, writes it in both formats, and compares what tshark sees. Returns the number of frames. */
async function roundTrip(file: string): Promise<number> {
  const { frames, interfaces } = readOut(readFileSync(file));
  const [ng, plain] = [join(folder, "out.pcapng"), join(folder, "out.pcap")];
  writeFileSync(ng, writePcapng(frames, interfaces));
  const asPcap = frames.every(fitsPcap);
  if (asPcap) writeFileSync(plain, writePcap(frames));
  const [original, seen, seenPlain] = await Promise.all([file, ng, ...(asPcap ? [plain] : [])].map(seenByTshark));
  expect(seen!.length, file).toBe(frames.length);
  expect(seen, file).toEqual(original!.map(inPcapng));
  if (seenPlain) expect(seenPlain.map(inPcap), file).toEqual(original!.map(inPcap));
  return frames.length;
}

describe.skipIf(!tshark)("a capture that was read and written is the same to tshark: frames, lengths, times, interfaces, comments", () => {
  test("sections of both orders, simple packets, a comment", async () => {
    const file = join(folder, "seed.pcapng");
    writeFileSync(file, SEEDS[7]!);
    expect(await roundTrip(file)).toBe(3);
  });

  test.skipIf(!oracle)(
    "captures of the oracle",
    async () => {
      const files = readable().filter((_, i) => LONG || i % SAMPLE === 0);
      expect(files.length).toBeGreaterThan(1);
      for (const file of files) expect(await roundTrip(file)).toBeGreaterThan(0);
      if (LONG) console.log(`${files.length} files of the oracle`);
    },
    LONG_TIMEOUT,
  );
});
