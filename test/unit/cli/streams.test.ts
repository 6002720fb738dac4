/** `-` as capture and as output. */
import { readFile } from "node:fs/promises";
import { PassThrough, Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { readCapture, writePcap } from "../../../src/capture/index.ts";
import type { Io } from "../../../src/cli/io.ts";
import { between, captureFile, example, fileNamed, fileWith, framesIn, lanFile, netisr, stray } from "./support.ts";

const BRIDGE = ["-c", example("bridge.json")];
const CAPTURE = example("captures/bridge.pcapng");

/** Standard output that keeps what it gets. */
const collector = (): { stdout: () => Writable; bytes: () => Buffer } => {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stdout: () => stream, bytes: () => Buffer.concat(chunks) };
};

/** Last bytes of the frames that are there so far. */
const marksIn = (bytes: Uint8Array): number[] => (bytes.length === 0 ? [] : [...readCapture(bytes)].map(({ data }) => data[59]!));

const inPieces = (bytes: Uint8Array, length: number): Readable =>
  Readable.from(Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) => bytes.subarray(i * length, (i + 1) * length)));

test.each([7, 1000, 65_536])("standard input and output give the same bytes as files: in pieces of %d", async (length) => {
  const written = fileNamed("as_file.pcapng");
  await netisr(["replay", CAPTURE, ...BRIDGE, "-w", written, "--dropped"]);
  const { stdout, bytes } = collector();
  const stdin = (): Readable => inPieces(input, length);
  const input = await readFile(CAPTURE);
  expect(await netisr(["replay", "-", ...BRIDGE, "-w", "-", "--dropped", "-q"], { stdin, stdout })).toEqual({ exit: 0, out: "", err: "" });
  expect(bytes().equals(await readFile(written))).toBe(true);
  expect([...readCapture(bytes())].length).toBeGreaterThan(400);
});

test("with -w - the report goes to standard error, as text or JSON, and nothing but the capture to standard output", async () => {
  const { stdout, bytes } = collector();
  const text = await netisr(["replay", CAPTURE, ...BRIDGE, "-w", "-"], { stdout });
  expect(text).toMatchObject({ exit: 0, out: "" });
  expect(text.err).toContain("to standard output\n");
  expect([...readCapture(bytes())].length).toBe(496);
  const asJson = await netisr(["replay", CAPTURE, ...BRIDGE, "-w", "-", "--json"], { stdout: collector().stdout });
  expect(asJson.out).toBe("");
  expect(JSON.parse(asJson.err).output).toMatchObject({ file: "-", frames: 496 });
});

test("--quiet prints nothing but what went wrong", async () => {
  expect(await netisr(["replay", CAPTURE, ...BRIDGE, "-q"])).toEqual({ exit: 0, out: "", err: "" });
  const cut = await fileWith("quiet.pcapng", (await readFile(CAPTURE)).subarray(0, 5000));
  const { exit, out, err } = await netisr(["replay", cut, ...BRIDGE, "-q"]);
  expect({ exit, out, lines: err.split("\n").length }).toEqual({ exit: 4, out: "", lines: 2 });
});

test("what was sent is there as soon as the input pauses", async () => {
  const stdin = new PassThrough();
  const { stdout, bytes } = collector();
  const frames = [...Array(3).keys()].map((mark) => ({ time: BigInt(mark), data: stray(mark) }));
  const ended = netisr(["replay", "-", "--as", "bridge", "-w", "-", "-q"], { stdin: () => stdin, stdout });
  const marks = (): number[] => marksIn(bytes());
  const file = writePcap(frames);
  const record = 16 + 60;
  for (const mark of frames.keys()) {
    stdin.write(file.subarray(mark === 0 ? 0 : 24 + mark * record, 24 + (mark + 1) * record));
    while (marks().length <= mark) await setTimeout(5);
    expect(marks()).toEqual([0, 1, 2].slice(0, mark + 1));
  }
  stdin.end();
  expect(await ended).toEqual({ exit: 0, out: "", err: "" });
});

/** A reader that has enough after so many bytes. */
const readerOf = (most: number): Writable => {
  let left = most;
  const stream = new Writable({
    write(chunk, _, done) {
      left -= chunk.length;
      done(left < 0 ? Object.assign(new Error("write EPIPE"), { code: "EPIPE" }) : null);
    },
  });
  return stream.on("error", () => {});
};

