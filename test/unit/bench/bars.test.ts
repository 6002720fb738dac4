import { expect, test } from "vitest";
import { bareBarTable, barTable, machineBarTable } from "../../../bench/bars.ts";

const row = (workload: string, contestant: string, rate: number, ratio: number) => ({ workload, contestant, rate, ratio });

test("the engine's own rate is held against a number, and against others as a ratio", () => {
  const table = barTable([row("bridge", "engine", 30, 1), row("bridge", "JavaScript", 26, 1.19), row("bridge", "C", 49, 0.61)])!;
  expect(table.rows).toEqual([
    { workload: "bridge", what: "M packets/s", least: 30, reached: 30, met: true },
    { workload: "bridge", what: "× that of JavaScript", least: 1.2, reached: 1.19, met: false },
    { workload: "bridge", what: "× that of C", least: 0.6, reached: 0.61, met: true },
    { workload: "bridge", what: "M packets/s, the goal: XDP with one packet in the cache", least: 62.5, reached: 30, met: false },
  ]);
});

test("what was not measured has no bar", () => {
  expect(barTable([row("slow path", "engine", 5, 1)])).toBeUndefined();
  expect(barTable([row("fastforward", "C", 5, 0.5)])!.rows).toHaveLength(1);
});

test("the bare work is near what it was elsewhere up to a fifth more or less", () => {
  const rows = [
    { work: "bridge", frames: 4096, median: 252 },
    { work: "bridge", frames: 4096, median: 126 },
    { work: "bridge", frames: 256, median: 363 * 1.19 },
    { work: "router", frames: 256, median: 220 * 0.79 },
  ];
  expect(bareBarTable(rows).rows.map(({ work, frames, near }) => [work, frames, near])).toEqual([
    ["bridge", 4096, false],
    ["bridge", 256, true],
    ["router", 256, false],
  ]);
});

test("of the virtual machine the slowest path and mode is held against the bar of its CPUs and load", () => {
  const of = (cpus: number, path: string, mode: number, cpuRate: number, contestant = "engine") => ({
    cpus,
    path,
    mode,
    load: "60 %",
    cpuRate,
    contestant,
  });
  const table = machineBarTable([
    of(4, "bridge", 0, 9),
    of(4, "bridge", 1, 8.5),
    of(4, "fastforward", 1, 1, "engine other"),
    of(64, "bridge", 2, 4.9),
  ])!;
  expect(table.rows).toEqual([
    { cpus: 4, load: "60 %", least: 8, reached: 8.5, where: "bridge, mode 1", met: true },
    { cpus: 64, load: "60 %", least: 5, reached: 4.9, where: "bridge, mode 2", met: false },
  ]);
  expect(machineBarTable([of(1, "bridge", 0, 1)])).toBeUndefined();
});
