/** Fills in what entries of `virtual.closed` and `virtual.tcp` leave open. */
import { NO_PORT } from "../../assembly/abi.ts";
import type { DrawnTime, Mac, ResolvedClosed, ResolvedEnds, ResolvedPort, ResolvedTcp } from "../types.ts";
import type { ClosedShape, TcpShape } from "./closed_shape.ts";
import { END_OF_TIME, NO_LIMIT } from "./quantities.ts";

/** Locally administered; the number of the interface is added. */
const NEAR_MACS = 0x026e_6300_0000n;
const FAR_MACS = 0x026e_7200_0000n;
/** More packets than time has room for. */

/** What is known of the interfaces. */
export interface Places {
  ports: readonly ResolvedPort[];
  /** Names of those that are in a bridge. */
  bridged: ReadonlySet<string>;
}

type Entry = Pick<ClosedShape, "if" | "srcMac" | "dstMac" | "srcIp" | "dstIp" | "start">;

const completeEnds = (
  entry: Entry,
  far: { if: string; mac: Mac | undefined; dstMac: Mac | undefined } | undefined,
  { ports, bridged }: Places,
): ResolvedEnds => {
  const portOf = (name: string): ResolvedPort => ports.find((one) => one.name === name)!;
  const { if: name, srcIp, dstIp, start } = entry;
  const port = portOf(name);
  const back = far && portOf(far.if);
  const srcMac = entry.srcMac ?? NEAR_MACS + BigInt(port.index);
  const backSrcMac = far?.mac ?? FAR_MACS + BigInt(back?.index ?? 0);
  return {
    port: port.index,
    srcMac,
    dstMac: entry.dstMac ?? (far && bridged.has(name) ? backSrcMac : port.mac),
    srcIp,
    dstIp,
    back: back?.index ?? NO_PORT,
    backSrcMac,
    backDstMac: far?.dstMac ?? (!back || bridged.has(back.name) ? srcMac : back.mac),
    start,
  };
};

const drawn = (given: ClosedShape["think"]): DrawnTime =>
  typeof given === "bigint" ? { mean: given, exponential: false } : { mean: given.mean, exponential: given.law === "exponential" };

export const completeClosed = (entry: ClosedShape, places: Places): ResolvedClosed => ({
  ...completeEnds(entry, entry.answer, places),
  outstanding: entry.outstanding,
  think: drawn(entry.think),
  timeout: entry.timeout,
  bytes: entry.bytes,
  flows: entry.flows,
  stop: entry.stop ?? END_OF_TIME,
  count: entry.count === undefined ? NO_LIMIT : BigInt(entry.count),
  service: drawn(entry.answer?.service ?? 0n),
  answerBytes: entry.answer?.bytes ?? 60,
});

export const completeTcp = (entry: TcpShape, places: Places): ResolvedTcp => {
  const { receiver, connections, stagger, bytes = 0, mss, initialWindow = 0, ssthresh = 0, rto, rtoMin, rtoMax } = entry;
  const { window, every, ackDelay, loss } = receiver;
  const ends = completeEnds(entry, receiver, places);
  return { ...ends, connections, stagger, bytes, mss, initialWindow, ssthresh, rto, rtoMin, rtoMax, window, every, ackDelay, loss };
};
