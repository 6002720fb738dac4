/** `netisr run`: the options that say what arrives. */
import { describe, expect, test } from "vitest";
import type { RunReport } from "../../../src/report/index.ts";
import { isBinomial } from "../../support/faulty.ts";
import { between, captureFile, fileWith, LAN, netisr } from "./support.ts";

describe("arguments", () => {
  test.each([
    [["--bursts", "5"], "option '--bursts <on:off>' argument '5' is invalid. Expected ON:OFF or ON:OFF:constant, as in 100us:300us."],
    [["--bursts", "5us:5us:normal"], "option '--bursts <on:off>' argument '5us:5us:normal' is invalid."],
    [["--batch", "0"], "option '--batch <n>' argument '0' is invalid. Expected N or N:geometric, N from 1 to 4096"],
    [["--rate-at", "5:1k"], "option '--rate-at <time:pps>' argument '5:1k' is invalid. Expected TIME:PPS or TIME:PPS:RAMP"],
    [["--rate-at", "5ms:2Gpps"], "option '--rate-at <time:pps>' argument '5ms:2Gpps' is invalid."],
    [["--rate-at", "0ms:1k", "--rate-at", "20ms:1Mpps:1ms"], "--rate-at 20ms:1Mpps:1ms: expected a time before the end of the run (--time)\n"],
    [["--rate-at", "5ms:1k", "--rate-at", "3ms:1k"], '--rate-at: expected a time from 5ms on, when the change before is over, but got "3ms"\n'],
    [["--traffic-capture", "em0=x:start=1s"], "--traffic-capture em0=x:start=1s: expected a time before the end of the run (--time)\n"],
    [["--sizes", "20-9000"], "option '--sizes <lengths>' argument '20-9000' is invalid. Expected lengths from 60 to 1514, but got 20.\n"],
    [["--sizes", "60-9000"], "option '--sizes <lengths>' argument '60-9000' is invalid. Expected lengths from 60 to 1514, but got 9000.\n"],
    [
      ["--mix", "tcp=1", "--sizes", "60=1,20=1"],
      "option '--sizes <lengths>' argument '60=1,20=1' is invalid. Expected lengths from 60 to 1514, but got 20.\n",
    ],
    [["--mix", "udp=0"], "option '--mix <kinds>' argument 'udp=0' is invalid. Expected a weight above 0 for udp, tcp or icmp.\n"],
    [["--mix", "udp=1,udp=2"], "option '--mix <kinds>' argument 'udp=1,udp=2' is invalid. Expected each of them once, but got udp= again.\n"],
    [["--sizes", "60=0,61=0.0"], "option '--sizes <lengths>' argument '60=0,61=0.0' is invalid. Expected a length with a weight above 0.\n"],
    [
      ["--mix", "fragments=2", "--sizes", "imix"],
      "option '--mix <kinds>' argument 'fragments=2' is invalid. Expected fragments= with a share from 0 to 1, but got 2.",
    ],
    [["--sizes", "60,70"], "option '--sizes <lengths>' argument '60,70' is invalid. Expected imix, FROM-TO, BYTES=WEIGHT,... or @FILE"],
    [["--sizes", "@none.pcap"], "none.pcap: no such file or directory"],
    [["--zipf", "11"], "option '--zipf <s>' argument '11' is invalid. Expected an exponent from 0 to 10, as in 1.1."],
    [["--mix", "sctp=1"], "option '--mix <kinds>' argument 'sctp=1' is invalid. Expected udp=, tcp=, icmp= with weights"],
    [["--traffic-capture", "em0"], "option '--traffic-capture <if=file>' argument 'em0' is invalid. Expected IF=FILE, then speed="],
    [["--traffic-capture", "em0=x:speed=1:speed=2"], "option '--traffic-capture <if=file>' argument 'em0=x:speed=1:speed=2' is invalid."],
    [["--traffic-capture", "em0=x:loop=0"], "option '--traffic-capture <if=file>' argument 'em0=x:loop=0' is invalid."],
    [["--rate-at", "1ms:5k", "--rate", "5k"], "--rate-at and --rate: expected one of the two"],
    [["--rate-at", "1ms:5k", "--bursts", "1ms:1ms"], "--rate-at and --bursts: expected one of the two"],
    [["--sizes", "imix", "--bytes", "60"], "--sizes and --bytes: expected one of the two"],
    [["lan.json", "--rate-at", "1ms:5k"], "--rate-at is for a system that is made up; with a configuration its `virtual` says it"],
    [["--traffic-capture", "em0=none.pcap"], "none.pcap: no such file or directory"],
  ])("%j is refused: %s", async (argv, line) => {
    const { exit, out, err } = await netisr(["run", ...argv]);
    expect(out).toBe("");
    expect(exit).toBe(line.startsWith("none") ? 3 : 2);
    expect(err.slice(0, 8 + line.length)).toBe(`netisr: ${line}`);
  });

  test("what only the configuration can refuse names the option", async () => {
    const file = await captureFile("one.pcapng", [{ interface: 0, time: 5n, data: between(1, 2) }]);
    const { exit, err } = await netisr(["run", "--traffic-capture", `em9=${file}`]);
    expect({ exit, err }).toEqual({
      exit: 2,
      err: `netisr: --traffic-capture em9=${file}: expected the name of an interface (did you mean "em0"?), one of em0, em1, em2, em3, but got "em9"\n`,
    });
  });
});

