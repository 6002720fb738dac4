import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { COSTS } from "../../../src/costs.ts";
import type { RunReport } from "../../../src/report/index.ts";
import { fileNamed, fileWith, LAN, netisr } from "./support.ts";

const LOCK_MODE = "net.netisr.mpsafe_thread";
const TRAFFIC = { traffic: [{ if: "em0", arrivals: "constant", rate: 100_000 }] };

describe("arguments", () => {
  test.each([
    [["--time", "20"], "option '--time <time>' argument '20' is invalid. Expected a time with its unit (ps, ns, us, ms, s), as in 20ms, above 0"],
    [["--time", "0ms"], "option '--time <time>' argument '0ms' is invalid"],
    [
      ["--rate", "fast"],
      "option '--rate <pps>' argument 'fast' is invalid. Expected whole packets per second from 1 to 10^9, as in 500000 or 1.2Mpps.",
    ],
    [["--rate", "1.5"], "option '--rate <pps>' argument '1.5' is invalid. Expected whole packets per second from 1 to 10^9"],
    [["--bytes", "59"], "option '--bytes <n>' argument '59' is invalid. Expected an integer from 60 to 1514."],
    [["--interfaces", "1"], "option '--interfaces <n>' argument '1' is invalid. Expected an integer from 2 to 64."],
    [["--as", "hub"], "option '--as <system>' argument 'hub' is invalid. Allowed choices are router, bridge."],
    [["--lock", "ticket"], "option '--lock <policy>' argument 'ticket' is invalid. Allowed choices are cas, fifo, random."],
    [["--link", "fast"], "option '--link <bps>' argument 'fast' is invalid. Expected whole bits per second from 1000 to 10^12"],
    [["--cost", "Service"], "option '--cost <name=ns>' argument 'Service' is invalid. Expected NAME=NS or NAME=NS,exponential, as in Service=40."],
    [["--at", "5:a=1"], "option '--at <time:what=value>' argument '5:a=1' is invalid. Expected TIME:WHAT=VALUE, as in 5ms:"],
    [["--at", "30ms:em0=down"], "--at 30ms:em0=down: expected a time before the end of the run (--time)"],
    [
      ["--trace", "every=0", "--trace-out", "x"],
      "option '--trace <choice>' argument 'every=0' is invalid. Expected every=N, flow=SRC:DST (IPv4 addresses, one may be left out), from=TIME",
    ],
    [["--trace", "flow=10.0.0.1", "--trace-out", "x"], "option '--trace <choice>' argument 'flow=10.0.0.1' is invalid."],
    [["--trace", "constructor=1", "--trace-out", "x"], "option '--trace <choice>' argument 'constructor=1' is invalid."],
    [["--trace", "5ms", "--trace-out", "x"], "option '--trace <choice>' argument '5ms' is invalid."],
    [
      ["--trace", "every=5", "--trace", "every=10", "--trace-out", "x"],
      "option '--trace <choice>' argument 'every=10' is invalid. Expected each key but flow once, but got \"every\" again.\n",
    ],
    [["--trace", "from=1ms,from=2ms", "--trace-out", "x"], "option '--trace <choice>' argument 'from=1ms,from=2ms' is invalid. Expected each key"],
    [["--trace", "every=5"], "--trace needs --trace-out FILE, where it is written to"],
    [["--trace", "from=5ms,to=4ms", "--trace-out", "x"], "--trace from=5ms,to=4ms: expected `to` after `from`\n"],
    [["--trace", "from=5ms", "--trace", "to=5000us", "--trace-out", "x"], "--trace from=5ms,to=5000us: expected `to` after `from`\n"],
    [["--closed", "0"], "option '--closed <n>' argument '0' is invalid. Expected an integer from 1 to 65536."],
    [["--think", "5us"], "--think needs --closed N, the users who think"],
    [["lan.json", "--tcp", "4"], "--tcp is for a system that is made up; with a configuration its `virtual` says it"],
    [["--csv", "x.csv"], "--csv needs --every TIME, the length of each part"],
    [["--every", "1us", "--json"], "--every: expected at most 1000 parts of the run, but got 20000"],
    [["--time", "1000001ns", "--every", "1us", "--json"], "--every: expected at most 1000 parts of the run, but got 1001"],
    [["--every", "1ms"], "--every needs --csv FILE or --json, where the parts are"],
    [["--tcp", "2", "--bytes", "1514"], "--bytes: expected --rate, --flows or --closed beside it, as frames of TCP have lengths of their own"],
    [["lan.json", "--rate", "1Mpps"], "--rate is for a system that is made up; with a configuration its `virtual` says it"],
    [["--cost", "Servce=1"], '--cost: expected the name of a cost (did you mean "Service"?), but got "Servce"; `netisr costs` lists them'],
    [["--link", "2Tbps"], "option '--link <bps>' argument '2Tbps' is invalid. Expected whole bits per second from 1000 to 10^12"],
    [["--link", "999"], "option '--link <bps>' argument '999' is invalid. Expected whole bits per second from 1000 to 10^12"],
    [["--set", `${LOCK_MODE}=x`], `--set ${LOCK_MODE}: expected an integer from 0 to 255`],
    [["--cpus", "2", "--set", "kern.polling.2.enable=0"], "--set kern.polling.2.enable: expected a CPU from 0 to 1, as `cpus` is 2, but got 2"],
    [["--stop", "drop RingFul"], '--stop "drop RingFul": expected the name of a reason (did you mean "RingFull"?), one of InterfaceDown'],
    [
      ["--stop", "idle", "--stop", "p99 > 5"],
      '--stop "p99 > 5": expected a time with its unit (ps, ns, us, ms, s), as in 100us, but got "5" at character 7',
    ],
    [["--costs", "/tmp/nosuch.json"], "/tmp/nosuch.json: no such file or directory\n"],
    [["--costs", "nosuch"], "--costs: expected a file that exists or a preset, one of opteron-2008,"],
    [["--trace", "from=20ms", "--trace-out", "x"], "--trace from=20ms: expected `from` before the end of the run (--time)\n"],
    [["no.json"], "no.json: no such file or directory"],
  ])("%j is refused: %s", async (argv, line) => {
    const { exit, out, err } = await netisr(["run", ...argv]);
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    expect(err.slice(0, 8 + line.length)).toBe(`netisr: ${line}`);
  });

  test("--stop ends the run at a condition, and says which and when; the last part of a series ends there", async () => {
    const argv = ["run", "--rate", "3Mpps", "--seed", "7", "--stop", "packets >= 1000000", "--stop", "packets carried > 500"];
    const { exit, out } = await netisr([...argv, "--every", "1ms", "--json"]);
    const { stopped, simulated, series } = JSON.parse(out) as RunReport;
    expect(exit).toBe(0);
    expect(stopped).toEqual({ condition: "packets carried > 500", time: simulated.elapsed });
    expect(simulated.carried).toBe("501");
    expect(series.at(-1)!.to).toBe(simulated.elapsed);
    expect(Number(simulated.elapsed)).toBeLessThan(20e9);
    expect((await netisr(argv)).out).toMatch(/stopped at \d+\.?\d* .s, as the condition came true: packets carried > 500\n/);
    const vain = ["run", "--time", "1ms", "--stop", "drop RingFull"];
    expect((JSON.parse((await netisr([...vain, "--json"])).out) as RunReport).stopped).toBeNull();
    expect((await netisr(vain)).out).toContain("\n  not stopped: no condition of --stop came true\n");
  });

  test.each(["[]", "null", "5"])("a file of costs with %s is refused", async (text) => {
    const file = await fileWith("odd_costs.json", text);
    expect(await netisr(["run", "--costs", file])).toEqual({
      exit: 2,
      out: "",
      err: `netisr: ${file}: expected an object with costs (\`set\`), but got ${text}\n`,
    });
  });

  test("a configuration without traffic is refused", async () => {
    const file = await fileWith("silent.json", JSON.stringify(LAN));
    const { exit, err } = await netisr(["run", file]);
    expect({ exit, err }).toEqual({
      exit: 2,
      err: `netisr: ${file}: virtual.traffic: expected traffic of at least one interface, as nothing arrives otherwise\n`,
    });
  });
});

