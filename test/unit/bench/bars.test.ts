import { expect, test } from "vitest";
import { barTable } from "../../../bench/bars.ts";

const row = (workload: string, contestant: string, rate: number, ratio: number) => ({ workload, contestant, rate, ratio });

test("the engine's own rate is held against a number, and against others as a ratio", () => {
  const table = barTable([row("bridge", "engine", 30, 1), row("bridge", "JavaScript", 26, 1.19), row("bridge", "C", 49, 0.61)])!;
  expect(table.rows).toEqual([
    { workload: "bridge", what: "M packets/s", least: 30, reached: 30, met: true },
    { workload: "bridge", what: "× that of JavaScript", least: 1.2, reached: 1.19, met: false },
    { workload: "bridge", what: "× that of C", least: 0.6, reached: 0.61, met: true },
  ]);
});

test("what was not measured has no bar", () => {
  expect(barTable([row("slow path", "engine", 5, 1)])).toBeUndefined();
  expect(barTable([row("fastforward", "C", 5, 0.5)])!.rows).toHaveLength(1);
});
