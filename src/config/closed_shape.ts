/** What `virtual.closed` and `virtual.tcp` look like, entry by entry. */
import { parseIp } from "../addresses.ts";
import { hostIp, integer, oneOf, portReference, stationMac } from "./leaves.ts";
import { TIME_UNITS } from "./quantities.ts";
import { duration, moment, number } from "./quantity_leaves.ts";
import { either, group, list, type Output, optional } from "./schema.ts";

/** Bits of their numbers in those of frames (assembly/kern/closed_cause.ts). */
export const MOST_REQUESTS = 65_536;
export const MOST_CONNECTIONS = 4096;
const MOST_SOURCES = 1024;
const { ms, s } = TIME_UNITS;

const drawnTime = () => optional(either(moment, group({ mean: moment, law: oneOf(["constant", "exponential"]) })), 0n);
const count = optional(integer(1, Number.MAX_SAFE_INTEGER));
const frameBytes = optional(integer(60, 65_549), 60);

const ends = () => ({
  if: portReference,
  srcMac: optional(stationMac),
  dstMac: optional(stationMac),
  srcIp: optional(hostIp, parseIp("198.18.0.1")!),
  dstIp: optional(hostIp, parseIp("198.19.0.1")!),
  start: optional(moment, 0n),
});
const farEnd = () => ({ if: portReference, mac: optional(stationMac), dstMac: optional(stationMac) });

const closedShape = () =>
  group({
    ...ends(),
    outstanding: integer(1, MOST_REQUESTS),
    think: drawnTime(),
    timeout: optional(duration, s!),
    bytes: frameBytes,
    flows: optional(integer(1, 64_512), 1),
    stop: optional(moment),
    count,
    answer: optional(group({ ...farEnd(), service: drawnTime(), bytes: frameBytes })),
  });

const tcpShape = () =>
  group({
    ...ends(),
    connections: optional(integer(1, MOST_CONNECTIONS), 1),
    stagger: optional(moment, 0n),
    bytes: count,
    mss: optional(integer(64, 65_495), 1460),
    initialWindow: optional(integer(1, 65_536)),
    ssthresh: optional(integer(1, 2 ** 30)),
    rto: optional(duration, s!),
    rtoMin: optional(duration, s!),
    rtoMax: optional(duration, 60n * s!),
    receiver: group({
      ...farEnd(),
      window: optional(integer(64, 2 ** 30), 65_535),
      every: optional(integer(1, 64), 1),
      ackDelay: optional(duration, 100n * ms!),
      loss: optional(number(0, 1 - 2 ** -32, "a number from 0 up to but not including 1"), 0),
    }),
  });

export const closedList = () => optional(list(closedShape(), MOST_SOURCES), []);
export const tcpList = () => optional(list(tcpShape(), MOST_SOURCES), []);

export type ClosedShape = Output<ReturnType<typeof closedShape>>;
export type TcpShape = Output<ReturnType<typeof tcpShape>>;
