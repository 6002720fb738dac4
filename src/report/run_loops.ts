/** What closed loops have to say in the report of a run. */
import type { ClosedResult, Results, TcpResult } from "../types.ts";
import { count, counted } from "./numbers.ts";
import { percent, rate, time } from "./quantities.ts";
import { quantilesOf } from "./run_figures.ts";
import type { Quantiles, RunReport } from "./run_report.ts";

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
  ...closed.map(closedLine),
  ...(tcp.length ? tcpLines(tcp) : []),
];

const closedLine = ({ interface: name, outstanding, throughput, response, resent }: RunClosed): string => {
  const head = `  requests ${name}: ${count(outstanding)} at a time, ${rate(throughput)}`;
  if (response.count === 0n) return `${head}; none is complete, ${count(resent)} sent again`;
  const { p50, p99, mean } = response;
  return `${head}; response p50 ${time(p50)}  p99 ${time(p99)}  mean ${time(mean)}; ${count(resent)} sent again`;
};

const tcpLines = (all: readonly TcpResult[]): string[] => {
  const segments = total(all, (one) => one.segments);
  const again = total(all, (one) => one.retransmits);
  const timeouts = total(all, (one) => one.timeouts);
  const goodput = total(all, (one) => one.goodput);
  const sent = `${count(segments)} segments, ${count(again)} again (${percent(again / Math.max(1, segments))}), ${counted(timeouts, "timeout")}`;
  return [`  TCP ${counted(all.length, "connection")}: ${(goodput / 1e6).toFixed(1)} Mbit/s of data; ${sent}`];
};
