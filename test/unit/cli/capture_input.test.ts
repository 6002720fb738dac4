import { expect, test } from "vitest";
import { writePcap } from "../../../src/capture/index.ts";
import { captureFile, example, fileNamed, fileWith, framesIn, LAN, lanFile, netisr, replayed, stray } from "./support.ts";

const config = await lanFile();
const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;
const START = 1_800_000_000n * SECOND;
const at = (ns: number): bigint => START + BigInt(ns);
const marks = async (file: string): Promise<number[]> => (await framesIn(file)).map(({ data }) => data[59]!);

test("what leaves carries the time of its cause to the nanosecond, on an interface block named like its port", async () => {
  const written = fileNamed("times_out.pcapng");
  const capture = await captureFile("times.pcapng", [
    { time: at(1), data: stray() },
    { time: at(1_000_000_007), data: stray(), interface: 1 },
  ]);
  await replayed([capture, "-c", config, "-w", written]);
  const frames = await framesIn(written);
  expect(frames.map(({ interface: index, interfaceName, time }) => [index, interfaceName, time])).toEqual([
    [1, "em1", at(1)],
    [0, "em0", at(1_000_000_007)],
  ]);
  expect(frames[0]!.data).toEqual(stray());
});

test("several captures are merged by time; of equal times the one named first comes first", async () => {
  const one = await captureFile(
    "merge1.pcapng",
    [10, 30, 50].map((ns) => ({ time: at(ns), data: stray(ns) })),
  );
  const two = await captureFile(
    "merge2.pcapng",
    [5, 30, 40].map((ns) => ({ time: at(ns), data: stray(ns + 1) })),
  );
  const written = fileNamed("merged.pcapng");
  const { input } = await replayed([one, two, "-c", config, "-w", written]);
  expect(await marks(written)).toEqual([6, 10, 30, 31, 41, 50]);
  expect(input).toMatchObject({ frames: 6, bytes: 360, firstNs: String(at(5)), durationNs: "45" });
});

test("a frame stamped before its predecessor takes that one's time, and is counted", async () => {
  const capture = await captureFile(
    "order.pcapng",
    [20, 10, 15, 30].map((ns) => ({ time: at(ns), data: stray(ns) })),
  );
  const written = fileNamed("ordered.pcapng");
  const { input } = await replayed([capture, "-c", config, "-w", written]);
  expect(input.files[0]!.outOfOrder).toBe(2);
  expect((await framesIn(written)).map(({ time }) => time)).toEqual([at(20), at(20), at(20), at(30)]);
  expect(await marks(written)).toEqual([20, 10, 15, 30]);
});

test("frames without a time take that of their predecessor, and are counted", async () => {
  const capture = await captureFile("untimed.pcapng", [
    { time: undefined, data: stray(1) },
    { time: at(10), data: stray(2) },
    { time: undefined, data: stray(3) },
  ]);
  const written = fileNamed("untimed_out.pcapng");
  const { input } = await replayed([capture, "-c", config, "-w", written]);
  expect(input.files[0]!.withoutTime).toBe(2);
  expect(input.firstNs).toBe(String(at(10)));
  expect(await marks(written)).toEqual([1, 2, 3]);
  expect((await framesIn(written)).map(({ time }) => time).slice(1)).toEqual([at(10), at(10)]);
});

test("a frame more than 213 days after the first is refused at its offset; those before it are replayed", async () => {
  const limit = 18_446_744n * SECOND;
  const capture = await captureFile("far.pcapng", [
    { time: at(0), data: stray(1) },
    { time: START + 213n * DAY, data: stray(2) },
    { time: START + limit + SECOND, data: stray(3) },
  ]);
  const offset = (await framesIn(capture))[2]!.offset;
  const { exit, out, err } = await netisr(["replay", capture, "-c", config, "--json"]);
  expect(exit).toBe(4);
  expect(err).toBe(
    `netisr: ${capture}: byte ${offset}: expected a time at most 18446744 s (213 days) after the first frame's, but found one 18446745 s after it\n`,
  );
  expect(JSON.parse(out).input).toMatchObject({ frames: 2, durationNs: String(213n * DAY) });
});

test("a frame longer than the input area is dropped as any other that is too long for its interface", async () => {
  const small = await fileWith("small.json", JSON.stringify({ ...LAN, limits: { input: 69_632 } }));
  const capture = await captureFile("long.pcapng", [
    { time: at(0), data: stray() },
    { time: at(1), data: new Uint8Array(69_569) },
    { time: at(2), data: stray() },
  ]);
  const { input, counters } = await replayed([capture, "-c", small]);
  expect([input.frames, counters.drops.TooLong]).toEqual([3, 1]);
});

test("the frame check sequence is taken off, and frames that were cut short are replayed and counted", async () => {
  const withFcs = new Uint8Array(64);
  withFcs.set(stray(7));
  const capture = await captureFile("fcs.pcapng", [
    { time: at(0), data: withFcs, fcsLength: 4 },
    { time: at(1), data: stray(8), length: 1500 },
  ]);
  const written = fileNamed("fcs_out.pcapng");
  const { input } = await replayed([capture, "-c", config, "-w", written]);
  expect(input.files[0]).toMatchObject({ bytes: 120, wireBytes: 1560, cutShort: 1 });
  expect((await framesIn(written)).map(({ data }) => data)).toEqual([stray(7), stray(8)]);
});