const lengthened = (frame: Uint8Array, length: number): Uint8Array => {
  const long = new Uint8Array(length);
  long.set(frame);
  return long;
};

const ran = async (...argv: string[]): Promise<RunReport> => {
  const { exit, out, err } = await netisr(["run", "--time", "2ms", ...argv, "--json"]);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  return JSON.parse(out);
};

describe("runs", () => {
  test("bursts, batches, lengths, shares and a mix", async () => {
    const content = ["--sizes", "imix", "--zipf", "1.1", "--mix", "udp=3,tcp=1"];
    const { system, conserved } = await ran("--rate", "400kpps", "--bursts", "100us:100us:constant", "--batch", "4", ...content);
    expect(conserved).toBe(true);
    expect(system.traffic).toMatchObject({ rate: 200_000, bytes: ["60/590/1514"], arrivals: ["poisson in bursts in batches of 4"] });
  });

  test("the heading of a run that has captures alone says so", async () => {
    const file = await captureFile("alone.pcapng", [{ interface: 0, time: 0n, data: between(1, 2) }]);
    const { out } = await netisr(["run", "--as", "bridge", "--time", "2ms", "--traffic-capture", `em0=${file}`]);
    expect(out.split("\n")[1]).toBe("  captures; costs opteron-2008, lock cas, seed 1");
  });

  test("lengths of a capture, each as often as it is there", async () => {
    const frames = [60, 60, 60, 1000].map((length, i) => ({ interface: 0, time: BigInt(i), data: lengthened(between(1, 2), length) }));
    const file = await captureFile("lengths.pcapng", frames);
    const { simulated } = await ran("--rate", "2Mpps", "--time", "5ms", "--sizes", `@${file}`);
    const made = (what: "frames" | "bytes"): number => simulated.traffic.reduce((sum, one) => sum + Number(one.generated[what]), 0);
    const long = (made("bytes") - 60 * made("frames")) / 940;
    expect(made("frames")).toBeGreaterThan(1000);
    expect(isBinomial(long, made("frames"), 0.25)).toBe(true);
  });

  test("rates at times: what comes is the integral", async () => {
    const { simulated, system } = await ran("--arrivals", "constant", "--rate-at", "0ms:400kpps", "--rate-at", "1ms:0:1ms");
    expect(Math.abs(Number(simulated.offered) - 600)).toBeLessThanOrEqual(4);
    expect(system.traffic.rate).toBeCloseTo(300_000, -1);
  });

  test("captures alone, looped, on a made-up bridge and beside the traffic of a configuration", async () => {
    const frames = [0n, 10_000n].map((time, i) => ({ interface: 0, time, data: between(1, 2, i) }));
    const file = await captureFile("pair.pcapng", frames);
    const alone = await ran("--as", "bridge", "--traffic-capture", `em0=${file}:loop=5:start=1us`);
    expect(alone.simulated.offered).toBe("10");
    const virtual = { traffic: [{ if: "em1", arrivals: "constant", rate: "10kpps" }] };
    const config = await fileWith("traffic.json", JSON.stringify({ ...LAN, virtual }));
    const beside = await ran(config, "--traffic-capture", `em0=${file}:speed=2:loop=forever`);
    // Twice in 10 us (20 us at twice the speed): up to 2 ms 200 loops, the last one of which has begun just before.
    expect(Number(beside.simulated.offered)).toBe(20 + 400 + 1);
  });
});
