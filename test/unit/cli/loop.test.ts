/** `--loop`: passes at exact times. */
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { writePcap } from "../../../src/capture/index.ts";
import { Clock } from "../../../src/cli/replay/clock.ts";
import { captureFile, fileNamed, fileWith, framesIn, lanFile, netisr, replayed, stray } from "./support.ts";

const config = await lanFile();
const START = 1_800_000_000_000_000_000n;
const at = (ns: number | bigint): bigint => START + BigInt(ns);
const timesIn = async (file: string): Promise<bigint[]> => (await framesIn(file)).map(({ time }) => time! - START);

test("a pass begins at the time of the last frame of the pass before", async () => {
  const capture = await captureFile(
    "loop.pcapng",
    [0, 3, 7].map((ns) => ({ time: at(ns), data: stray(ns) })),
  );
  const written = fileNamed("looped.pcapng");
  const { input } = await replayed([capture, "-c", config, "--loop", "3", "-w", written]);
  expect(await timesIn(written)).toEqual([0n, 3n, 7n, 7n, 10n, 14n, 14n, 17n, 21n]);
  expect((await framesIn(written)).map(({ data }) => data[59])).toEqual([0, 3, 7, 0, 3, 7, 0, 3, 7]);
  expect(input).toMatchObject({ frames: 9, passes: 3, periodNs: "7", durationNs: "21", firstNs: String(START), files: [{ frames: 9 }] });
});

test("with --period it begins so long after the beginning of the pass before, to the nanosecond; several captures pass together", async () => {
  const one = await captureFile("loop1.pcapng", [{ time: at(0), data: stray() }]);
  const two = await fileWith("loop2.pcap.gz", gzipSync(writePcap([{ time: at(2_000_000_001), data: stray() }])));
  const written = fileNamed("period.pcapng");
  const { input } = await replayed([one, two, "-c", config, "--loop", "3", "--period", "2.500000003", "-w", written]);
  const period = 2_500_000_003n;
  expect(await timesIn(written)).toEqual([0n, 2_000_000_001n, period, period + 2_000_000_001n, 2n * period, 2n * period + 2_000_000_001n]);
  expect(input.periodNs).toBe(String(period));
});

test("times stay exact over many passes", () => {
  const clock = new Clock(1_000_000_000, undefined);
  const [first, last] = [START + 1n, START + 1n + 12_345_678_901n];
  for (let pass = 0n; pass < 100_000n; pass++) {
    expect(clock.engineTime(first) === pass * 12_345_678_901n).toBe(true);
    clock.now = clock.engineTime(last);
    expect(clock.nextPass()).toBe(true);
  }
  expect(clock.engineTime(first)).toBe(1_234_567_890_100_000n);
  expect(clock.wallNs(1_234_567_890_100_000n * 1000n)).toBe(first + 1_234_567_890_100_000n);
});

test("a time before that of the frame before counts as that, in a later pass, too: a file may be changed between two passes", () => {
  const clock = new Clock(2, 100n);
  const times = (...stamps: number[]): bigint[] =>
    stamps.map((stamp) => {
      clock.now = clock.engineTime(at(stamp));
      return clock.now;
    });
  expect(times(10, 30, 20, 30, 5, 31)).toEqual([0n, 20n, 20n, 20n, 20n, 21n]);
  expect(clock.nextPass()).toBe(true);
  expect(times(0, 9, 10, 12, 11)).toEqual([100n, 100n, 100n, 102n, 102n]);
});

test("a period that is shorter than the captures is refused when that is known, and what was done until then is reported", async () => {
  const capture = await captureFile(
    "short.pcapng",
    [0, 1_000_000_001].map((ns) => ({ time: at(ns), data: stray() })),
  );
  const written = fileNamed("short_out.pcapng");
  const { exit, out, err } = await netisr(["replay", capture, "-c", config, "--loop", "2", "--period", "1", "-w", written, "--json"]);
  expect([exit, err]).toEqual([2, "netisr: --period: expected at least 1.000000001 s, from the first frame to the last one, but got 1.000000000\n"]);
  expect(JSON.parse(out)).toMatchObject({ exitCode: 2, input: { frames: 2, passes: 1 } });
  expect(await timesIn(written)).toEqual([0n, 1_000_000_001n]);
});

test("a frame more than 213 days after the first is refused in whichever pass it comes; those before it are replayed", async () => {
  const capture = await captureFile("days.pcapng", [{ time: at(0), data: stray() }]);
  const { exit, out, err } = await netisr(["replay", capture, "-c", config, "--loop", "4", "--period", "9000000", "--json"]);
  expect(exit).toBe(4);
  expect(err).toMatch(
    /days\.pcapng: byte \d+: expected a time at most 18446744 s \(213 days\) after the first frame's, but found one 27000000 s after it\n$/,
  );
  expect(JSON.parse(out).input).toMatchObject({ frames: 3, passes: 4 });
});

test("a capture with a fault is not begun again", async () => {
  const whole = writePcap([0, 1].map((ns) => ({ time: at(ns), data: stray() })));
  const cut = await fileWith("cut_loop.pcap", whole.subarray(0, whole.length - 1));
  const { exit, out } = await netisr(["replay", cut, "-c", config, "--loop", "5", "--json"]);
  expect(exit).toBe(4);
  expect(JSON.parse(out).input).toMatchObject({ frames: 1, passes: 1, periodNs: null });
});

test("frames without a time follow the pass before", async () => {
  const capture = await captureFile("untimed_loop.pcapng", [
    { time: undefined, data: stray(1) },
    { time: at(5), data: stray(2) },
    { time: at(8), data: stray(3) },
  ]);
  const written = fileNamed("untimed_looped.pcapng");
  await replayed([capture, "-c", config, "--loop", "2", "-w", written]);
  const times = (await framesIn(written)).slice(1).map(({ time }) => time! - START);
  expect(times).toEqual([5n, 8n, 8n, 8n, 11n]);
});

test("a stream cannot be begun again", async () => {
  const stdin = new PassThrough();
  stdin.end(writePcap([{ time: at(0), data: stray() }]));
  expect(await netisr(["replay", "-", "-c", config, "--loop", "2"], { stdin: () => stdin })).toEqual({
    exit: 2,
    out: "",
    err: "netisr: --loop: expected files that can be read again, but - is no file with an end (save it first)\n",
  });
});

test.each(["0", "1.5", "x"])("--loop %s is refused", async (n) => {
  const { exit, err } = await netisr(["replay", "x.pcap", "-c", config, "--loop", n]);
  expect(exit).toBe(2);
  expect(err).toBe(`netisr: option '--loop <n>' argument '${n}' is invalid. Expected an integer from 1 to 999999999.\n`);
});

test.each(["", "-1", "1.", "0.1234567890", "1e3"])("--period %j is refused", async (text) => {
  const { exit, err } = await netisr(["replay", "x.pcap", "-c", config, "--loop", "2", `--period=${text}`]);
  expect(exit).toBe(2);
  expect(err).toContain("Expected seconds with at most nine digits behind the point, as in 0.25.");
});
