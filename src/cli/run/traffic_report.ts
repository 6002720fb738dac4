/** What the generators of a system make, in the words and numbers of the report. */
import { PS_PER_SECOND } from "../../../assembly/abi.ts";
import type { RunReport } from "../../report/index.ts";
import type { RatePiece, ResolvedTraffic } from "../../types.ts";

/** `end` of the run, in picoseconds. */
export const trafficOf = (traffic: readonly ResolvedTraffic[], end: bigint): RunReport["system"]["traffic"] => ({
  rate: traffic.reduce((sum, one) => sum + meanRate(one, end), 0),
  flows: traffic.reduce((sum, { flows, capture }) => sum + (capture ? 0 : flows), 0),
  bytes: [...new Set(traffic.map(lengthsOf))],
  arrivals: [...new Set(traffic.map(arrivalsOf))],
});

/** Packets per second, in the mean: of a schedule over the run, of bursts and captures over a long time. */
const meanRate = ({ interval, batch, bursts, rates, capture }: ResolvedTraffic, end: bigint): number => {
  if (capture) return capture.period > 0n ? (capture.count * PS_PER_SECOND) / Number(capture.period) : 0;
  if (rates) return framesOf(rates, Number(end)) / (Number(end) / PS_PER_SECOND);
  const rate = (batch.frames * PS_PER_SECOND) / Number(interval);
  return bursts ? (rate * Number(bursts.on)) / Number(bursts.on + bursts.off) : rate;
};

const framesOf = (rates: readonly RatePiece[], end: number): number =>
  rates.reduce((sum, { start, length, from, to }) => {
    const lasts = Math.min(Number(length), Math.max(0, end - Number(start)));
    const last = from + ((to - from) * lasts) / Number(length);
    return sum + (lasts * (from + last)) / 2 / PS_PER_SECOND;
  }, 0);

const lengthsOf = ({ bytes, capture }: ResolvedTraffic): number | string => {
  if (capture) return "captured";
  if (bytes.kind === "fixed") return bytes.bytes;
  if (bytes.kind === "uniform") return `${bytes.from} to ${bytes.to}`;
  if (bytes.kind === "weights") return bytes.shares.map((share) => share.bytes).join("/");
  return "listed";
};

const arrivalsOf = ({ arrivals, batch, bursts, rates }: ResolvedTraffic): string => {
  const parts = [rates ? "scheduled" : "", arrivals, bursts ? "in bursts" : "", batch.frames > 1 ? `in batches of ${batch.frames}` : ""];
  return parts.filter((part) => part !== "").join(" ");
};
