import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterAll } from "vitest";
import { type CapturedFrame, type FrameToWrite, type PcapngInterface, readCapture, writePcapng } from "../../../src/capture/index.ts";
import type { Io } from "../../../src/cli/io.ts";
import { main } from "../../../src/cli/program.ts";
import type { ReplayReport } from "../../../src/report/index.ts";
import { makeEngine } from "../../support/engines.ts";

export const root = new URL("../../../", import.meta.url);
export const example = (name: string): string => new URL(`examples/${name}`, root).pathname;

const folder = await mkdtemp(join(tmpdir(), "netisr-cli-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file of this test run, with what is given in it. */
export const fileWith = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
export const fileNamed = (name: string): string => join(folder, name);

/** Two ports, joined by a bridge. */
export const LAN = {
  interfaces: [
    { name: "em0", mac: "02:00:00:00:00:00" },
    { name: "em1", mac: "02:00:00:00:00:01" },
  ],
  bridges: [{ name: "bridge0", members: [{ if: "em0" }, { if: "em1" }] }],
};
export const lanFile = (): Promise<string> => fileWith("lan.json", JSON.stringify(LAN));

/** A frame for a station that nobody knows: the bridge sends it by its other port. `mark` is its last byte. */
export const stray = (mark = 0): Uint8Array => {
  const frame = new Uint8Array(60);
  frame.set([2, 0, 0, 0, 1, 99, 2, 0, 0, 0, 1, 1, 0x88, 0xb5]);
  frame[59] = mark;
  return frame;
};

/** A frame from station `src` to station `dst` (255: broadcast). */
export const between = (src: number, dst: number, mark = 0): Uint8Array => {
  const frame = stray(mark);
  frame.set(dst === 255 ? [255, 255, 255, 255, 255, 255] : [2, 0, 0, 0, 1, dst]);
  frame.set([2, 0, 0, 0, 1, src], 6);
  return frame;
};

export const captureFile = (
  name: string,
  frames: FrameToWrite[],
  interfaces: PcapngInterface[] = [{ name: "em0" }, { name: "em1" }],
): Promise<string> => fileWith(name, writePcapng(frames, interfaces));

export const framesIn = async (file: string): Promise<CapturedFrame[]> => [...readCapture(new Uint8Array(await readFile(file)))];

export interface Ended {
  exit: number;
  out: string;
  err: string;
}

export const netisr = async (argv: string[], io: Partial<Io> = {}): Promise<Ended> => {
  const ended = { exit: -1, out: "", err: "" };
  ended.exit = await main(argv, {
    out: (text) => {
      ended.out += text;
    },
    err: (text) => {
      ended.err += text;
    },
    stdin: () => Readable.from([]),
    stdout: () => new PassThrough(),
    terminal: undefined,
    now: () => performance.now(),
    signal: new AbortController().signal,
    root,
    createEngine: (config, options) => makeEngine(options.machine === "virtual" ? "virtual" : "release", config, options),
    ...io,
  });
  return ended;
};

/** A replay that has to work, as an object. */
export const replayed = async (argv: string[]): Promise<ReplayReport> => {
  const { out, err } = await netisr(["replay", ...argv, "--json"]);
  if (out === "") throw new Error(err);
  return JSON.parse(out);
};
