/** What was run: every option as it was typed, in the record; those that nothing else on the screen tells of in the text. */
import { Command } from "commander";
import { beforeAll, expect, test } from "vitest";
import type { Io } from "../../../src/cli/io.ts";
import { addRun } from "../../../src/cli/run/command.ts";
import type { RunReport } from "../../../src/report/run_report.ts";
import { between, captureFile, fileNamed, fileWith, LAN, netisr } from "./support.ts";

/** An option for which others are needed, or are refused beside it, has a line of its own. */
const LINES = (): string[][] => [
  ["--as", "bridge", "--interfaces", "3", "--rate", "200kpps", "--flows", "9", "--bytes", "70", "--arrivals", "constant", "--cpus", "2"],
  ["--closed", "4", "--think", "5us", "--tcp", "2", "--lock", "fifo", "--link", "100Mbps", "--seed", "9", "--polling"],
  ["--rate-at", "0ms:100kpps", "--rate-at", "1ms:200kpps:10us"],
  ["--bursts", "100us:50us", "--batch", "2", "--sizes", "imix", "--zipf", "1.1"],
  ["--mix", "udp=6,tcp=3", "--set", "kern.intr_mpsafe=0", "-s", "net.netisr.mpsafe_thread=0", "--at", "1ms:em0=down", "--stop", "idle"],
  [
    "--traffic-capture",
    `em0=${capture}:speed=2`,
    "--costs",
    "unit",
    "--cost",
    "Service=40",
    "--fault",
    "loss:if=em0,p=0.1",
    "--work",
    "w:cpu=0,class=soft,rate=1kHz,work=1us",
  ],
  ["--every", "1ms", "--csv", fileNamed("typed.csv"), "--trace", "every=9", "--trace", "records=5000", "--trace-out", fileNamed("typed.txt")],
];
const MORE = ["--time", "2ms", "--json"];
const NAMES: Record<string, string> = { "-s": "--set" };

let capture = "";
beforeAll(async () => {
  capture = await captureFile("typed.pcapng", [{ interface: 0, time: 5n, data: between(1, 2) }]);
});

/** By name, every text that was given for it. */
const textsIn = (argv: readonly string[]): Record<string, string[]> => {
  const texts: Record<string, string[]> = {};
  for (const [i, word] of argv.entries()) {
    if (!/^--?[a-z]/.test(word)) continue;
    const next = argv[i + 1];
    const name = (NAMES[word] ?? word).slice(2);
    texts[name] = [...(texts[name] ?? []), ...(next === undefined || next.startsWith("--") ? [] : [next])];
  }
  return texts;
};

const typedIn = async (argv: readonly string[]): Promise<RunReport["options"]["typed"]> => {
  const { exit, out, err } = await netisr(["run", ...argv, ...MORE]);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  return (JSON.parse(out) as RunReport).options.typed;
};

test("the record has each option that there is", async () => {
  const program = new Command();
  addRun(program, {} as Io, () => {});
  const { options } = program.commands[0]!;
  const isRepeatable = new Map(options.map((option) => [option.name(), option.description.includes("repeatable")]));
  const seen = new Set<string>();
  for (const argv of LINES()) {
    const typed = await typedIn(argv);
    const wanted = textsIn([...argv, ...MORE]);
    expect(Object.keys(typed).sort()).toEqual(Object.keys(wanted).sort());
    for (const [name, value] of Object.entries(typed)) {
      expect(value === true ? [] : [value].flat(), name).toEqual(wanted[name]);
      expect(Array.isArray(value), name).toBe(isRepeatable.get(name));
      seen.add(name);
    }
  }
  expect([...seen].sort()).toEqual([...isRepeatable.keys()].sort());
});

test("one that may be repeated is a list, though it is given once; of others the last one counts", async () => {
  expect(await typedIn(["--set", "kern.intr_mpsafe=0"])).toEqual({ set: ["kern.intr_mpsafe=0"], time: "2ms", json: true });
  expect(await typedIn(["--cpus", "3", "--cpus=2"])).toEqual({ cpus: "2", time: "2ms", json: true });
});

test("the screen names those that it does not show otherwise", async () => {
  const lineOf = async (...argv: string[]): Promise<string | undefined> =>
    /^ {2}with (.*)$/m.exec((await netisr(["run", "--time", "1ms", ...argv])).out)?.[1];
  expect(await lineOf("--cpus", "2", "--rate", "100k", "--seed", "3", "--set", "net.netisr.mpsafe_thread=0")).toBeUndefined();
  expect(await lineOf("--polling", "--set", "net.netisr.mpsafe_thread=0", "--set", "kern.intr_mpsafe=0")).toBe("--polling --set=kern.intr_mpsafe=0");
  expect(await lineOf("--closed", "4", "--think", "5us", "--link", "100Mbps")).toBe("--closed=4 --think=5us --link=100Mbps");
  expect(await lineOf("--costs", "unit", "--cost", "Service=4")).toBe("--cost=Service=4");
  const costs = await fileWith("c.json", '{"set":{"Service":40}}');
  expect(await lineOf("--costs", costs)).toMatch(/^--costs=.*c\.json$/);
  const mixed = "udp=6,tcp=3,icmp=1,fragments=0.01,broadcast=0.001";
  expect(await lineOf("--mix", mixed)).toBe(`--mix=${mixed}`);
  const { out } = await netisr(["run", "--time", "1ms", "--closed", "4", "--rate", "100k"]);
  expect(out).toContain("  100 kpps poisson, 256 flows, 60 bytes and closed loops;");
  const many = Array.from({ length: 30 }, (_, i) => ["--cost", `Service=${i + 1}`]).flat();
  const lines = (await netisr(["run", "--time", "1ms", ...many])).out.split("\n");
  const first = lines.findIndex((line) => line.startsWith("  with "));
  expect(lines[first + 1]).toMatch(/^ {2}--cost=.* \.\.\.$/);
  expect(lines[first + 2]).toMatch(/^Packets, simulated/);
});

test("a trace that has nothing in it says so, also on standard output", async () => {
  const argv = ["run", "--time", "1ms", "--trace", "flow=9.9.9.9:8.8.8.8", "--trace", "flow=9.9.9.8:", "--trace-out"];
  const file = fileNamed("nothing.txt");
  const { exit, err } = await netisr([...argv, file]);
  expect({ exit, err }).toEqual({ exit: 0, err: `netisr: ${file} is empty: nothing in the run is what --trace says\n` });
  expect((await netisr([...argv, "-"])).err).toMatch(/s for each simulated second\nnetisr: standard output is empty: nothing .* --trace says\n$/);
});

test("users who do not think are as many as those of whom nothing is said", async () => {
  const simulatedBy = async (...think: string[]) =>
    JSON.parse((await netisr(["run", "--time", "1ms", "--closed", "4", ...think, "--json"])).out).simulated;
  expect(await simulatedBy("--think", "0")).toEqual(await simulatedBy());
});

test("a configuration that is run is named, with what was typed beside it", async () => {
  const file = await fileWith(
    "typed_lan.json",
    JSON.stringify({ ...LAN, virtual: { traffic: [{ if: "em0", arrivals: "constant", rate: 100_000 }] } }),
  );
  expect(await typedIn([file, "--link", "10Mbps"])).toEqual({ link: "10Mbps", time: "2ms", json: true });
});
