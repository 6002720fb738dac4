/** What closed loops have to say in the report of a run. */
import type { ClosedResult, Results, TcpResult } from "../types.ts";
import { left, right, table } from "./layout.ts";
import { count, counted } from "./numbers.ts";
import { percent, rate, time } from "./quantities.ts";
import { quantilesOf } from "./run_figures.ts";
import type { Quantiles, RunReport } from "./run_report.ts";

/** All being in the JSON report: those whose users wait longest. */
const MOST_SOURCES = 4;

/** A source of requests, with the quantiles of its response times. */
export interface RunClosed extends Omit<ClosedResult, "response"> {
  response: Quantiles;
}

export const loopsOf = ({ closed, tcp }: Results): { closed?: RunClosed[]; tcp?: TcpResult[] } => ({
  ...(closed && { closed: closed.map((one) => ({ ...one, response: quantilesOf(one.response) })) }),
  ...(tcp && { tcp }),
});

const total = <T>(items: readonly T[], of: (item: T) => bigint | number): number => items.reduce((sum, item) => sum + Number(of(item)), 0);

export const loopLines = ({ closed = [], tcp = [] }: RunReport["simulated"]): string[] => [
  ...(closed.length ? closedLines(closed) : []),
  ...(tcp.length ? tcpLines(tcp) : []),
];

const row = ({ interface: name, outstanding, completed, throughput, response: { count: n, mean, p50, p99 }, resent }: RunClosed): string[] => [
  name,
  count(outstanding),
  count(completed),
  rate(throughput),
  ...[mean, p50, p99].map((one) => (n === 0n ? "-" : time(one))),
  count(resent),
];

const closedLines = (all: readonly RunClosed[]): string[] => {
  const shown = all.length > MOST_SOURCES ? [...all].sort((a, b) => Number(b.response.mean - a.response.mean)).slice(0, MOST_SOURCES) : all;
  const columns = ["at a time", "completed", "rate", "mean response", "p50", "p99", "sent again"].map(right);
  const more = all.length - shown.length;
  return [
    ...table([left("requests"), ...columns], shown.map(row)),
    ...(more > 0 ? [`  ... and those of ${counted(more, "source")} that were answered sooner`] : []),
  ];
};

const tcpLines = (all: readonly TcpResult[]): string[] => {
  const segments = total(all, (one) => one.segments);
  const again = total(all, (one) => one.retransmits);
  const timeouts = total(all, (one) => one.timeouts);
  const goodput = total(all, (one) => one.goodput);
  const sent = `${count(segments)} segments, ${count(again)} again (${percent(again / Math.max(1, segments))}), ${counted(timeouts, "timeout")}`;
  return [`  TCP ${counted(all.length, "connection")}: ${(goodput / 1e6).toFixed(1)} Mbit/s of data; ${sent}`];
};
