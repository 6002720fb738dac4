/** Fills in what an entry of `virtual.traffic` leaves open, and computes with picoseconds from here on. */
import { MIX_BROADCAST, MIX_FIRST_FRAGMENT, MIX_LATER_FRAGMENT, MixProtocol, PS_PER_SECOND } from "../../assembly/abi.ts";
import { parseIp } from "../addresses.ts";
import type { RatePiece, ResolvedPort, ResolvedSizes, ResolvedTraffic, SizeShare } from "../types.ts";
import { completeCapture } from "./complete_capture.ts";
import { END_OF_TIME, NO_LIMIT } from "./quantities.ts";
import type { TrafficShape } from "./traffic_shape.ts";

const SECOND = BigInt(PS_PER_SECOND);
export const ADDRESSES = {
  srcMac: 0x026e_7300_0000n,
  srcMacs: 1,
  dstMacs: 1,
  srcIp: parseIp("198.18.0.1")!,
  srcIps: 1,
  dstIp: parseIp("198.19.0.1")!,
  dstIps: 1,
  srcPort: 1024,
  dstPort: 9,
  dstPorts: 1,
};
const SRC_PORTS = 64_512;
/** Ticks of a ramp, at most: see assembly/dev/traffic/rates.ts. */
const TICK_BITS = 31;

export const completeTraffic = (shapes: readonly TrafficShape[], ports: readonly ResolvedPort[]): ResolvedTraffic[] => {
  const portOf = (name: string): ResolvedPort => ports.find((port) => port.name === name)!;
  return shapes
    .map((shape) => ({ ...completeEntry(shape, portOf(shape.if)), dstStations: stationsOf(shape, shapes) }))
    .sort((a, b) => a.port - b.port);
};

const completeEntry = (shape: TrafficShape, port: ResolvedPort): Omit<ResolvedTraffic, "dstStations"> => {
  const { arrivals, schedule, bursts, flows = 1, choice = "turn", start } = shape;
  const batch = completeBatch(shape);
  const rates = schedule && ratesOf(schedule, start);
  const capture = shape.capture && completeCapture(shape.capture, start);
  return {
    port: port.index,
    arrivals,
    interval: intervalOf(shape, BigInt(batch.frames)),
    batch,
    ...(bursts && { bursts }),
    ...(rates && { rates }),
    ...(capture && { capture: capture.resolved }),
    bytes: sizesOf(shape.bytes),
    flows,
    choice: typeof choice === "string" ? choice : "zipf",
    zipf: typeof choice === "string" ? 0 : choice.zipf,
    mix: mixOf(shape),
    start,
    stop: lesser(shape.stop ?? END_OF_TIME, rates ? endOf(rates) : END_OF_TIME),
    count: lesser(shape.count === undefined ? NO_LIMIT : BigInt(shape.count), capture?.limit ?? NO_LIMIT),
    ...addressesOf(shape, port),
  };
};

const lesser = (a: bigint, b: bigint): bigint => {
  if (b < a) return b;
  return a;
};

const addressesOf = (shape: TrafficShape, port: ResolvedPort) => {
  const said = Object.fromEntries(
    Object.keys(ADDRESSES).map((key) => [key, shape[key as keyof TrafficShape] ?? ADDRESSES[key as keyof typeof ADDRESSES]]),
  );
  const srcPorts = shape.srcPorts ?? (shape.srcPort === undefined ? SRC_PORTS : 1);
  return { ...(said as typeof ADDRESSES), dstMac: shape.dstMac ?? port.mac, srcPorts };
};

export const completeBatch = ({ batch = 1 }: TrafficShape): ResolvedTraffic["batch"] =>
  typeof batch === "number" ? { frames: batch, law: "constant" } : batch;

/** Between two instants; with a schedule, of a rate of one a second. */
export const intervalOf = ({ rate, arrivals }: TrafficShape, frames: bigint): bigint => {
  if (arrivals === "capture") return SECOND;
  return rate === undefined ? SECOND * frames : (SECOND * frames + rate / 2n) / rate;
};

const sizesOf = (bytes: TrafficShape["bytes"] = 60): ResolvedSizes => {
  if (typeof bytes === "number") return { kind: "fixed", bytes };
  if (Array.isArray(bytes)) return { kind: "weights", shares: (bytes as SizeShare[]).filter(({ weight }) => weight > 0) };
  if ("from" in bytes) return { kind: "uniform", ...bytes };
  return { kind: bytes.choice, lengths: bytes.lengths };
};

/** Pieces without gaps from `start` to the end of time. What a ramp's length has beyond whole ticks is the next piece's. */
const ratesOf = (schedule: NonNullable<TrafficShape["schedule"]>, start: bigint): RatePiece[] => {
  const pieces: RatePiece[] = [];
  let [now, before] = [0n, 0];
  const add = (end: bigint, to: number): void => {
    if (end > now) pieces.push({ start: start + now, length: end - now, from: before, to });
    now = end;
  };
  for (const { at, rate, ramp } of schedule) {
    add(at, before);
    const shift = BigInt(Math.max(0, ramp.toString(2).length - TICK_BITS));
    add(now + ((ramp >> shift) << shift), Number(rate));
    before = Number(rate);
  }
  add(END_OF_TIME - start, before);
  return pieces;
};

/** When traffic ends because the last rate is 0. A frame may come at the very end of the piece before. */
const endOf = (rates: readonly RatePiece[]): bigint => {
  const last = rates.at(-1);
  return last && last.to === 0 && last.from === 0 ? last.start + 1n : END_OF_TIME;
};

/** Every frame is of one kind, whose weight is the product of its shares. */
const mixOf = ({ protocols, fragments = 0, broadcast = 0 }: TrafficShape): ResolvedTraffic["mix"] => {
  const { udp, tcp, icmp } = protocols ?? { udp: 1, tcp: 0, icmp: 0 };
  const kinds = [
    { what: MixProtocol.Udp, weight: udp },
    { what: MixProtocol.Tcp, weight: tcp },
    { what: MixProtocol.Icmp, weight: icmp },
  ];
  const parts = [
    { what: 0, weight: 1 - fragments },
    { what: MIX_FIRST_FRAGMENT, weight: fragments / 2 },
    { what: MIX_LATER_FRAGMENT, weight: fragments / 2 },
  ];
  const ways = [
    { what: 0, weight: 1 - broadcast },
    { what: MIX_BROADCAST, weight: broadcast },
  ];
  const all = kinds.flatMap((kind) =>
    parts.flatMap((part) => ways.map((way) => ({ what: kind.what | part.what | way.what, weight: kind.weight * part.weight * way.weight }))),
  );
  const mix = all.filter(({ weight }) => weight > 0);
  return mix.length === 1 && mix[0]!.what === MixProtocol.Udp ? [] : mix;
};

/** The stations that traffic of other interfaces comes from, each range once. */
const stationsOf = ({ if: own, dstStations }: TrafficShape, all: readonly TrafficShape[]): ResolvedTraffic["dstStations"] => {
  if (dstStations === undefined) return [];
  const isMeant = (name: string): boolean => (dstStations === "others" ? name !== own : dstStations.includes(name));
  const ranges = all
    .filter(({ if: name, arrivals }) => arrivals !== "capture" && isMeant(name))
    .map(({ srcMac = ADDRESSES.srcMac, srcMacs = 1 }) => ({ mac: srcMac, count: srcMacs }));
  return ranges.filter(({ mac, count }, i) => ranges.findIndex((other) => other.mac === mac && other.count === count) === i);
};
