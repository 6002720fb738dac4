/** What `-w` writes: formats, comments, dropped frames. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { KeptFrames } from "../../../src/cli/replay/kept_frames.ts";
import { DROP_MEANINGS } from "../../../src/report/drop_reasons.ts";
import { captureFile, example, fileNamed, framesIn, lanFile, netisr, replayed, stray } from "./support.ts";

const ROUTER = [example("captures/router.pcapng"), "-c", example("router.json")];
const SENT =
  /^cpu \d+ (?:netisr_cpu|tcp_thread|udp_thread) \d+ (?:bridged|fastforwarded|forwarded|originated) lock (?:without|released|got|kept)(?: handler (?:mpsafe|got|recursive))?(?: violation)?$/;
const DROPPED = /^dropped (\w+) at \w+ (?:no thread|cpu \d+ \w+ \d+) lock \w+(?: handler \w+)?(?: violation)?$/;

test("each frame sent has a comment; --no-comments leaves them out and changes nothing else", async () => {
  const [commented, plain] = [fileNamed("commented.pcapng"), fileNamed("plain.pcapng")];
  await replayed([...ROUTER, "-w", commented]);
  await replayed([...ROUTER, "-w", plain, "--no-comments"]);
  const frames = await framesIn(commented);
  expect(frames.length).toBeGreaterThan(800);
  expect(frames.filter(({ comment }) => !SENT.test(comment ?? ""))).toEqual([]);
  const bare = ({ interface: port, time, data, length, direction }: (typeof frames)[number]): unknown => ({ port, time, data, length, direction });
  const without = await framesIn(plain);
  expect(without.filter(({ comment }) => comment !== undefined)).toEqual([]);
  expect(without.map(bare)).toEqual(frames.map(bare));
});

test("comments count as the report does: paths, threads and CPUs", async () => {
  const written = fileNamed("counted.pcapng");
  const { counters } = await replayed([...ROUTER, "-w", written, "--cpus", "4"]);
  const words = (await framesIn(written)).map(({ comment }) => comment!.split(" "));
  const count = (place: number, word: string): number => words.filter((one) => one[place] === word).length;
  for (const path of ["Fastforwarded", "Forwarded", "Originated"]) expect(count(4, path.toLowerCase()), path).toBe(counters.paths[path]);
  // cpu N thread_name N
  expect(words.filter(([, cpu, , number]) => cpu !== number)).toEqual([]);
  expect(new Set(words.map(([, cpu]) => cpu)).size).toBeGreaterThan(1);
});

test("--dropped writes each dropped frame as it was received, where it was received, with the reason", async () => {
  const written = fileNamed("dropped.pcapng");
  const { counters, output } = await replayed([...ROUTER, "-w", written, "--dropped"]);
  const all = await framesIn(written);
  const dropped = all.filter(({ direction }) => direction === "in");
  const reasons: Record<string, number> = {};
  for (const { comment } of dropped) {
    const [, reason] = DROPPED.exec(comment ?? "") ?? [];
    expect(DROP_MEANINGS).toHaveProperty(reason ?? `no reason in ${comment}`);
    reasons[reason!] = (reasons[reason!] ?? 0) + 1;
  }
  expect(reasons).toEqual(Object.fromEntries(Object.entries(counters.drops).filter(([, n]) => n > 0)));
  expect(output).toMatchObject({ dropped: dropped.length, unwritten: 0, frames: all.length - dropped.length });
  // The frames themselves, on the interface of the capture that they came in by.
  const received = (await framesIn(ROUTER[0]!)).map(({ interfaceName, data }) => `${interfaceName} ${Buffer.from(data).toString("hex")}`);
  for (const { interfaceName, data } of dropped) expect(received).toContain(`${interfaceName} ${Buffer.from(data).toString("hex")}`);
  expect(all.map(({ time }) => time)).toEqual(all.map(({ time }) => time).sort((a, b) => Number(a! - b!)));
});

test("a dropped frame that was cut short keeps both lengths", async () => {
  const capture = await captureFile("cut_drop.pcapng", [{ time: 7n, data: stray().subarray(0, 13), length: 1500 }]);
  const written = fileNamed("cut_drop_out.pcapng");
  await replayed([capture, "-c", await lanFile(), "-w", written, "--dropped"]);
  expect(await framesIn(written)).toMatchObject([{ data: stray().subarray(0, 13), length: 1500, time: 7n, direction: "in", interfaceName: "em0" }]);
});

test.each([
  [["-w", "x.pcap"], "pcap"],
  [["-w", "x.out", "--format", "pcap"], "pcap"],
  [["-w", "x.pcap", "--format", "pcapng"], "pcapng"],
  [["-w", "x.out"], "pcapng"],
])("%j writes %s, with nanoseconds", async (options, format) => {
  const written = fileNamed(options[1]!);
  const capture = await captureFile("format.pcapng", [{ time: 1_000_000_007n, data: stray() }]);
  const report = await replayed([capture, "-c", await lanFile(), ...options.with(1, written)]);
  expect(report.output).toMatchObject({ format, frames: 1 });
  expect((await readFile(written)).readUInt32LE(0)).toBe(format === "pcap" ? 0xa1b23c4d : 0x0a0d0d0a);
  expect((await framesIn(written)).map(({ time }) => time)).toEqual([1_000_000_007n]);
});

test("a time that pcap has no room for is refused in words", async () => {
  const capture = await captureFile("year2200.pcapng", [{ time: 7_258_118_400_000_000_000n, data: stray() }]);
  const written = fileNamed("year2200.pcap");
  const { exit, err } = await netisr(["replay", capture, "-c", await lanFile(), "-w", written]);
  expect({ exit, err }).toEqual({ exit: 2, err: `netisr: -w ${written}: pcap ends in the year 2106; --format pcapng goes further\n` });
});

test.each([
  [["--as", "bridge", "-c", "x.json"], "expected either -c or --as, but got both"],
  [["-c", "x.json", "--ports", "4"], "--ports is for --as bridge; with -c the configuration says which ports there are"],
  [["-c", "x.json", "--period", "4"], "--period is for --loop"],
  [["-c", "x.json", "--dropped"], "--dropped is for -w"],
  [["-c", "x.json", "--format", "pcap"], "--format is for -w"],
  [
    ["-c", "x.json", "-w", "x.pcap", "--dropped"],
    "--dropped needs --format pcapng: in a pcap file nothing tells what was dropped from what was sent",
  ],
])("%j do not go together", async (options, line) => {
  expect(await netisr(["replay", "x.pcap", ...options])).toEqual({ exit: 2, out: "", err: `netisr: ${line}\n` });
});

test.each([
  ["--as", "router", "Allowed choices are bridge."],
  ["--assign", "mac", "Allowed choices are interface, source-mac, file."],
  ["--format", "erf", "Allowed choices are pcapng, pcap."],
  ["--ports", "1", "Expected an integer from 2 to 254."],
  ["--ports", "255", "Expected an integer from 2 to 254."],
])("%s %s is refused", async (option, value, words) => {
  const { exit, out, err } = await netisr(["replay", "x.pcap", option, value]);
  expect({ exit, out }).toEqual({ exit: 2, out: "" });
  expect(err).toContain(`'${value}' is invalid. ${words}`);
});

test("frames are kept up to a number and a size, the newest ones", () => {
  const many = new KeptFrames();
  for (let n = 0; n < 20_000; n++) many.add(n % 3, Uint8Array.of(n & 255), n);
  expect(many.get(19_999)).toEqual({ port: 19_999 % 3, data: Uint8Array.of(19_999 & 255), length: 19_999 });
  expect([3_615, 3_616].map((n) => many.get(n)?.length)).toEqual([undefined, 3_616]);
  expect([many.get(-1), many.get(20_000)]).toEqual([undefined, undefined]);
  const reused = Uint8Array.of(1);
  many.add(0, reused, 1);
  reused[0] = 2;
  expect(many.get(20_000)?.data).toEqual(Uint8Array.of(1));
  const large = new KeptFrames();
  for (let n = 0; n < 100; n++) large.add(0, new Uint8Array(1_048_576), n);
  expect([83, 84, 99].map((n) => large.get(n)?.length)).toEqual([undefined, 84, 99]);
});
