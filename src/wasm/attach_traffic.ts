import { ArrivalKind, FlowChoice, Region, SizeKind } from "../../assembly/abi.ts";
import type { ResolvedTraffic } from "../types.ts";
import type { VirtualExports } from "./exports.ts";
import { layTables, type Places } from "./traffic_tables.ts";

const CHOICES = { turn: FlowChoice.Turn, lot: FlowChoice.Lot, zipf: FlowChoice.Weights };
const LAWS = { constant: ArrivalKind.Constant, poisson: ArrivalKind.Poisson, capture: ArrivalKind.Capture };
/** As the engine's usual frame has them: assembly/dev/traffic/frame.ts. */
const USUAL = { srcPort: 1024, srcPorts: 64_512, dstPort: 9, dstPorts: 1 };

/** Puts the tables of all generators into memory, and attaches them. */
export const attachTraffic = (exports: VirtualExports, traffic: readonly ResolvedTraffic[]): void => {
  const { places, tables } = layTables(traffic);
  const memory = new Uint8Array(exports.memory.buffer, exports.regionBase(Region.Traffic) >>> 0, exports.regionBytes(Region.Traffic) >>> 0);
  for (const { offset, make } of tables) memory.set(make(), offset);
  for (const [first, { port }] of traffic.entries())
    if (traffic[first - 1]?.port !== port) exports.attachGenerators(port, first, traffic.filter((one) => one.port === port).length);
  for (const [number, one] of traffic.entries()) attachOne(exports, number, one, places[number]!);
};

const attachOne = (exports: VirtualExports, number: number, one: ResolvedTraffic, places: Places): void => {
  const { srcMac, srcMacs, dstMac, dstMacs, srcIp, srcIps, dstIp, dstIps, capture, choice, interval, flows, start, stop, count } = one;
  exports.attachGeneratorAddresses(number, srcMac, srcMacs, dstMac, dstMacs, srcIp, srcIps, dstIp, dstIps);
  if (capture) {
    const { frames, begin, speed, loop, loopRest, period, periodRest } = capture;
    exports.attachCapture(number, places.capture!, frames.length, begin, speed, loop, loopRest, period, periodRest);
  } else attachContent(exports, number, one, places);
  if (places.flows !== undefined) exports.attachFlowWeights(number, places.flows);
  const kind = attachArrivals(exports, number, one, places);
  const length = one.bytes.kind === "fixed" ? one.bytes.bytes : 60;
  exports.attachGenerator(number, kind, interval, length, flows, CHOICES[choice], start, stop, count);
};

/** What is not constant or Poisson alone; answers the kind. */
const attachArrivals = (
  exports: VirtualExports,
  number: number,
  { arrivals, bursts, rates, batch }: ResolvedTraffic,
  places: Places,
): ArrivalKind => {
  const poisson = arrivals === "poisson" ? 1 : 0;
  const isExponential = (law: "constant" | "exponential"): number => (law === "exponential" ? 1 : 0);
  if (bursts) exports.attachBursts(number, poisson, bursts.on, isExponential(bursts.onLaw), bursts.off, isExponential(bursts.offLaw));
  if (rates) exports.attachRates(number, poisson, places.rates!, rates.length);
  const instants = bursts ? ArrivalKind.Bursts : rates ? ArrivalKind.Rates : LAWS[arrivals];
  if (batch.frames === 1) return instants;
  const frames = BigInt(batch.frames);
  const isGeometric = batch.law === "geometric";
  exports.attachBatches(number, instants, isGeometric ? 0 : batch.frames, isGeometric ? ((frames - 1n) << 64n) / frames : 0n);
  return ArrivalKind.Batches;
};

/** What usual frames do not have. */
const attachContent = (exports: VirtualExports, number: number, one: ResolvedTraffic, places: Places): void => {
  const { bytes, mix, dstStations, srcPort, srcPorts, dstPort, dstPorts } = one;
  const ports = { srcPort, srcPorts, dstPort, dstPorts };
  const isUsual = (Object.keys(USUAL) as (keyof typeof USUAL)[]).every((key) => ports[key] === USUAL[key]);
  if (isUsual && bytes.kind === "fixed" && mix.length === 0 && dstStations.length === 0) return;
  exports.attachPorts(number, srcPort, srcPorts, dstPort, dstPorts);
  if (bytes.kind === "uniform") exports.attachSizes(number, SizeKind.Uniform, bytes.from, bytes.to - bytes.from + 1);
  if (bytes.kind === "weights") exports.attachSizes(number, SizeKind.Weights, places.sizes!, bytes.shares.length);
  if (bytes.kind === "turn") exports.attachSizes(number, SizeKind.Turn, places.sizes!, bytes.lengths.length);
  if (bytes.kind === "lot") exports.attachSizes(number, SizeKind.Lot, places.sizes!, bytes.lengths.length);
  if (mix.length > 0) exports.attachMix(number, places.mix!, mix.length);
  if (dstStations.length > 0) exports.attachStations(number, places.stations!, dstStations.length);
};
