/** `--as bridge`: ports that nobody has configured. */
import { describe, expect, test } from "vitest";
import { writePcap, writePcapng } from "../../../src/capture/index.ts";
import { madeUpBridge } from "../../../src/cli/replay/made_up_bridge.ts";
import { resolveConfig } from "../../../src/config/index.ts";
import { between, captureFile, example, fileNamed, fileWith, framesIn, netisr, replayed } from "./support.ts";

const BRIDGE = ["--as", "bridge"];
const at = (ns: number): bigint => 1_800_000_000_000_000_000n + BigInt(ns);
const interfaces = (report: Awaited<ReturnType<typeof replayed>>): string[] =>
  report.counters.ports.filter(({ kind }) => kind === "interface").map(({ name }) => name);
/** Interface by which each frame left, by number and name, and its last byte. */
const sentBy = async (file: string): Promise<unknown[]> =>
  (await framesIn(file)).map(({ interface: index, interfaceName, data }) => [index, interfaceName, data[59]]);

describe("interface", () => {
  test("ports have the names of the captured interfaces; the example's bridge sends what the configured one sends", async () => {
    const [made, configured] = [fileNamed("made.pcapng"), fileNamed("configured.pcapng")];
    const capture = example("captures/bridge.pcapng");
    const report = await replayed([capture, ...BRIDGE, "-w", made]);
    await replayed([capture, "-c", example("bridge.json"), "-w", configured]);
    expect(interfaces(report)).toEqual(["p0", "p1", "p2", "p3"]);
    const frames = (await framesIn(made)).map(({ offset: _, comment: __, ...frame }) => frame);
    expect(frames.length).toBeGreaterThan(400);
    expect(frames).toEqual((await framesIn(configured)).map(({ offset: _, comment: __, ...frame }) => frame));
  });

  test("a name that no port can have, or that is taken, is made up", async () => {
    const names = ["\\Device\\NPF_{1}", "eth0", "bridge0", undefined];
    const frames = names.map((_, index) => ({ time: at(index), data: between(index, 255), interface: index }));
    const capture = await captureFile(
      "names.pcapng",
      frames,
      names.map((name) => ({ name })),
    );
    const report = await replayed([capture, ...BRIDGE]);
    expect(interfaces(report)).toEqual(["p0", "eth0", "p2", "p3"]);
    expect(report.input.files[0]!.interfaces.map(({ name, port, matchedBy }) => [name, port, matchedBy])).toEqual([
      [names[0], "p0", "order"],
      ["eth0", "eth0", "name"],
      ["bridge0", "p2", "order"],
      [null, "p3", "order"],
    ]);
  });

  test("a made-up name is none that a captured interface has", async () => {
    const names = ["no/port", "p0", "p2"];
    const frames = names.map((_, index) => ({ time: at(index), data: between(index, 255), interface: index }));
    const capture = await captureFile(
      "p0.pcapng",
      frames,
      names.map((name) => ({ name })),
    );
    const { input } = await replayed([capture, ...BRIDGE]);
    expect(input.files[0]!.interfaces.map(({ port, matchedBy }) => [port, matchedBy])).toEqual([
      ["p1", "order"],
      ["p0", "name"],
      ["p2", "name"],
    ]);
  });

  test("captures one behind the other in a file, as many as you like: their interfaces without names are the same ones", async () => {
    const one = (n: number): Uint8Array =>
      writePcapng(
        [0, 1].map((index) => ({ time: at(2 * n + index), data: between(index, 1 - index), interface: index })),
        [{}, {}],
      );
    const file = await fileWith("sections.pcapng", Buffer.concat(Array.from({ length: 20 }, (_, n) => one(n))));
    const { input, counters } = await replayed([file, ...BRIDGE]);
    expect(input.frames).toBe(40);
    expect([...new Set(input.files[0]!.interfaces.map(({ port }) => port))]).toEqual(["p0", "p1"]);
    expect([counters.stats.brc_learned, counters.stats.brc_moved]).toEqual([2, 0]);
    const configured = await replayed([file, "-c", example("bridge.json")]);
    expect([...new Set(configured.input.files[0]!.interfaces.map(({ port }) => port))]).toEqual(["p0", "p1"]);
  });

  test("interfaces without a name are another one in each file, those of one name the same", async () => {
    const [left, right] = await Promise.all([1, 2].map((n) => fileWith(`plain${n}.pcap`, writePcap([{ time: at(n), data: between(n, 255) }]))));
    const named = await Promise.all([3, 4].map((n) => captureFile(`named${n}.pcapng`, [{ time: at(n), data: between(n, 255) }], [{ name: "eth0" }])));
    const { input } = await replayed([left!, right!, ...named, ...BRIDGE]);
    expect(input.files.map(({ interfaces: [one] }) => one!.port)).toEqual(["p0", "p1", "eth0", "eth0"]);
  });

  test("one interface: a second port is there to send by, and a hint says what to do", async () => {
    const capture = await fileWith("single.pcap", writePcap([{ time: at(0), data: between(1, 255) }]));
    const written = fileNamed("single.pcapng");
    const { out } = await netisr(["replay", capture, ...BRIDGE, "-w", written]);
    expect(await sentBy(written)).toEqual([[1, "p1", 0]]);
    expect(out).toContain("! All frames came in by one port");
    expect(out).toContain("--assign source-mac gives each station a port");
  });

  test("more interfaces than ports are refused, with the number of ports", async () => {
    const frames = [0, 1, 2].map((index) => ({ time: at(index), data: between(index, 255), interface: index }));
    const capture = await captureFile("three_of_two.pcapng", frames, [{ name: "a" }, { name: "b" }, { name: "c" }]);
    const { exit, err } = await netisr(["replay", capture, ...BRIDGE, "--ports", "2"]);
    const { offset } = (await framesIn(capture))[2]!;
    expect(exit).toBe(4);
    expect(err).toBe(
      `netisr: ${capture}: byte ${offset}: expected a frame of one of 2 interfaces, as many as the bridge has ports (--ports), but found one of interface 2, "c"\n`,
    );
  });
});

