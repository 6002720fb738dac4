/** What `virtual` looks like, entry by entry. Built when a configuration has it, since most have not. */
import * as v from "valibot";
import { parseMac } from "../addresses.ts";
import { COST_PRESETS, COSTS } from "../costs.ts";
import type { Mac } from "../types.ts";
import { hostIp, integer, list, oneOf, parsed, portReference, stationMac } from "./leaves.ts";
import { BIT_UNITS, END_OF_TIME, parseQuantity, RATE_UNITS, TIME_UNITS, type Units } from "./quantities.ts";

const MOST_FLOWS = 1_048_576;
const SECOND = TIME_UNITS.s!;
const MOST_NS = 1_000_000_000;
/** Interrupts per second that the livelock limit can name. */
const MOST_INTERRUPTS = 1_000_000_000;

/** A number in `unit`, or text with one. */
const quantity = (expected: string, units: Units, unit: string, min: bigint, max: bigint, words: Units = {}) =>
  v.pipe(
    v.custom<unknown>(() => true),
    v.rawTransform<unknown, bigint>(({ dataset: { value }, addIssue, NEVER }) => {
      if (typeof value === "string" && Object.hasOwn(words, value)) return words[value]!;
      const text = typeof value === "number" ? `${value}${unit}` : typeof value === "string" ? value : "";
      const found = parseQuantity(text, units);
      if (found !== undefined && found >= min && found <= max) return found;
      addIssue({ message: expected });
      return NEVER;
    }),
  );

const span = (unit: "ns" | "us", text: string) => quantity(`${text} (a number), or text as in "20us", up to 1 s`, TIME_UNITS, unit, 0n, SECOND);
const nanoseconds = span("ns", "nanoseconds");
const microseconds = span("us", "microseconds");
/** "none": no transmit-complete interrupt; the hardware gives descriptors back by itself. */
const completion = quantity('microseconds (a number), or text as in "20us", up to 1 s, or "none"', TIME_UNITS, "us", 0n, SECOND, {
  none: 2n ** 64n - 1n,
});
const moment = quantity('nanoseconds (a number), or text as in "5ms", below 2^54 ps', TIME_UNITS, "ns", 0n, END_OF_TIME - 1n);

const BIT_TEXT = 'bits per second from 1000 to 10^12, as in 1e9 or "1Gbps", or 0 or "infinite"';
const bitRate = v.pipe(
  quantity(BIT_TEXT, BIT_UNITS, "", 0n, 10n ** 12n, { infinite: 0n }),
  v.check((rate) => rate === 0n || rate >= 1000n, BIT_TEXT),
);
const packetRate = quantity('packets per second from 1 to 10^9, as in 500000 or "1.2Mpps"', RATE_UNITS, "", 1n, 10n ** 9n);

const COST_TEXT = `a number from 0 to ${MOST_NS}`;
const costValue = (text: string) => v.pipe(v.number(text), v.finite(text), v.minValue(0, text), v.maxValue(MOST_NS, text));
const cost = v.union([
  costValue(`${COST_TEXT}, or an object with \`value\` and \`law\``),
  v.strictObject({ value: costValue(COST_TEXT), law: oneOf(["constant", "exponential"]) }),
]);

const MAC_TEXT = 'a MAC address as in "02:00:00:00:00:01"';
const anyMac = parsed(MAC_TEXT, (text): Mac | string => parseMac(text) ?? MAC_TEXT);
const addresses = v.optional(integer(1, MOST_FLOWS), 1);

const build = () =>
  v.strictObject({
    costs: v.optional(
      v.strictObject({
        preset: v.optional(oneOf(COST_PRESETS), "opteron-2008"),
        set: v.optional(v.strictObject(Object.fromEntries(COSTS.map(({ name }) => [name, v.optional(cost)]))), {}),
      }),
      {},
    ),
    lock: v.optional(oneOf(["cas", "fifo", "random"]), "cas"),
    interfaces: v.optional(v.record(v.string(), wire()), {}),
    traffic: v.optional(list(traffic(), 255), []),
  });

const wire = () =>
  v.strictObject({
    rate: v.optional(bitRate),
    propagation: v.optional(nanoseconds),
    delay: v.optional(microseconds),
    count: v.optional(integer(0, 4096)),
    gap: v.optional(microseconds),
    txDelay: v.optional(completion),
    rxBurst: v.optional(integer(1, 4096)),
    livelockLimit: v.optional(integer(0, MOST_INTERRUPTS)),
    livelockLow: v.optional(integer(0, MOST_INTERRUPTS)),
  });

const traffic = () =>
  v.strictObject({
    if: portReference,
    arrivals: oneOf(["constant", "poisson"]),
    rate: packetRate,
    bytes: v.optional(integer(60, 65_549), 60),
    flows: v.optional(integer(1, MOST_FLOWS), 1),
    choice: v.optional(oneOf(["turn", "lot"]), "turn"),
    start: v.optional(moment, 0),
    stop: v.optional(moment),
    count: v.optional(integer(1, Number.MAX_SAFE_INTEGER)),
    srcMac: v.optional(stationMac, "02:6e:73:00:00:00"),
    srcMacs: addresses,
    dstMac: v.optional(anyMac),
    dstMacs: addresses,
    srcIp: v.optional(hostIp, "198.18.0.1"),
    srcIps: addresses,
    dstIp: v.optional(hostIp, "198.19.0.1"),
    dstIps: addresses,
  });

let built: ReturnType<typeof build> | undefined;
export const virtualShape = () => {
  built ??= build();
  return built;
};

export type VirtualShape = v.InferOutput<ReturnType<typeof build>>;
export type WireShape = v.InferOutput<ReturnType<typeof wire>>;
export type TrafficShape = v.InferOutput<ReturnType<typeof traffic>>;
