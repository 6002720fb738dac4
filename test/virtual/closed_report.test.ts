import { expect, test } from "vitest";
import type { RunReport } from "../../src/report/index.ts";
import { netisr } from "../unit/cli/support.ts";

test("netisr run --closed and --tcp say what the loops did, as text and as JSON", async () => {
  const argv = ["run", "--cpus", "2", "--closed", "8", "--think", "20us", "--tcp", "2", "--time", "5ms"];
  const { exit, out } = await netisr(argv);
  expect(exit).toBe(0);
  expect(out).toContain("closed loops; costs opteron-2008");
  expect(out).toMatch(/requests em1: 4 at a time, [\d.]+ kpps; response p50 [\d.]+ us {2}p99 .*; 0 sent again\n/);
  expect(out).toMatch(/TCP 2 connections: [\d.]+ Mbit\/s of data; [\d,]+ segments, 0 again \(0\.0 %\), 0 timeouts\n/);
  const { simulated } = JSON.parse((await netisr([...argv, "--json"])).out) as RunReport;
  expect(simulated.closed!.map((one) => one.outstanding)).toEqual([4, 4]);
  expect(Number(simulated.closed![0]!.response.count)).toBe(Number(simulated.closed![0]!.completed));
  expect(simulated.tcp!.length).toBe(2);
});
