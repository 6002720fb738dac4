import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readTable } from "../../../src/calibrate/table.ts";
import type { Calibration } from "../../../src/cli/calibrate/report.ts";
import { fileNamed, fileWith, netisr } from "./support.ts";

const SAMPLE = fileURLToPath(new URL("../../../examples/measured.csv", import.meta.url));

test("points of the sample: the costs that were asked for are fitted, and `run` takes what is written", async () => {
  const lines = (await readFile(SAMPLE, "utf8")).split("\n");
  expect(readTable(lines.join("\n"))).toHaveLength(16);
  const some = await fileWith("some.csv", [...lines.slice(0, 3), lines[5], lines[10], lines[13]].join("\n"));
  const out = await fileNamed("costs.json");
  const argv = ["calibrate", some, "--fit", "RxFrame,BridgeLookup", "--fit", "EtherInput", "--packets", "1000", "--runs", "2", "--out", out];
  const { exit, out: text } = await netisr([...argv, "--json"]);
  const { fitted, points } = JSON.parse(text) as Calibration;
  expect(exit).toBe(0);
  expect(points.map(({ line }) => line)).toEqual([3, 4, 5, 6]);
  expect(fitted.map(({ costs }) => costs.map(({ name }) => name))).toEqual([["RxFrame", "EtherInput"], ["BridgeLookup"]]);
  const { preset, set } = JSON.parse(await readFile(out, "utf8"));
  expect({ preset, names: Object.keys(set) }).toEqual({ preset: "opteron-2008", names: ["RxFrame", "EtherInput", "BridgeLookup"] });
  const run = await netisr(["run", "--costs", out, "--time", "1ms", "--json"]);
  expect(JSON.parse(run.out).system.costs).toMatchObject(set);
}, 120_000);

test("points that tell nothing of the costs: none is fitted, and that is said", async () => {
  const file = await fileWith("idle.csv", "cpus,offered [kpps],carried [kpps]\n4,100,100");
  const { exit, out } = await netisr(["calibrate", file, "--fit", "RxFrame", "--packets", "1000"]);
  expect(exit).toBe(0);
  const lines = out.split("\n");
  expect(lines.slice(lines.indexOf("Costs: none is fitted"), -2)).toEqual([
    "Costs: none is fitted",
    "  not determined, kept, as they move too little or nothing in these points: RxFrame",
    "Points: model against measured",
  ]);
}, 120_000);

test.each([
  ["cpus,offered [pps],caried [pps]\n1,2,3", '1:20: expected the name of a column (did you mean "carried"?)'],
  ["cpus,offered [kpps],carried [pps]\n1,2,x", '2:5: expected a number of 0 or more, but got "x"'],
  ["cpus,offered [kpps],load [%]\n1,100,30\n1,100, 150", '3:8: expected load: at most 100, but got "150"\n'],
  [
    "cpus,carried [pps],offered [kpps]\n1,150000,100",
    '2:3: expected carried: at most what was offered and 3 times --error, 106000, but got "150000"\n',
  ],
  [
    "cpus,offered [pps],load Protocol [share],load Interrupt [%]\n1,100,0.6,60",
    '2:11: expected load Interrupt: classes whose loads are at most 100 together, not 120, but got "60"\n',
  ],
])("a table that cannot be used is refused with line and column", async (text, line) => {
  const file = await fileWith("points.csv", text);
  const { exit, err } = await netisr(["calibrate", file]);
  expect(exit).toBe(2);
  expect(err.startsWith(`netisr: ${file}:${line}`) ? "" : err).toBe("");
});

test("what is carried may be above what is offered by what measurements may be off", async () => {
  expect(readTable("cpus,offered [pps],carried [pps]\n1,100,105")).toHaveLength(1);
  const file = await fileWith("near.csv", "cpus,offered [pps],carried [pps]\n1,100,105");
  expect((await netisr(["calibrate", file, "--error", "1%"])).err).toContain(
    ":2:7: expected carried: at most what was offered and 3 times --error, 103,",
  );
});

test("a cost that there is not, and a file", async () => {
  expect((await netisr(["calibrate", SAMPLE, "--fit", "Servce"])).err).toContain('did you mean "Service"?');
  expect(await netisr(["calibrate", "no.csv"])).toMatchObject({ exit: 2, err: "netisr: no.csv: no such file or directory\n" });
  expect((await netisr(["run", "--costs", "unitt"])).err).toContain(
    '--costs: expected a file that exists or a preset (did you mean "unit"?), one of',
  );
});

test("a cost that no packet meets is kept, and nothing is written of it", async () => {
  const file = await fileWith("one.csv", "cpus,offered [kpps],load [%]\n1,100,30");
  const { exit, out } = await netisr(["calibrate", file, "--fit", "IpFragment", "--packets", "500", "--json"]);
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ fitted: [], without: ["IpFragment"], open: [], error: 0.02, bar: 0.05 });
});

test.each([["0"], ["2x"], ["200%"], ["-1"]])("%s is no error that measurements may have", async (text) => {
  const { exit, err } = await netisr(["calibrate", SAMPLE, `--error=${text}`]);
  expect(exit).toBe(2);
  expect(err).toContain("Expected per cent, above 0 and up to 100, as in 2%.");
});
