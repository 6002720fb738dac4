/** What a calibration says to its reader. */
import { expect, test } from "vitest";
import type { Fit } from "../../../src/calibrate/fit.ts";
import { readTable } from "../../../src/calibrate/table.ts";
import { calibrationOf, calibrationText, presetOf } from "../../../src/cli/calibrate/report.ts";
import { COST_BY_NAME, COSTS } from "../../../src/costs.ts";

const ABOUT = { version: "1", file: "points.csv", error: 0.02, bar: 0.05 };
const POINTS = readTable(["cpus,offered [pps],carried [pps]", ...Array.from({ length: 20 }, (_, i) => `1,${i + 1},${i + 1}`)].join("\n"));
const START = COSTS.map((cost) => cost.default);
const number = (name: string): number => COST_BY_NAME.get(name)!;
const groupOf = (...names: string[]): Fit["fitted"][number]["group"] => ({
  costs: names.map(number),
  weights: names.map(() => 1),
  step: 1,
  column: [],
});

const FIT: Fit = {
  costs: START,
  fitted: [
    { group: groupOf("RxFrame"), factor: 1, half: 0.04 },
    { group: groupOf("Interrupt"), factor: 1, half: 0.2 },
    { group: groupOf("IfStart"), factor: 1, half: undefined },
    { group: groupOf("IpFlow", "EtherOutput"), factor: 1, half: 0.01 },
  ],
  without: [number("IpFragment")],
  open: [[{ group: groupOf("IfStart"), part: 0.98 }]],
  predicted: POINTS.map((_, i) => i + 1),
  sigma: 1,
  free: 17,
  iterations: 3,
  runs: 60,
};
const textOf = (fit: Fit, bar = 0.05): string => calibrationText(calibrationOf({ ...ABOUT, bar }, POINTS, START, fit), undefined);

test("each cost has its interval and a verdict", () => {
  const lines = textOf(FIT).split("\n");
  const from = lines.findIndex((line) => line.startsWith("Costs"));
  expect(lines.slice(from + 1, from + 11).map((line) => line.trim().replace(/ {2,}/g, " | "))).toEqual([
    "RxFrame | 280.0 | 280.0 | 269.0 to 291.4 | determined",
    "Interrupt | 2000.0 | 2000.0 | 1637.5 to 2442.8 | weakly determined",
    "IfStart | 360.0 | 360.0 | not determined",
    "IpFlow + EtherOutput | 430.0 | 430.0 | 425.7 to 434.3 | determined",
    "IpFlow | 170.0 | 170.0 | not determined, only the sum",
    "EtherOutput | 260.0 | 260.0 | not determined, only the sum",
    "determined: the interval is within 5.0 % of the fitted value",
    "not determined: IfStart",
    "not determined, kept, as they move too little or nothing in these points: IpFragment",
    "Points: model against measured",
  ]);
});

test("costs that are not told apart: which gain what others lose", () => {
  const direction = [
    { group: groupOf("IfStart"), part: 0.9 },
    { group: groupOf("IpFlow", "EtherOutput"), part: -0.4 },
    { group: groupOf("RxFrame"), part: -0.3 },
  ];
  const line = (open: Fit["open"]): string => textOf({ ...FIT, open }).match(/ {2}not told apart: (.*)\n/)![1]!;
  expect(line([direction])).toBe("more of IfStart and less of IpFlow + EtherOutput, RxFrame would do the same");
  expect(line([direction.slice(1)])).toBe("IpFlow + EtherOutput, RxFrame");
});

test("rows of equal settings are one point", () => {
  const headOf = (rows: readonly string[]): string => {
    const points = readTable(["cpus,offered [pps],carried [pps]", ...rows].join("\n"));
    return calibrationText(calibrationOf(ABOUT, points, START, { ...FIT, predicted: points.map(() => 1) }), undefined).split("\n")[0]!;
  };
  expect(headOf(["1,5,5", "1,5,4"])).toContain(": 1 point in 2 rows, 2 values, ");
  expect(headOf(["1,5,5", "1,6,4"])).toContain(": 2 points, 2 values, ");
});

test("the bar is the user's", () => {
  expect(textOf(FIT, 0.25)).toMatch(/Interrupt .* determined\n/);
  expect(textOf(FIT, 0.25)).not.toContain("weakly determined");
  expect(textOf(FIT, 0.03)).toMatch(/RxFrame .* weakly determined\n/);
});

test("what is left is judged against the errors that were declared", () => {
  expect(textOf(FIT)).not.toMatch(/measurements are worse|seem to be better/);
  expect(textOf({ ...FIT, sigma: 3 })).toContain("Either measurements are worse than that, or the model does not do what was measured");
  expect(textOf({ ...FIT, sigma: 0.4 })).toContain("--error 0.8%");
});

test("costs that were fitted are written, and no others", () => {
  expect(Object.keys(presetOf(calibrationOf(ABOUT, POINTS, START, FIT)).set!)).toEqual(["RxFrame", "Interrupt", "IfStart", "IpFlow", "EtherOutput"]);
});

test("no line is longer than a hundred columns, whatever is fitted and measured", () => {
  const classes = ["Interrupt", "Protocol", "Ipi", "SerializerWait", "BglSpin"].map((name) => `load ${name} [%]`);
  const points = readTable(`cpus,offered [pps],carried [pps],latency [us],${classes}\n1,100,100,20,10,10,10,10,10`);
  const group = groupOf("IpFlow", "EtherOutput", "EtherInput", "BridgeLookup", "IfStart", "RxFrame", "Interrupt");
  const fit = { ...FIT, fitted: [{ group, factor: 1, half: 0.1 }], open: [[{ group, part: 1 }]], predicted: points[0]!.measured.map(() => 1) };
  const about = { ...ABOUT, file: `${"folder/".repeat(20)}points.csv` };
  const text = calibrationText(calibrationOf(about, points, START, fit), `${"folder/".repeat(8)}costs.json`);
  expect(text.split("\n").filter((line) => line.length > 100)).toEqual([]);
  expect(text).toMatch(/\n {2}line 2: carried -99\.0 %, .*,\n {4}load Ipi \+900\.0 %, load SerializerWait \+900\.0 %, load BglSpin \+900\.0 %\n/);
  expect(text).toMatch(/ \+ Interrupt\n {35,} \d+\.\d +\d+\.\d {3}\d+\.\d to \d+\.\d {2}weakly determined\n/);
});

test("what was measured to be 0 has no relative difference: what the model has is said in its unit", () => {
  const points = readTable("cpus,offered [pps],carried [pps],load [%],load BglSpin [%],latency [us]\n1,100,0,20,0,0\n1,100,50,20,0,25");
  const predicted = [90, 0.21, 0, 1500, 55, 0.19, 0.004, 20_000];
  const report = calibrationOf(ABOUT, points, START, { ...FIT, predicted });
  expect(calibrationText(report, undefined).split("\n").slice(-4, -1)).toEqual([
    "  line 2: carried 90 pps against 0, load +5.0 %, load BglSpin 0.0 % against 0,",
    "    latency 1500 ns against 0",
    "  line 3: carried +10.0 %, load -5.0 %, load BglSpin 0.4 % against 0, latency -20.0 %",
  ]);
  expect(report.points.flatMap(({ values }) => values.map(({ residual }) => residual === null))).toEqual([
    true,
    false,
    true,
    true,
    false,
    false,
    true,
    false,
  ]);
});
