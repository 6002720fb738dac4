/** Checks of what the entries of `virtual.traffic` say. */
import { formatIp, formatMac, isHostIp, isStationMac } from "../addresses.ts";
import { lastOf, periodOf, scaled } from "./complete_capture.ts";
import { ADDRESSES, completeBatch, intervalOf } from "./complete_traffic.ts";
import { type Context, portNamed } from "./context.ts";
import type { Checks } from "./in_order.ts";
import { type Path, refuse } from "./path.ts";
import { END_OF_TIME, timeText } from "./quantities.ts";
import { RATE_TEXT } from "./quantity_leaves.ts";
import type { InterfaceShape } from "./shape.ts";
import type { TrafficShape } from "./traffic_shape.ts";

/** Bytes of a frame beside its IP packet. */
const ETHER_HEADER = 14;
const MAC_END = 1n << 48n;
const MOST_PORT = 65_535;
/** Bursts that may pass without a frame, in the mean. */
const MOST_EMPTY = 1000n;

/** `traffic`: all entries. */
export const trafficChecks = (context: Context, traffic: readonly TrafficShape[]): Checks<TrafficShape> => ({
  if: ({ if: name }, path) => void portNamed(context, name, ["interface"], path),
  arrivals: checkParts,
  capture: checkCapture,
  schedule: ({ schedule, start }, path) => checkSchedule(schedule!, start, path),
  bursts: checkBursts,
  bytes: ({ bytes, if: name }, path) => checkBytes(bytes!, context.ports.get(name)?.shape as InterfaceShape | undefined, name, path),
  protocols: ({ protocols }, path) => {
    const { udp, tcp, icmp } = protocols!;
    if (udp + tcp + icmp === 0) refuse(path, "a weight above 0 for udp, tcp or icmp", protocols);
  },
  stop: ({ start, stop = END_OF_TIME }, path) => {
    if (stop <= start) refuse(path, "a time after `start`", timeText(stop));
  },
  srcMacs: ({ srcMac = ADDRESSES.srcMac, srcMacs }, path) => checkMacs(srcMac, srcMacs!, true, path),
  dstMacs: ({ dstMac, dstMacs, if: name }, path) => checkMacs(dstMac ?? macOf(context, name), dstMacs!, false, path),
  dstStations: (entry, path) => checkStations(entry, context, traffic, path),
  srcIps: ({ srcIp = ADDRESSES.srcIp, srcIps }, path) => checkIps(srcIp, srcIps!, path),
  dstIps: ({ dstIp = ADDRESSES.dstIp, dstIps }, path) => checkIps(dstIp, dstIps!, path),
  srcPorts: ({ srcPort = ADDRESSES.srcPort, srcPorts }, path) => checkPorts(srcPort, srcPorts!, path),
  dstPorts: ({ dstPort = ADDRESSES.dstPort, dstPorts }, path) => checkPorts(dstPort, dstPorts!, path),
});

/** What goes with a capture. */
const OF_CAPTURES: readonly (keyof TrafficShape)[] = ["if", "arrivals", "capture", "start", "stop", "count"];

/** Whether what must be said is, and what goes together. `path` is that of `arrivals`. */
const checkParts = (entry: TrafficShape, path: Path): void => {
  const at = (key: keyof TrafficShape): Path => [...path.slice(0, -1), key];
  if (entry.arrivals === "capture") {
    if (!entry.capture) refuse(at("capture"), "the frames, as `arrivals` is capture", undefined);
    const odd = (Object.keys(entry) as (keyof TrafficShape)[]).find((key) => !OF_CAPTURES.includes(key));
    if (odd) refuse(at(odd), "nothing, as the frames of a capture come as they are", entry[odd]);
    return;
  }
  if (entry.capture) refuse(at("capture"), `nothing, as \`arrivals\` is ${entry.arrivals}`, "a capture");
  if (entry.schedule && entry.rate !== undefined) refuse(at("schedule"), "nothing, as there is a `rate`", "a schedule");
  if (entry.schedule && entry.bursts) refuse(at("bursts"), "nothing, as there is a `schedule`", "bursts");
  if (!entry.schedule && entry.rate === undefined) refuse(at("rate"), `${RATE_TEXT}, or a \`schedule\``, undefined);
};