test("a reader that goes away ends the replay, cleanly", async () => {
  const frames = [...Array(5000).keys()].map((n) => ({ time: BigInt(n), data: between(1, 255) }));
  const capture = await captureFile("long_output.pcapng", frames);
  const { exit, out, err } = await netisr(["replay", capture, "--as", "bridge", "-w", "-", "--json"], { stdout: () => readerOf(100_000) });
  expect({ exit, out }).toEqual({ exit: 0, out: "" });
  const report = JSON.parse(err);
  expect(report.output).toMatchObject({ readerGone: true });
  expect(report.input.frames).toBeLessThan(5000);
  expect(report.counters.conservation.holds).toBe(true);
  const text = await netisr(["replay", capture, "--as", "bridge", "-w", "-"], { stdout: () => readerOf(10) });
  expect(text.err.split("\n")[2]).toBe("  STOPPED: nobody reads the output any more; what follows is what was done until then");
});

test("an output stream that fails otherwise is an error", async () => {
  const failing = new Writable({ write: (_, __, done) => done(Object.assign(new Error("no space"), { code: "ENOSPC", errno: -28 })) });
  failing.on("error", () => {});
  const ended = await netisr(["replay", CAPTURE, ...BRIDGE, "-w", "-"], { stdout: () => failing });
  expect(ended).toEqual({ exit: 2, out: "", err: "netisr: -w -: no space left on device\n" });
});

const terminal = <T>(stream: T): T => Object.assign(stream as object, { isTTY: true }) as T;

test.each<[string, string[], Partial<Io>, string]>([
  ["a terminal as input", ["-"], { stdin: () => terminal(Readable.from([])) }, "-: expected a capture on standard input, but found a terminal"],
  ["standard input twice", ["-", "-"], {}, "-: expected standard input once among the captures, but found it 2 times"],
  ["standard input for a port and again", ["p0=-", "-"], {}, "-: expected standard input once among the captures, but found it 2 times"],
  [
    "a terminal as output",
    [CAPTURE, "-w", "-"],
    { stdout: () => terminal(new PassThrough()) },
    "-w -: expected standard output to be a pipe or a file, but found a terminal",
  ],
])("%s is refused", async (_, argv, io, line) => {
  expect(await netisr(["replay", ...argv, ...BRIDGE], io)).toEqual({ exit: 2, out: "", err: `netisr: ${line}\n` });
});

test("an empty standard input is no capture", async () => {
  expect(await netisr(["replay", "-", ...BRIDGE])).toEqual({
    exit: 3,
    out: "",
    err: "netisr: -: byte 0: expected a pcap or pcapng file, but found an empty file\n",
  });
});

test("interrupted while standard input is waited for: what was sent until then is written", async () => {
  const stdin = new PassThrough();
  const stop = new AbortController();
  const { stdout, bytes } = collector();
  const ended = netisr(["replay", "-", "-c", await lanFile(), "-w", "-"], { stdin: () => stdin, stdout, signal: stop.signal });
  stdin.write(writePcap([{ time: 0n, data: stray(9) }]));
  while (marksIn(bytes()).length === 0) await setTimeout(5);
  stop.abort("SIGTERM");
  const { exit, err } = await ended;
  expect(exit).toBe(143);
  expect(err).toMatch(/INTERRUPTED[\s\S]*netisr: terminated\n$/);
  expect(marksIn(bytes())).toEqual([9]);
  expect(stdin.destroyed).toBe(true);
});

test("the same frames through a file and through standard input may be merged with a file", async () => {
  const other = await captureFile("beside.pcapng", [{ time: 5n, data: stray(5) }], [{ name: "em1" }]);
  const written = fileNamed("beside_out.pcapng");
  const stdin = (): Readable => Readable.from([writePcap([0, 9].map((n) => ({ time: BigInt(n), data: stray(n) })))]);
  await netisr(["replay", "-", other, "-c", await lanFile(), "-w", written], { stdin });
  expect((await framesIn(written)).map(({ data }) => data[59])).toEqual([0, 5, 9]);
});
