/** A replay as a page of text, no line longer than WIDTH but for very long names. */
import type { Conservation, Counters, MemoryPlan } from "../types.ts";
import { inputLines } from "./input.ts";
import { grid, left, printable, right, shorten, table, WIDTH, wrap } from "./layout.ts";
import { count, counted, size } from "./numbers.ts";
import { dropLines, pathLines, trafficLines } from "./ports.ts";
import type { OutputReport, ReplayReport } from "./replay_report.ts";
import { threadLines } from "./threads.ts";

/** Flows that the cache of one CPU can hold (IPFLOW_MAX, ip_flow.c). */
const FLOWS_PER_CPU = 256;
const LOCK_KNOB = "net.netisr.mpsafe_thread";
const LOCK_MODES = ["BGL", "adaptive BGL", "no BGL"];

export const replayText = (report: ReplayReport): string => {
  const { counters, memory } = report;
  const drops = dropLines(counters);
  const sections: [title: string, lines: string[]][] = [
    [heading(report), []],
    ["Replayed", inputLines(report)],
    ["Interfaces", trafficLines(counters.ports)],
    [drops.length > 0 ? "Dropped" : "Dropped: nothing", drops],
    ["How packets ended", pathLines(counters)],
    ["Threads and the lock", threadLines(counters.threads)],
    ["Tables", tableLines(counters)],
    ...kernelSection(counters),
    ["Memory", memoryLines(memory)],
    ["Conservation", conservationLines(counters.conservation)],
  ];
  if (report.output) sections.push([written(report.output), []]);
  return sections.map(([title, lines]) => `${[title, ...lines].join("\n")}\n`).join("\n");
};

const heading = ({ version, options, system, interrupted, output, counters }: ReplayReport): string => {
  const mode = system.sysctl[LOCK_KNOB]!;
  const ports = counters.ports.filter(({ kind }) => kind === "interface").length;
  const what = options.config === null ? `a made-up bridge of ${ports} ports` : shorten(printable(options.config), WIDTH - 40);
  const lines = [
    `netisr ${version} replay ${options.config === null ? "through" : "of"} ${what}`,
    `  ${counted(system.cpus, "CPU")}, ${LOCK_KNOB}=${mode} (${LOCK_MODES[mode] ?? LOCK_MODES[0]}), seed ${system.seed}`,
  ];
  if (interrupted) lines.push("  INTERRUPTED: what follows is what was done until then");
  if (output?.readerGone) lines.push("  STOPPED: nobody reads the output any more; what follows is what was done until then");
  if (output?.stalled) lines.push("  STALLED: what reads the output did not take all of it; its end is missing there");
  return lines.join("\n");
};

const tableLines = ({ bridges, flows }: Counters): string[] => {
  const rows = bridges.map(({ name, addresses, maxaddr }) => [`addresses of ${name}`, count(addresses), count(maxaddr)]);
  for (const [cpu, used] of flows.entries()) if (used > 0) rows.push([`flow cache of CPU ${cpu}`, count(used), count(FLOWS_PER_CPU)]);
  if (flows.every((used) => used === 0)) rows.push(["flow cache of each CPU", "0", count(FLOWS_PER_CPU)]);
  return table([left("table"), right("in use"), right("of")], rows);
};

/** Counters that stand elsewhere in the report. */
const SHOWN_ELSEWHERE = new Set(["generated", "cloned"]);
const PREFIXES: Record<string, string> = {
  ips: "IP",
  ipf: "flow cache",
  tcps: "TCP",
  udps: "UDP",
  icps: "ICMP",
  arps: "ARP",
  brc: "bridge",
  ipiq: "IPI queues",
};

const kernelSection = ({ stats }: Counters): [string, string[]][] => {
  const entries = Object.entries(stats).filter(([name, n]) => n > 0 && !SHOWN_ELSEWHERE.has(name));
  if (entries.length === 0) return [];
  const widest = Math.max(...entries.map(([name, n]) => name.length + count(n).length));
  const cells = entries.map(([name, n]) => `${name}${count(n).padStart(widest + 2 - name.length)}`);
  const present = [...new Set(entries.map(([name]) => name.split("_")[0]!))].filter((prefix) => PREFIXES[prefix]);
  const legend = present.map((prefix) => `${prefix}_ ${PREFIXES[prefix]}`).join(", ");
  return [["Kernel counters that are not zero", [...grid(cells), ...wrap(`BSD names: ${legend}.`)]]];
};

const memoryLines = ({ total, regions }: MemoryPlan): string[] => {
  const largest = [...regions].sort((a, b) => b.bytes - a.bytes).slice(0, 3);
  const list = largest.map(({ name, bytes }) => `${name} ${size(bytes)}`).join(", ");
  return wrap(`${size(total)} (${count(total)} bytes), taken before the first frame. Largest regions: ${list}.`);
};

/** The equation with its numbers. */
export const conservationLine = (c: Conservation): string => {
  const came = `received ${count(c.received)} + generated ${count(c.generated)} + cloned ${count(c.cloned)}`;
  const sent = `delivered ${count(c.delivered)} + forwarded ${count(c.forwarded)} + bridged ${count(c.bridged)}`;
  return `${came} = ${sent} + dropped ${count(c.dropped)} + queued ${count(c.queued)}   ${c.holds ? "holds" : "DOES NOT HOLD"}`;
};

const conservationLines = (conservation: Conservation): string[] => [
  ...conservationLine(conservation)
    .split(/ (?==)/)
    .map((side) => `  ${side}`),
  ...wrap("Packets. generated: made here.  cloned: copies for floods and fragments.  forwarded: fast-forwarded, forwarded or sent by host."),
  ...wrap("queued: still inside, in a ring or queue or held until ARP has an answer."),
];

const written = ({ file, frames, bytes, dropped, unwritten }: OutputReport): string => {
  const beside = dropped > 0 ? ` and ${counted(dropped, "dropped frame")}` : "";
  const what = `Wrote ${counted(frames, "frame")} (${counted(bytes, "byte")})${beside} to `;
  const line = what + (file === "-" ? "standard output" : shorten(printable(file), WIDTH - what.length));
  if (unwritten === 0) return line;
  return `${line}\n  ${counted(unwritten, "dropped packet was", "dropped packets were")} not: made by this host, or received too long before.`;
};
