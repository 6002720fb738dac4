/** `--assign`: which port of a configuration receives. */
import { expect, test } from "vitest";
import { writePcap } from "../../../src/capture/index.ts";
import { between, captureFile, fileNamed, fileWith, framesIn, lanFile, netisr, replayed } from "./support.ts";

const config = await lanFile();
const at = (ns: number): bigint => 1_800_000_000_000_000_000n + BigInt(ns);

/** Interface by which each frame left, and its last byte. */
const sentBy = async (file: string): Promise<unknown[]> => (await framesIn(file)).map(({ interfaceName, data }) => [interfaceName, data[59]]);

test("source-mac: a port per source address, in the order of appearance over all captures", async () => {
  const early = await captureFile("early.pcapng", [
    { time: at(10), data: between(7, 9, 1) },
    { time: at(30), data: between(8, 7, 2) },
  ]);
  const late = await captureFile("late.pcapng", [
    { time: at(20), data: between(8, 7, 3) },
    { time: at(40), data: between(7, 8, 4) },
  ]);
  const written = fileNamed("by_mac.pcapng");
  // Named in the other order: what counts is time.
  const { input } = await replayed([late, early, "-c", config, "--assign", "source-mac", "-w", written]);
  expect(input.stations).toEqual([
    { source: "02:00:00:00:01:07", port: "em0", frames: 2, bytes: 120 },
    { source: "02:00:00:00:01:08", port: "em1", frames: 2, bytes: 120 },
  ]);
  expect(await sentBy(written)).toEqual([
    ["em1", 1],
    ["em0", 3],
    ["em0", 2],
    ["em1", 4],
  ]);
});

test("source-mac: more addresses than ports are refused at the first frame of the next one", async () => {
  const capture = await captureFile(
    "crowd.pcapng",
    [1, 2, 1, 3, 1].map((src, i) => ({ time: at(i), data: between(src, 255) })),
  );
  const { exit, out, err } = await netisr(["replay", capture, "-c", config, "--assign", "source-mac", "--json"]);
  const { offset } = (await framesIn(capture))[3]!;
  expect(exit).toBe(4);
  expect(err).toBe(
    `netisr: ${capture}: byte ${offset}: expected a frame from one of the first 2 source addresses, one for each of 2 interfaces (em0, em1), but found one from 02:00:00:00:01:03\n`,
  );
  expect(JSON.parse(out).input.frames).toBe(3);
});

test("source-mac: a frame that is too short to have a source is received by the first port, where it ends as a runt", async () => {
  const capture = await captureFile("runt.pcapng", [
    { time: at(0), data: between(1, 255) },
    { time: at(1), data: new Uint8Array(11) },
  ]);
  const { input, counters } = await replayed([capture, "-c", config, "--assign", "source-mac"]);
  expect(input.stations.at(-1)).toEqual({ source: "none", port: "em0", frames: 1, bytes: 11 });
  expect(counters.drops.Runt).toBe(1);
});

test("file: a port per capture, whatever interfaces it has; PORT=FILE takes its port away from the others", async () => {
  const frames = [0, 1].map((index) => ({ time: at(index), data: between(1, 255), interface: index }));
  const one = await captureFile("file1.pcapng", frames);
  const two = await captureFile("file2.pcapng", frames);
  const ports = async (...captures: string[]): Promise<unknown[]> =>
    (await replayed([...captures, "-c", config, "--assign", "file"])).input.files.map(({ interfaces }) =>
      interfaces.map(({ port, matchedBy }) => [port, matchedBy]),
    );
  const whole = (port: string, by: string): string[][] => [
    [port, by],
    [port, by],
  ];
  expect(await ports(one, two)).toEqual([whole("em0", "file"), whole("em1", "file")]);
  expect(await ports(one, `em0=${two}`)).toEqual([whole("em1", "file"), whole("em0", "argument")]);
});

test("PORT=FILE with a port that there is not names those that there are, unless a file is called so", async () => {
  expect(await netisr(["replay", "em9=left.pcap", "-c", config])).toEqual({
    exit: 2,
    out: "",
    err: 'netisr: em9=left.pcap: expected one of 2 interfaces (em0, em1) (did you mean "em0"?) before "=", or a file of that name, but got "em9"\n',
  });
  expect((await netisr(["replay", "bridge0=left.pcap", "-c", config])).err).toContain("expected one of 2 interfaces (em0, em1) before");
  expect(await netisr(["replay", "p0=left.pcap", "--as", "bridge"])).toEqual({
    exit: 2,
    out: "",
    err: 'netisr: p0=left.pcap: expected a file of that name; PORT=FILE needs -c, a configuration that has the port, but got "p0"\n',
  });
  expect((await netisr(["replay", "./em9=left.pcap", "-c", config])).err).toBe("netisr: ./em9=left.pcap: no such file or directory\n");
});

test("file: more captures than ports are refused before anything is done", async () => {
  const files = await Promise.all([1, 2, 3].map((n) => fileWith(`many${n}.pcap`, writePcap([{ time: at(n), data: between(n, 255) }]))));
  expect(await netisr(["replay", ...files, "-c", config, "--assign", "file"])).toEqual({
    exit: 2,
    out: "",
    err: `netisr: ${files[2]}: byte 0: expected a port for each of 3 files, but found only 2 interfaces (em0, em1)\n`,
  });
});

test.each(["interface", "source-mac", "file"])("%s: PORT=FILE says where a file goes", async (mode) => {
  const told = await fileWith("told.pcap", writePcap([1, 2, 3].map((src) => ({ time: at(src), data: between(src, 255) }))));
  const { input } = await replayed([`em1=${told}`, "-c", config, "--assign", mode]);
  expect(input.stations).toEqual([]);
  expect(input.files[0]!.interfaces).toMatchObject([{ port: "em1", matchedBy: "argument", frames: 3 }]);
});