const ran = async (...argv: string[]): Promise<RunReport> => {
  const { exit, out, err } = await netisr(["run", "--time", "2ms", ...argv, "--json"]);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  return JSON.parse(out);
};

describe("runs", () => {
  test("a made-up router carries what it is offered, by its flow cache but for the first packet of each flow", async () => {
    const { simulated, limit, system } = await ran("--cpus", "2", "--rate", "400kpps", "--arrivals", "constant", "--flows", "64");
    expect(simulated.offered).toBe("800");
    expect(limit.by).toBe("nothing");
    expect(simulated.dropped).toBe(0);
    expect(simulated.paths).toMatchObject({ Forwarded: 64, Bridged: 0 });
    expect(simulated.cpus).toHaveLength(2);
    expect(system.traffic).toMatchObject({ flows: 64, bytes: [60], arrivals: ["constant"] });
  });

  test("a made-up bridge knows every station: nothing is flooded", async () => {
    const { simulated } = await ran("--as", "bridge", "--cpus", "3", "--rate", "100kpps", "--flows", "7", "--link", "100Mbps");
    expect(simulated.paths.Bridged).toBeGreaterThan(150);
    expect(Number(simulated.offered) - Number(simulated.carried)).toBeLessThan(20);
    expect(simulated.dropped).toBe(0);
  });

  test("mode 0 is limited by the BGL, and a switch to mode 1 in mid-run is an event that carries more", async () => {
    const argv = ["--cpus", "4", "--rate", "2Mpps", "--set", `${LOCK_MODE}=0`];
    const locked = await ran(...argv);
    expect(locked.limit.by).toBe("BGL");
    const switched = await ran(...argv, "--at", `1ms:${LOCK_MODE}=1`, "--every", "500us");
    expect(switched.changes).toEqual([{ time: "1000000000", what: LOCK_MODE, from: 0, to: 1 }]);
    expect(Number(switched.simulated.carried)).toBeGreaterThan(1.2 * Number(locked.simulated.carried));
    const carried = switched.series.map((part) => part.carried);
    expect(carried).toHaveLength(4);
    expect(carried[3]).toBeGreaterThan(1.4 * carried[1]!);
    expect(carried.reduce((a, b) => a + b)).toBe(Number(switched.simulated.carried));
    // The mean of the parts is the mean of the whole, and what was waiting for the lock is gone after the switch.
    const { name, meanLength } = switched.simulated.queues.find((queue) => queue.name === "udp_thread 0")!;
    const lengths = switched.series.map(({ queues }) => queues[name]?.mean ?? 0);
    expect(lengths.reduce((a, b) => a + b) / 4).toBeCloseTo(meanLength, 6);
  });

  test("all interfaces can be polled, for a part of the run; the report says what that came to", async () => {
    const argv = ["--cpus", "2", "--rate", "200k", "--polling", "--set", "kern.polling.pollhz=10000"];
    const { changes: made, simulated } = await ran(...argv, "--at", "1ms:polling=off");
    expect(made).toEqual(["em0", "em1"].map((name) => ({ time: "1000000000", what: `${name} polling`, from: "on", to: "off" })));
    expect(simulated.polling).toMatchObject([0, 1].map((cpu) => ({ cpu, interfaces: [], ticks: 10, handlers: 0 })));
    const { out } = await netisr(["run", "--time", "2ms", ...argv]);
    expect(out).toMatch(/^ {2}polling on CPU 1: 20 ticks, \d+ polls, \d+ frames, burst \d+/m);
    const { simulated: interrupted } = await ran("--cpus", "2", "--rate", "200k", "--at", "1ms:polling=on");
    expect(interrupted.polling).toMatchObject([0, 1].map((cpu) => ({ cpu, interfaces: [`em${cpu}`], ticks: 2 })));
  });

  test("an interface that goes down loses its packets; parts are written to a file", async () => {
    const file = fileNamed("parts.csv");
    const { changes: made, simulated } = await ran("--cpus", "2", "--rate", "200k", "--at", "1ms:em0=down", "--every", "1ms", "--csv", file);
    expect(made).toEqual([{ time: "1000000000", what: "em0", from: "up", to: "down" }]);
    expect(simulated.drops.map(({ reason }) => reason)).toContain("InterfaceDown");
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^from_ps,to_ps,offered_frames,.*,cpu0_busy_share,cpu1_busy_share,.*ring_em0_mean_length/);
    for (const line of lines) expect(line.split(",")).toHaveLength(lines[0]!.split(",").length);
    expect(lines[2]).toMatch(/^1000000000,2000000000,\d+,/);
  });

  test("a trace is written to a file, packet by packet or in the order of times, and changes nothing", async () => {
    const argv = ["--cpus", "2", "--rate", "200k"];
    const [text, lines] = [fileNamed("ways.txt"), fileNamed("all.jsonl")];
    const { simulated } = await ran(...argv, "--trace", "every=50,records=1000", "--trace-out", text);
    const packets = (await readFile(text, "utf8")).trimEnd().split("\n\n");
    expect(packets.map((packet) => packet.split(",")[0])).toEqual(expect.arrayContaining(["em0 #0", "em1 #0", "em0 #50", "em1 #100"]));
    const [head, first] = packets[0]!.split("\n");
    expect(head).toMatch(/^em\d #0, from \d+\.\d{6} us on$/);
    expect(first).toMatch(/^ +0\.000000 us .* arrives by em\d, 60 bytes$/);
    expect((await ran(...argv, "--trace", "from=1ms", "--trace", "to=1.1ms", "--trace-out", lines)).simulated).toEqual(simulated);
    const records = (await readFile(lines, "utf8")).trimEnd().split("\n");
    expect(records.length).toBeGreaterThan(100);
    for (const record of records) expect(Number(JSON.parse(record).time)).toBeGreaterThanOrEqual(1_000_000_000);
  });

  test("of a trace that is longer than its ring the last records are written, with a word about it", async () => {
    const file = fileNamed("last.txt");
    const { exit, err } = await netisr(["run", "--time", "1ms", "--trace", "records=10", "--trace-out", file]);
    expect(exit).toBe(0);
    expect(err).toMatch(/last\.txt has the last 10 of \d+ records; --trace records=N keeps more\n$/);
    expect((await readFile(file, "utf8")).trimEnd().split("\n")).toHaveLength(10);
  });

  test("costs, seed and lock policy reach the machine", async () => {
    const { system, simulated } = await ran(
      "--costs",
      "zero",
      "--cost",
      "Service=700",
      "--cost",
      "Arp=5,exponential",
      "--lock",
      "fifo",
      "--seed",
      "9",
    );
    expect(system).toMatchObject({ preset: "zero with 2 set", lock: "fifo", seed: 9, exponential: ["Arp"] });
    expect(system.costs).toMatchObject({ Service: 700, Arp: 5, Switch: 0 });
    expect(Number(simulated.places.Service.min)).toBe(700_000);
  });

  test("the same options give the same simulation, whatever its speed", async () => {
    const argv = ["--cpus", "2", "--rate", "1Mpps"];
    const [one, two] = [await ran(...argv), await ran(...argv, "--every", "7us")].map(({ simulated }) => simulated);
    expect(one).toEqual(two);
  });

  test("a run has a thousand parts at most, the last of which may be shorter", async () => {
    const ends = async (time: string, every: string): Promise<string[]> =>
      (await ran("--time", time, "--every", every)).series.map(({ to }) => String(to));
    expect(await ends("999999ns", "1us")).toEqual([...Array.from({ length: 999 }, (_, i) => `${i + 1}000000`), "999999000"]);
    expect(await ends("2500ns", "1us")).toEqual(["1000000", "2000000", "2500000"]);
    expect(await ends("1us", "1ms")).toEqual(["1000000"]);
  });

  test("a link that gets more than it can send is busy all the time, and not more", async () => {
    const { simulated, limit } = await ran("--cpus", "2", "--rate", "200k", "--link", "10Mbps");
    for (const share of Object.values(simulated.links) as number[]) {
      expect(share).toBeGreaterThan(0.9);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(limit.by).toBe("link");
  });

  test("packets for this host are counted as delivered", async () => {
    const { simulated } = await ran("--as", "bridge", "--cpus", "2", "--rate", "200k", "--mix", "udp=1,broadcast=0.2");
    expect(simulated.paths.Delivered).toBeGreaterThan(10);
    expect(simulated.paths.Delivered).toBe(simulated.conservation.delivered);
  });

  test("a link of rate 0 is an infinite one, as in a configuration, and help says so", async () => {
    const [none, infinite] = [await ran("--link", "0"), await ran("--link", "infinite")];
    expect(none.simulated).toEqual(infinite.simulated);
    expect((await netisr(["run", "--help"])).out).toContain("infinite (or 0)");
    const sharesOf = async (rate: string) => Object.values((await ran("--cpus", "2", "--rate", "200k", "--link", rate)).simulated.links);
    expect(await sharesOf("infinite")).toEqual([null, null]);
    // 60 bytes, FCS, preamble and gap: 672 bits for each of 100,000 packets a second.
    for (const share of await sharesOf("100Mbps")) expect(share).toBeCloseTo(0.672, 1);
  });

  test("times and counts that may exceed 2^53 are strings in JSON, which help says", async () => {
    const { simulated } = await ran("--cpus", "2", "--rate", "200k");
    const { elapsed, carried, steps, dropped } = simulated;
    expect([elapsed, carried, steps, dropped].map((value) => typeof value)).toEqual(["string", "string", "string", "number"]);
    expect((await netisr(["run", "--help"])).out).toMatch(/times \(picoseconds\) and counts\n +that may exceed 2\^53 are strings\n/);
  });

  test("a configuration runs as it is", async () => {
    const file = await fileWith("lan.traffic.json", JSON.stringify({ ...LAN, virtual: TRAFFIC }));
    const { simulated, options } = await ran(file);
    expect(options).toMatchObject({ config: file, as: null });
    expect(simulated.offered).toBe("200");
  });
});

test.each([
  ["4", 24],
  ["16", 40],
  ["64", 40],
])("the report on %s CPUs fits one screen", async (cpus, rows) => {
  const { exit, out } = await netisr(["run", "--cpus", cpus, "--rate", "3Mpps", "--time", "1ms"]);
  expect(exit).toBe(0);
  const lines = out.trimEnd().split("\n");
  expect(lines.length).toBeLessThan(rows + 1);
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  expect(lines[0]).toContain(`run of a made-up router: ${cpus} CPUs`);
  expect(lines.filter((line) => /simulated/.test(line)).length).toBeGreaterThan(2);
  expect(lines.at(-1)).toMatch(/^Measured: /);
});

test("a run that the user stops reports what was done", async () => {
  const stop = new AbortController();
  stop.abort("SIGINT");
  const { exit, out, err } = await netisr(["run"], { signal: stop.signal });
  expect({ exit, err }).toEqual({ exit: 130, err: "netisr: interrupted\n" });
  expect(out).toContain("INTERRUPTED");
});

test("parts of a run that the user stops end with the one that it was in", async () => {
  const stop = new AbortController();
  let calls = 0;
  const now = (): number => {
    if (++calls === 8) stop.abort("SIGINT");
    return calls * 50;
  };
  const csv = fileNamed("stopped.csv");
  const { exit, out } = await netisr(["run", "--rate", "100k", "--time", "10ms", "--every", "250us", "--csv", csv, "--json"], {
    now,
    signal: stop.signal,
  });
  expect(exit).toBe(130);
  const { simulated, series } = JSON.parse(out) as RunReport;
  const ends = (await readFile(csv, "utf8"))
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((row) => row.split(",")[1]!);
  expect(ends).toEqual(["250000000", "350000000"]);
  expect(simulated.elapsed).toBe("350000000");
  expect(series.reduce((sum, { offered }) => sum + Number(offered), 0)).toBe(Number(simulated.offered));
});

test.each([
  [[], true],
  [["--json"], false],
])("a run that takes long with %j shows its progress on a terminal: %s", async (options, shown) => {
  let written = "";
  let ms = 0;
  const now = (): number => {
    ms += 1000;
    return ms;
  };
  const write = (text: string): void => {
    written += text;
  };
  const { exit } = await netisr(["run", "--time", "1ms", "--rate", "100k", ...options], { terminal: { columns: 100, write, now } });
  expect(exit).toBe(0);
  expect(/ of 1\.00 ms, \d+ % {3}\d+ packets {3}\d+ packets\/s/.test(written)).toBe(shown);
  expect(written.endsWith("\r\u001b[K")).toBe(shown);
});

test("netisr costs lists every cost with its source, in lines of a hundred columns", async () => {
  const { out } = await netisr(["costs"]);
  expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  const words = out.replace(/\s+/g, " ");
  for (const { name, default: ns, unit, grade, source } of COSTS) expect(words).toContain(` ${[name, ns, unit, grade, source].join(" ")} `);
  expect(JSON.parse((await netisr(["costs", "--json"])).out).costs).toHaveLength(COSTS.length);
});