const checkCapture = ({ capture, start }: TrafficShape, path: Path): void => {
  const { frames, period, loops, from } = capture!;
  const last = lastOf(frames);
  if (period !== undefined && period < last)
    refuse([...path, "period"], `at least ${timeText(last)}, from the first frame to the last`, timeText(period));
  if (from > last) refuse([...path, "from"], `a time up to ${timeText(last)}, that of the last frame`, timeText(from));
  const length = periodOf(capture!);
  if (loops !== 1 && (length === undefined || scaled(length, capture!).whole === 0n))
    refuse([...path, "period"], "a time, as the frames have no distances that would say one", period);
  if (start + scaled((length ?? 0n) > last ? length! : last, capture!).whole >= END_OF_TIME)
    refuse(
      [...path, "speed"],
      "a factor with which the capture ends before 2^54 ps",
      capture!.speed && `${capture!.speed.over}/${capture!.speed.under}`,
    );
};

const checkSchedule = (schedule: NonNullable<TrafficShape["schedule"]>, start: bigint, path: Path): void => {
  if (schedule.length === 0) refuse(path, "at least one entry", schedule);
  let end = 0n;
  for (const [i, { at, ramp }] of schedule.entries()) {
    if (at < end) refuse([...path, i, "at"], `a time from ${timeText(end)} on, when the change before is over`, timeText(at));
    end = at + ramp;
    if (start + end >= END_OF_TIME)
      refuse([...path, i, ramp > 0n ? "ramp" : "at"], "a time at which virtual time has not ended (2^54 ps)", timeText(end));
  }
};

const checkBursts = (entry: TrafficShape, path: Path): void => {
  const interval = intervalOf(entry, BigInt(completeBatch(entry).frames));
  const { on } = entry.bursts!;
  if (on * MOST_EMPTY < interval)
    refuse([...path, "on"], `at least ${timeText((interval + MOST_EMPTY - 1n) / MOST_EMPTY)}, a thousandth of the distance of frames`, timeText(on));
};

const checkBytes = (bytes: NonNullable<TrafficShape["bytes"]>, port: InterfaceShape | undefined, name: string, path: Path): void => {
  const most = (port?.receiveMtu ?? port?.mtu ?? 0) + ETHER_HEADER;
  const check = (length: number, at: Path): void => {
    if (port && length > most) refuse(at, `an integer from 60 to ${most}, the longest frame that ${name} accepts`, length);
  };
  if (typeof bytes === "number") check(bytes, path);
  else if (Array.isArray(bytes)) {
    for (const [i, one] of bytes.entries()) check(one.bytes, [...path, i, "bytes"]);
    if (!bytes.some(({ weight }) => weight > 0)) refuse(path, "a length with a weight above 0", bytes);
  } else if ("from" in bytes) {
    if (bytes.to < bytes.from) refuse([...path, "to"], `an integer from ${bytes.from} on, as \`from\` is that`, bytes.to);
    check(bytes.to, [...path, "to"]);
  } else {
    if (bytes.lengths.length === 0) refuse([...path, "lengths"], "at least one length", bytes.lengths);
    for (const [i, length] of bytes.lengths.entries()) check(length, [...path, "lengths", i]);
  }
};

const checkStations = (entry: TrafficShape, context: Context, traffic: readonly TrafficShape[], path: Path): void => {
  const { dstStations, if: own } = entry;
  const odd = (["dstMac", "dstMacs"] as const).find((key) => entry[key] !== undefined);
  if (odd) refuse(path, `nothing, as there is a \`${odd}\``, dstStations);
  const has = (name: string): boolean => traffic.some((one) => one.if === name && one.arrivals !== "capture");
  if (dstStations === "others") {
    if (!traffic.some(({ if: name }) => name !== own && has(name))) refuse(path, "another interface that has traffic with stations", dstStations);
    return;
  }
  if (dstStations!.length === 0) refuse(path, "at least one interface", dstStations);
  for (const [i, name] of dstStations!.entries()) {
    portNamed(context, name, ["interface"], [...path, i]);
    if (!has(name)) refuse([...path, i], "an interface that has traffic with stations", name);
  }
};

const macOf = (context: Context, name: string): bigint => (context.ports.get(name)?.shape as InterfaceShape | undefined)?.mac ?? 0n;

/** The last address of a range must be one, too. */
const checkMacs = (first: bigint, n: number, stations: boolean, path: Path): void => {
  const last = first + BigInt(n) - 1n;
  if (last >= MAC_END || (stations && !isStationMac(last)))
    refuse(path, `so many that the last address is a ${stations ? "station's" : "MAC address"}, from ${formatMac(first)} on`, n);
};

const checkIps = (first: number, n: number, path: Path): void => {
  const last = first + n - 1;
  if (last > 0xffff_ffff || !isHostIp(last)) refuse(path, `so many that the last address is a host's, from ${formatIp(first)} on`, n);
};

const checkPorts = (first: number, n: number, path: Path): void => {
  if (first + n - 1 > MOST_PORT) refuse(path, `an integer from 1 to ${MOST_PORT + 1 - first}, as the first port is ${first}`, n);
};
