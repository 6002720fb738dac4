/** What an entry of `virtual.traffic` looks like. What it leaves open is filled in by complete_traffic.ts, so that a check can see what was said. */
import { parseMac } from "../addresses.ts";
import type { Mac } from "../types.ts";
import { capture } from "./capture_leaf.ts";
import { hostIp, integer, oneOf, parsed, portReference, stationMac } from "./leaves.ts";
import { refuse } from "./path.ts";
import { duration, moment, number, packetRate, packetRateOrNone } from "./quantity_leaves.ts";
import { read } from "./read.ts";
import { either, group, leaf, list, type Output, optional } from "./schema.ts";

const MOST_FLOWS = 1_048_576;
const MOST_CHANGES = 1_024;
const MOST_BATCH = 4_096;
export const MOST_LENGTHS = 1_048_576;
const MOST_WEIGHT = 1_000_000_000;
/** Ethernet's shortest frame, and the longest that any interface may accept. */
export const SHORTEST = 60;
const LONGEST = 65_549;

const MAC_TEXT = 'a MAC address as in "02:00:00:00:00:01"';
const anyMac = parsed(MAC_TEXT, (text): Mac | string => parseMac(text) ?? MAC_TEXT);
const addresses = optional(integer(1, MOST_FLOWS));
const port = optional(integer(1, 65_535));
const share = optional(number(0, 1, "a share from 0 to 1"));
const weight = number(0, MOST_WEIGHT, `a weight from 0 to ${MOST_WEIGHT}`);
const law = (...words: readonly ["constant", "exponential"]) => optional(oneOf(words), "exponential");

const bytes = integer(SHORTEST, LONGEST);
const IMIX = [
  { bytes: 60, weight: 7 },
  { bytes: 590, weight: 4 },
  { bytes: 1514, weight: 1 },
];
const shares = list(group({ bytes, weight }), 256);
const range = group({ from: bytes, to: bytes });
const lengths = group({ lengths: list(bytes, MOST_LENGTHS), choice: optional(oneOf(["turn", "lot"]), "turn") });
const SIZES_TEXT = `an integer from ${SHORTEST} to ${LONGEST}, "imix", an array of { bytes, weight }, or an object with \`from\` and \`to\`, or \`lengths\``;

/** What lengths can be beside a number and a word. */
export const SIZE_FORMS = { shares, range, lengths };

/** A number, a word, a list, or one of two objects. */
export const sizes = leaf((value, path) => {
  if (value === "imix") return IMIX;
  if (Array.isArray(value)) return read(shares, value, path);
  if (typeof value === "object" && value !== null) return "lengths" in value ? read(lengths, value, path) : read(range, value, path);
  return typeof value === "number" ? bytes.read(value, path) : refuse(path, SIZES_TEXT, value);
});

export const trafficShape = () =>
  group({
    if: portReference,
    arrivals: oneOf(["constant", "poisson", "capture"]),
    capture: optional(capture),
    rate: optional(packetRate),
    schedule: optional(list(group({ at: moment, rate: packetRateOrNone, ramp: optional(moment, 0n) }), MOST_CHANGES)),
    bursts: optional(group({ on: duration, off: moment, onLaw: law("constant", "exponential"), offLaw: law("constant", "exponential") })),
    batch: optional(
      either(integer(1, MOST_BATCH), group({ frames: integer(1, MOST_BATCH), law: optional(oneOf(["constant", "geometric"]), "constant") })),
    ),
    bytes: optional(sizes),
    flows: optional(integer(1, MOST_FLOWS)),
    choice: optional(either(oneOf(["turn", "lot"]), group({ zipf: number(0, 10, "a number from 0 to 10") }))),
    protocols: optional(group({ udp: optional(weight, 0), tcp: optional(weight, 0), icmp: optional(weight, 0) })),
    fragments: share,
    broadcast: share,
    start: optional(moment, 0n),
    stop: optional(moment),
    count: optional(integer(1, Number.MAX_SAFE_INTEGER)),
    srcMac: optional(stationMac),
    srcMacs: addresses,
    dstMac: optional(anyMac),
    dstMacs: addresses,
    dstStations: optional(either(oneOf(["others"]), list(portReference, 255))),
    srcIp: optional(hostIp),
    srcIps: addresses,
    dstIp: optional(hostIp),
    dstIps: addresses,
    srcPort: port,
    srcPorts: port,
    dstPort: port,
    dstPorts: port,
  });

export type TrafficShape = Output<ReturnType<typeof trafficShape>>;
