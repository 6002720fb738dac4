import { expect, test } from "vitest";
import type { RunReport } from "../../src/report/index.ts";
import { netisr } from "../unit/cli/support.ts";

test("netisr run --closed and --tcp say what the loops did, as text and as JSON", async () => {
  const argv = ["run", "--cpus", "2", "--closed", "8", "--think", "20us", "--tcp", "2", "--time", "5ms"];
  const { exit, out } = await netisr(argv);
  expect(exit).toBe(0);
  expect(out).toContain("closed loops; costs opteron-2008");
  expect(out).toMatch(/\n {2}requests +at a time +completed +rate +mean response +p50 +p99 +sent again\n/);
  expect(out).toMatch(/\n {2}em1 +4 +[\d,]+ +[\d.]+ kpps +[\d.]+ us +[\d.]+ us +[\d.]+ us +0\n/);
  expect(out).toMatch(/TCP 2 connections: [\d.]+ Mbit\/s of data; [\d,]+ segments, 0 again \(0\.0 %\), 0 timeouts\n/);
  const { simulated } = JSON.parse((await netisr([...argv, "--json"])).out) as RunReport;
  expect(simulated.closed!.map((one) => one.outstanding)).toEqual([4, 4]);
  expect(Number(simulated.closed![0]!.response.count)).toBe(Number(simulated.closed![0]!.completed));
  expect(simulated.tcp!.length).toBe(2);
});

test("of many sources those are shown whose users wait longest; of none that is complete no times", async () => {
  const argv = ["run", "--cpus", "8", "--closed", "40", "--time", "2ms"];
  const { out } = await netisr(argv);
  const { simulated } = JSON.parse((await netisr([...argv, "--json"])).out) as RunReport;
  const slowest = simulated.closed!.toSorted((a, b) => Number(b.response.mean) - Number(a.response.mean)).slice(0, 4);
  const lines = out.split("\n");
  const at = lines.findIndex((line) => line.startsWith("  requests"));
  expect(lines.slice(at + 1, at + 5).map((line) => line.trim().split(" ")[0])).toEqual(slowest.map((one) => one.interface));
  expect(lines[at + 5]).toBe("  ... and those of 4 sources that were answered sooner");
  expect((await netisr(["run", "--cpus", "2", "--closed", "2", "--time", "1us"])).out).toMatch(/\n {2}em0 +1 +0 +0 pps +- +- +- +0\n/);
});