describe("source-mac", () => {
  test("each station has a port, plugged in when it sends first, with its interface block in the output from then on", async () => {
    const capture = await captureFile("stations.pcapng", [
      { time: at(0), data: between(1, 255, 1) },
      { time: at(1), data: between(2, 255, 2) },
      { time: at(2), data: between(3, 255, 3) },
      { time: at(3), data: between(1, 3, 4) },
    ]);
    const written = fileNamed("stations_out.pcapng");
    const report = await replayed([capture, ...BRIDGE, "--assign", "source-mac", "-w", written]);
    expect(interfaces(report)).toEqual(["p0", "p1", "p2"]);
    expect(await sentBy(written)).toEqual([
      [1, "p1", 1],
      [0, "p0", 2],
      [0, "p0", 3],
      [1, "p1", 3],
      [2, "p2", 4],
    ]);
  });

  test("the last port is for all stations that come after the others are taken", async () => {
    const capture = await captureFile(
      "uplink.pcapng",
      [1, 2, 3, 4, 5].map((src) => ({ time: at(src), data: between(src, 255) })),
    );
    const { input, exitCode } = await replayed([capture, ...BRIDGE, "--assign", "source-mac", "--ports", "3"]);
    expect(exitCode).toBe(0);
    expect(input.stations.map(({ source, port, frames }) => [source.slice(-2), port, frames])).toEqual([
      ["01", "p0", 1],
      ["02", "p1", 1],
      ["rs", "p2", 3],
    ]);
    expect(input.stations[2]!.source).toBe("others");
  });
});

test("file: a port per capture, and no other", async () => {
  const files = await Promise.all([1, 2, 3].map((n) => fileWith(`each${n}.pcap`, writePcap([{ time: at(n), data: between(n, 255) }]))));
  const report = await replayed([...files, ...BRIDGE, "--assign", "file"]);
  expect(interfaces(report)).toEqual(["p0", "p1", "p2"]);
  expect(report.counters.paths.Bridged).toBe(6);
});

test("the bridge passes what a router would refuse, and --set can change that", async () => {
  const doubleTagged = between(1, 255);
  doubleTagged.set([0x81, 0, 0, 5, 0x81, 0, 0, 6, 0x88, 0xb5], 12);
  const capture = await captureFile("qinq.pcapng", [{ time: at(0), data: doubleTagged }]);
  expect((await replayed([capture, ...BRIDGE])).counters.paths.Bridged).toBe(1);
  expect((await replayed([capture, ...BRIDGE, "--set", "net.link.bridge.transparent=0"])).counters.drops.DoubleTag).toBe(1);
});

describe("long frames", () => {
  const lengths = [60, 65_549, 60, 9_014, 200_000, 262_144, 60];
  const frames = lengths.map((length, n) => {
    const data = new Uint8Array(length);
    data.set(between(1 + (n % 2), 2 - (n % 2)));
    return { time: at(n), data };
  });

  test("what no port takes is dropped as too long, however long it is, and what comes behind it is replayed", async () => {
    const { input, counters } = await replayed([await captureFile("long.pcapng", frames), ...BRIDGE]);
    expect([input.frames, input.bytes]).toEqual([lengths.length, lengths.reduce((sum, length) => sum + length)]);
    expect(counters.drops.TooLong).toBe(4);
  });

  test("--mtu lets longer ones pass", async () => {
    const capture = await captureFile("long_mtu.pcapng", frames);
    const dropped = async (mtu: string) => (await replayed([capture, ...BRIDGE, "--mtu", mtu])).counters.drops.TooLong;
    expect([await dropped("8999"), await dropped("9000"), await dropped("65535")]).toEqual([4, 3, 2]);
    expect((await netisr(["replay", capture, ...BRIDGE, "--mtu", "65536"])).err).toContain("Expected an integer from 68 to 65535");
    expect((await netisr(["replay", capture, "-c", example("bridge.json"), "--mtu", "9000"])).err).toContain("--mtu is for --as bridge");
  });
});

test("as many ports as an engine can have make a configuration, the same every time, with addresses of local administration", () => {
  const config = madeUpBridge(["eth0", "p1"], 254, 2, undefined);
  expect(config).toEqual(madeUpBridge(["eth0", "p1"], 254, 2, undefined));
  const { ports } = resolveConfig(config);
  expect(ports).toHaveLength(255);
  expect(new Set(ports.map(({ mac }) => mac)).size).toBe(255);
  expect(config.interfaces.every(({ mac }) => (Number.parseInt(mac.slice(0, 2), 16) & 3) === 2)).toBe(true);
  expect(config.interfaces.filter(({ up }) => up).map(({ name }) => name)).toEqual(["eth0", "p1"]);
});
