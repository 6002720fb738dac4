import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type CapturedFrame, writePcap, writePcapng } from "../../../src/capture/index.ts";
import { loadEntries } from "../../conformance/captures/entry.ts";
import { oracleCaptures } from "../../conformance/captures/oracle.ts";
import { LONG, LONG_TIMEOUT } from "../../support/long.ts";
import { readOut } from "./bytes.ts";
import { hasTshark, type SeenFrame, seenByTshark } from "./tshark.ts";

const captures = oracleCaptures();
const missing = [hasTshark() ? [] : ["tshark"], existsSync(resolve(captures, "index.json")) ? [] : [`${captures}/index.json`]].flat();
if (missing.length > 0) console.warn(`round trip of captures: skipped, no ${missing.join(", no ")}`);

const folder = mkdtempSync(join(tmpdir(), "netisr-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Files that hold Ethernet frames and nothing that stops a reader, ours or tshark. */
const readable = () =>
  loadEntries(captures)
    .filter(({ verdict }) => verdict === "ok")
    .map(({ name }) => ({ name, ...readOut(readFileSync(resolve(captures, name))) }))
    .filter(({ frames, fault }) => fault === undefined && frames.length > 0);

/** tshark starts in about a second: the usual run looks at every sample-th file. */
const SAMPLE = 20;

const pcapLimit = 1_000_000_000n << 32n;
const fitsPcap = ({ time }: CapturedFrame): boolean => time !== undefined && time >= 0n && time < pcapLimit;

/** A pcap file names no interface; in the pcapng file made of it, all frames are those of one without a name. */
const inPcapng = (seen: SeenFrame): SeenFrame =>
  seen.interface === undefined ? { ...seen, section: "1", interface: "0", interfaceName: "unknown" } : seen;

/** What a pcap file keeps of a frame. */
const inPcap = ({ bytes, length, captured, time }: SeenFrame) => ({ bytes, length, captured, time });

describe.skipIf(missing.length > 0)("captures that were read and written", () => {
  test(
    "are the same to tshark: frames, lengths, times, interfaces, comments",
    async () => {
      const files = readable().filter((_, i) => LONG || i % SAMPLE === 0);
      expect(files.length).toBeGreaterThan(3);
      for (const { name, frames, interfaces } of files) {
        const [ng, plain] = [join(folder, "out.pcapng"), join(folder, "out.pcap")];
        writeFileSync(ng, writePcapng(frames, interfaces));
        const asPcap = frames.every(fitsPcap);
        if (asPcap) writeFileSync(plain, writePcap(frames));
        const [original, seen, seenPlain] = await Promise.all([resolve(captures, name), ng, ...(asPcap ? [plain] : [])].map(seenByTshark));
        expect(seen!.length, name).toBe(frames.length);
        expect(seen, name).toEqual(original!.map(inPcapng));
        if (seenPlain) expect(seenPlain.map(inPcap), name).toEqual(original!.map(inPcap));
      }
    },
    LONG_TIMEOUT,
  );
});
