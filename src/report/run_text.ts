/** A run of the virtual machine on one screen: 24 lines for a few CPUs, 40 for sixteen, and some for what options add; 80 columns, or 100 if numbers are long. */
import { faultLines } from "./fault_lines.ts";
import { wrap } from "./layout.ts";
import { count, counted } from "./numbers.ts";
import { percent, rate, time } from "./quantities.ts";
import { CPU_LEGEND, cpuLines } from "./run_cpus.ts";
import { heading } from "./run_heading.ts";
import { lockLines, lockTitle, shareLine } from "./run_locks.ts";
import { loopLines } from "./run_loops.ts";
import { pollingLines } from "./run_polling.ts";
import type { RunReport } from "./run_report.ts";
import { workLines } from "./run_work.ts";

/** Lines of changes, and names in one. */
const MOST_CHANGES = 4;
const MOST_NAMES = 4;

export const runText = (report: RunReport): string => {
  const { simulated, limit } = report;
  const share = shareLine(simulated);
  return `${[
    ...heading(report),
    `Packets, simulated, in ${time(simulated.elapsed)}`,
    ...rateLines(report),
    ...wrap(`limited by ${limit.text}`, "  ", 80),
    ...dropLines(simulated),
    ...faultLines(simulated.faults),
    ...latencyLines(simulated),
    ...loopLines(simulated),
    ...changeLines(report.changes),
    "CPU time, simulated",
    ...cpuLines(simulated),
    `  ${CPU_LEGEND}`,
    ...pollingLines(simulated),
    lockTitle(simulated),
    ...lockLines(simulated),
    ...(share === undefined ? [] : [share]),
    ...(simulated.violations > 0 ? [`  without the BGL, which they need: ${counted(simulated.violations, "message")} (violations of mode 2)`] : []),
    ...workLines(simulated),
    measuredLine(report),
  ].join("\n")}\n`;
};

const rateLines = ({ simulated }: RunReport): string[] => {
  const { offeredRate, carriedRate, offered, carried, paths } = simulated;
  const of = offered === 0n ? 0 : Number(carried) / Number(offered);
  const ways = Object.entries(paths).filter(([path, n]) => n > 0 && path !== "Delivered");
  const byPath = ways.length > 0 ? `of these ${ways.map(([path, n]) => `${path} ${count(n)}`).join(", ")}` : "";
  const more = [byPath, besides(simulated)].filter((text) => text !== "").join("; ");
  return [
    `  offered ${rate(offeredRate)} (${count(offered)})   carried ${rate(carriedRate)} (${count(carried)}, ${percent(of)})`,
    ...(more === "" ? [] : wrap(more, "  ", 90)),
  ];
};

/** What else there is to say of packets, so that the figures add up. */
export const besides = ({ conservation: { queued, delivered, cloned, generated } }: RunReport["simulated"]): string => {
  const parts = [
    [queued, "inside at the end"],
    [delivered, "delivered to this host"],
    [cloned, "came as copies (floods, fragments)"],
    [generated, "made by this host"],
  ] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, what]) => `${count(n)} ${what}`);
  return said.length > 0 ? `besides ${said.join(", ")}` : "";
};

const dropLines = ({ drops, dropped, offered }: RunReport["simulated"]): string[] => {
  if (dropped === 0) return ["  dropped nothing"];
  const byReason = new Map<string, number>();
  for (const { reason, packets } of drops) byReason.set(reason, (byReason.get(reason) ?? 0) + packets);
  const list = [...byReason].sort(([, a], [, b]) => b - a).map(([reason, n]) => `${reason} ${count(n)}`);
  const shown = list.slice(0, 4).join(", ") + (list.length > 4 ? ` and ${list.length - 4} more reasons` : "");
  return wrap(`dropped ${percent(dropped / Math.max(1, Number(offered)))}: ${shown}`, "  ", 90);
};

const latencyLines = ({ latency, places, reordered }: RunReport["simulated"]): string[] => {
  const { all } = latency;
  if (all.count === 0n) return ["  latency: nothing has left"];
  const points = [
    ["p50", all.p50],
    ["p90", all.p90],
    ["p99", all.p99],
    ["p99.9", all.p999],
    ["p99.99", all.p9999],
  ] as const;
  const means = Object.entries(places)
    .filter(([, { count: n }]) => n > 0n)
    .map(([place, { mean }]) => `${place.toLowerCase()} ${time(mean)}`);
  const order = reordered > 0n ? `; ${counted(Number(reordered), "frame")} out of order` : "";
  return [
    `  latency ${points.map(([name, ps]) => `${name} ${time(ps)}`).join("  ")}`,
    `          min ${time(all.min)}  max ${time(all.max)}${order}`,
    `  mean time in ${means.join(", ")}`,
  ];
};

/** A line for all ports of which the same was changed at the same time. */
export const changeLines = (changes: RunReport["changes"]): string[] => {
  const groups = new Map<string, { names: string[]; text: (names: string) => string }>();
  for (const { time: at, what, from, to } of changes) {
    const [name, ...rest] = what.split(" ");
    const of = rest.map((word) => ` ${word}`).join("");
    const key = [at, of, from, to].join("\n");
    const group = groups.get(key) ?? { names: [], text: (names) => `at ${time(at)}: ${names}${of} ${from} -> ${to}` };
    groups.set(key, group);
    group.names.push(name!);
  }
  const texts = [...groups.values()].map(({ names, text }) => text(someOf(names)));
  const lines = texts.slice(0, MOST_CHANGES).flatMap((text) => wrap(text));
  return texts.length > MOST_CHANGES ? [...lines, `  ... and ${counted(texts.length - MOST_CHANGES, "more change")}`] : lines;
};

const someOf = (names: readonly string[]): string =>
  names.length <= MOST_NAMES ? names.join(", ") : `${names.slice(0, MOST_NAMES - 1).join(", ")} and ${names.length - MOST_NAMES + 1} more`;

const measuredLine = ({ measured, simulated }: RunReport): string => {
  const { seconds, packetsPerSecond } = measured;
  const slower = seconds / (Number(simulated.elapsed) / 1e12 || 1);
  return `Measured: ${seconds.toFixed(2)} s for it, ${count(Math.round(packetsPerSecond))} packets/s, ${slower.toFixed(slower < 10 ? 1 : 0)} s for each simulated second`;
};