test("frames that the capture marks as sent are skipped and counted; with --outbound they are replayed, too", async () => {
  const capture = await captureFile("outbound.pcapng", [
    { time: at(0), data: stray(1), direction: "out" },
    { time: at(1), data: stray(2), direction: "in" },
    { time: at(2), data: stray(3) },
  ]);
  const written = fileNamed("outbound_out.pcapng");
  const skipped = await replayed([capture, "-c", config, "-w", written]);
  expect(skipped.input).toMatchObject({ frames: 2, firstNs: String(at(1)), files: [{ outbound: 1 }] });
  expect(await marks(written)).toEqual([2, 3]);
  const all = await replayed([capture, "-c", config, "-w", written, "--outbound"]);
  expect(all.input).toMatchObject({ frames: 3, firstNs: String(at(0)), files: [{ outbound: 1 }] });
  expect(await marks(written)).toEqual([1, 2, 3]);
});

test("a capture of which all frames are skipped: none was replayed, and why", async () => {
  const capture = await captureFile("all_outbound.pcapng", [{ time: at(0), data: stray(1), direction: "out" }]);
  const { exit, out } = await netisr(["replay", capture, "--as", "bridge"]);
  expect(exit).toBe(0);
  expect(out).toContain("  ! 1 frame marked as outbound: skipped (--outbound replays them, too)\n");
  expect(out).toContain("  No frame was replayed: all that were read are marked as outbound.\n");
  const { out: all } = await netisr(["replay", capture, "--as", "bridge", "--outbound"]);
  expect(all).toContain("  First frame ");
});

test("an interface of the capture is matched by name first, then by its place in the list", async () => {
  const frames = [0, 1].map((index) => ({ time: at(index), data: stray(), interface: index }));
  const swapped = await replayed([await captureFile("swapped.pcapng", frames, [{ name: "em1" }, { name: "em0" }]), "-c", config]);
  const foreign = await replayed([await captureFile("foreign.pcapng", frames, [{ name: "eth0" }, {}]), "-c", config]);
  const matches = ({ input }: typeof swapped): unknown[] => input.files[0]!.interfaces.map(({ name, port, matchedBy }) => [name, port, matchedBy]);
  expect(matches(swapped)).toEqual([
    ["em1", "em1", "name"],
    ["em0", "em0", "name"],
  ]);
  expect(matches(foreign)).toEqual([
    ["eth0", "em0", "order"],
    [null, "em1", "order"],
  ]);
});

test("PORT=FILE sends a file to a port; another part before = belongs to the file's name", async () => {
  const one = await fileWith("a.pcap", writePcap([{ time: at(0), data: stray() }]));
  const two = await fileWith("x=b.pcap", writePcap([{ time: at(1), data: stray() }]));
  const { input } = await replayed([`em1=${one}`, two, "-c", config]);
  expect(input.files.map(({ file, interfaces }) => [file, interfaces[0]!.port, interfaces[0]!.matchedBy])).toEqual([
    [one, "em1", "argument"],
    [two, "em0", "order"],
  ]);
});

test("an interface of the capture without a port is refused, and the ports are listed", async () => {
  const frames = [0, 2].map((index) => ({ time: at(index), data: stray(), interface: index }));
  const capture = await captureFile("three.pcapng", frames, [{ name: "em0" }, { name: "em1" }, { name: "eth\u001b[2J" }]);
  const { exit, err } = await netisr(["replay", capture, "-c", config]);
  expect(exit).toBe(4);
  expect(err).toMatch(
    /: byte \d+: expected a frame of an interface that has a port, .* of 2 interfaces \(em0, em1\), but found one of interface 2, "eth\\u001b\[2J"\n$/,
  );
  const only = await captureFile("third.pcapng", frames.slice(1), [{}, {}, {}]);
  expect((await netisr(["replay", only, "-c", config])).exit).toBe(3);
});

test("the output may not be one of the inputs", async () => {
  const capture = await captureFile("self.pcapng", [{ time: at(0), data: stray() }]);
  const { exit, err } = await netisr(["replay", capture, "-c", config, "-w", capture]);
  expect({ exit, err }).toEqual({ exit: 2, err: `netisr: -w ${capture}: this file is read; writing would destroy it\n` });
  expect(await framesIn(capture)).toHaveLength(1);
});

test("how many CPUs and which lock mode changes nothing that is sent", async () => {
  const files = await Promise.all(
    [["--cpus", "4"], ["--set", "net.netisr.mpsafe_thread=2"], ["--set", "net.netisr.mpsafe_thread=0", "--cpus", "3"], []].map(async (options, i) => {
      const written = fileNamed(`same${i}.pcapng`);
      await replayed([example("captures/bridge.pcapng"), "-c", example("bridge.json"), "-w", written, ...options]);
      return (await framesIn(written)).map(({ interfaceName, time, data }) => [interfaceName, time, Buffer.from(data).toString("hex")]);
    }),
  );
  expect(files[0]!.length).toBeGreaterThan(400);
  for (const file of files) expect(file).toEqual(files[0]);
});
