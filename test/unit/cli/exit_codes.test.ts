import { stat } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Engine } from "../../../src/engine.ts";
import { EngineError } from "../../../src/errors.ts";
import { makeEngine } from "../../support/engines.ts";
import { captureFile, example, fileNamed, fileWith, framesIn, LAN, lanFile, netisr, stray } from "./support.ts";

const bridge = ["replay", example("captures/bridge.pcapng"), "-c", example("bridge.json")];
const A_DAY = 86_400_000_000_000n;

test("0: a capture that was replayed whole", async () => {
  const { exit, out, err } = await netisr(bridge);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  expect(out).toMatch(/= delivered .* queued 0 {3}holds\n/);
});

test("0: a capture without frames", async () => {
  const { exit, out } = await netisr(["replay", await captureFile("empty.pcapng", []), "-c", await lanFile()]);
  expect(exit).toBe(0);
  expect(out).toContain("  No frame was replayed.\n");
});

test("1: packets that are not conserved, with what could be counted", async () => {
  const { exit, out, err } = await netisr(bridge, {
    createEngine: async (config, options) => {
      const engine = await makeEngine("release", config, options);
      const counters = engine.counters.bind(engine);
      engine.counters = () => {
        const counted = counters();
        counted.conservation = { ...counted.conservation, holds: false };
        return counted;
      };
      return Object.assign(engine, { exports: { ...engine.exports, unaccounted: () => 1n } });
    },
  });
  expect(exit).toBe(1);
  expect(err).toMatch(/^netisr: a check failed: packets are not conserved: .*\n$/);
  expect(out).toContain("DOES NOT HOLD");
});

test("2: an engine for which there is no memory", async () => {
  const createEngine = async (): Promise<Engine> => {
    throw new EngineError("99 bytes of memory could not be had");
  };
  const config = await lanFile();
  const { exit, out, err } = await netisr(["replay", await captureFile("one.pcapng", [{ time: 0n, data: stray() }]), "-c", config], { createEngine });
  expect({ exit, out, err }).toEqual({ exit: 2, out: "", err: `netisr: ${config}: 99 bytes of memory could not be had\n` });
});

test("2: an output that cannot be written, before anything is done", async () => {
  const out = fileNamed("no/such/folder/out.pcapng");
  const createEngine = (): Promise<Engine> => expect.unreachable("the engine was made");
  expect(await netisr([...bridge, "-w", out], { createEngine })).toEqual({ exit: 2, out: "", err: `netisr: -w ${out}: no such file or directory\n` });
});

test.skipIf(!(await stat("/dev/full").catch(() => undefined)))("2: an output that there is no room for", async () => {
  expect(await netisr([...bridge, "-w", "/dev/full"])).toMatchObject({ exit: 2, err: "netisr: -w /dev/full: no space left on device\n" });
});

test.each([
  ["a file that is not there", async () => fileNamed("missing.pcap"), /missing\.pcap: no such file or directory\n$/],
  ["a folder", async () => example("captures"), /captures: illegal operation on a directory\n$/],
  [
    "a file that is no capture",
    async () => example("bridge.json"),
    /bridge\.json: byte 0: expected the magic number of a pcap or pcapng file, but found .*\n$/,
  ],
  ["an empty file", async () => fileWith("nothing.pcap", ""), /nothing\.pcap: byte 0: expected .*, but found an empty file\n$/],
  [
    "a capture of another link type",
    () => captureFile("sll.pcapng", [{ time: 0n, data: stray() }], [{ linkType: 113 }]),
    /sll\.pcapng: byte \d+: expected link type 1 \(ETHERNET\), but found link type 113 \(LINUX_SLL\)\n$/,
  ],
])("3: %s, also if another capture is good", async (_, make, message) => {
  const file = await make();
  for (const captures of [[file], [example("captures/bridge.pcapng"), file]]) {
    const { exit, out, err } = await netisr(["replay", ...captures, "-c", example("bridge.json")]);
    expect({ exit, out }).toEqual({ exit: 3, out: "" });
    expect(err).toMatch(message);
    expect(err.trim()).not.toContain("\n");
  }
});

test("4: a capture that breaks off; what comes before is replayed, written and reported", async () => {
  const whole = await framesIn(example("captures/bridge.pcapng"));
  const bytes = await import("node:fs/promises").then(({ readFile }) => readFile(example("captures/bridge.pcapng")));
  const cut = await fileWith("cut.pcapng", bytes.subarray(0, 200_000));
  const before = whole.filter(({ offset }) => offset < 200_000).length - 1;
  const written = fileNamed("cut_out.pcapng");
  const { exit, out, err } = await netisr(["replay", cut, "-c", example("bridge.json"), "-w", written, "--json"]);
  expect(exit).toBe(4);
  expect(err).toBe(
    `netisr: ${cut}: byte ${whole[before]!.offset}: expected a record of 1548 bytes or more, but found the end of the file after 832\n`,
  );
  const report = JSON.parse(out);
  expect(report.input.frames).toBe(before);
  expect(report.exitCode).toBe(4);
  expect((await framesIn(written)).length).toBe(report.output.frames);
});

test("130: interrupted in a long silence; what was sent until then is written", async () => {
  const capture = await captureFile("silence.pcapng", [
    { time: 0n, data: stray(1) },
    { time: 100n * A_DAY, data: stray(2) },
  ]);
  const written = fileNamed("silence_out.pcapng");
  const stop = new AbortController();
  const createEngine: Parameters<typeof netisr>[1] = {
    signal: stop.signal,
    createEngine: async (config, options) => {
      const engine = await makeEngine("release", config, options);
      const run = engine.run.bind(engine);
      engine.run = (until) => {
        const reason = run(until);
        if (until !== undefined) stop.abort();
        return reason;
      };
      return engine;
    },
  };
  const { exit, out, err } = await netisr(["replay", capture, "-c", await lanFile(), "-w", written], createEngine);
  expect({ exit, err }).toEqual({ exit: 130, err: "netisr: interrupted\n" });
  expect(out).toContain("INTERRUPTED");
  expect((await framesIn(written)).map(({ data }) => data[59])).toEqual([1]);
});

test("130: interrupted before the first frame", async () => {
  const { exit, out } = await netisr(["replay", await captureFile("two.pcapng", [{ time: 0n, data: stray() }]), "-c", await lanFile(), "--json"], {
    signal: AbortSignal.abort(),
  });
  expect(exit).toBe(130);
  expect(JSON.parse(out)).toMatchObject({ interrupted: true, input: { frames: 0 } });
});

test("a fault of the program itself is one line and no stack", async () => {
  const createEngine = async (): Promise<Engine> => {
    throw new TypeError("cannot\nbe");
  };
  const config = await fileWith("fault.json", JSON.stringify(LAN));
  const { exit, err } = await netisr(["replay", example("captures/bridge.pcapng"), "-c", config], { createEngine });
  expect({ exit, err }).toEqual({ exit: 1, err: "netisr: internal error: cannot be (NODE_DEBUG=netisr shows where)\n" });
});
