/** What `virtual.faults` looks like: the keys of an entry follow from its kind. */
import { knownWord } from "../suggest.ts";
import { destination, flag, hostIp, integer, oneOf, portReference } from "./leaves.ts";
import { type Path, refuse } from "./path.ts";
import { END_OF_TIME, FREQUENCY_UNITS, parseQuantity, TIME_UNITS } from "./quantities.ts";
import { quantity } from "./quantity_leaves.ts";
import { read } from "./read.ts";
import { group, type Leaf, leaf, type Output, optional } from "./schema.ts";

const SECOND = TIME_UNITS.s!;
const MOST_STALL = 1000n * SECOND;
const MOST = 0xffff_ffff;

/** Nanoseconds or text with a unit, in picoseconds, from `min` to below `max`. */
const time = (min: bigint, max: bigint, range: string): Leaf<bigint> =>
  leaf((value, path) => {
    const text = typeof value === "number" ? `${value}ns` : typeof value === "string" ? value : "";
    const ps = parseQuantity(text, TIME_UNITS);
    return ps !== undefined && ps >= min && ps < max ? ps : refuse(path, `nanoseconds (a number), or text as in "5ms", ${range}`, value);
  });

const moment = time(0n, END_OF_TIME, "below 2^54 ps");
const duration = time(1n, END_OF_TIME, "above 0 and below 2^54 ps");
const second = time(1n, SECOND + 1n, "above 0 up to 1 s");
const stallTime = time(1n, MOST_STALL + 1n, "above 0 up to 1,000 s");

const between = (min: number, max: number, text: string): Leaf<number> =>
  leaf((value, path) => (typeof value === "number" && value >= min && value <= max ? value : refuse(path, text, value)));

/** The smallest one that is a number of 2^-53 and not none of them. */
const probability = between(2 ** -53, 1, "a probability above 0 up to 1");
const errorRate = between(1e-15, 0.01, "a bit error rate from 1e-15 to 0.01");
const rate = quantity('interrupts per second from 1 to 10^9, as in 500 or "10kHz"', FREQUENCY_UNITS, "", 1n, 10n ** 9n);

const times = {
  from: optional(moment, 0n),
  to: optional(moment),
  for: optional(duration),
  every: optional(duration),
  law: optional(oneOf(["constant", "exponential"]), "constant"),
};
const chance = { p: optional(probability), nth: optional(integer(1, MOST)) };
const onInterface = { if: portReference, ...times };
const side = optional(oneOf(["rx", "tx"]), "rx");

/** By kind. */
export const FAULT_SHAPES = {
  loss: group({ kind: oneOf(["loss"]), ...onInterface, side, ...chance }),
  bitErrors: group({ kind: oneOf(["bitErrors"]), ...onInterface, side, ...chance, ber: optional(errorRate), fcs: optional(flag, true) }),
  duplication: group({ kind: oneOf(["duplication"]), ...onInterface, ...chance }),
  reordering: group({
    kind: oneOf(["reordering"]),
    ...onInterface,
    ...chance,
    delay: optional(second, 1_000_000_000n),
    frames: optional(integer(1, 1_000_000)),
  }),
  mbufs: group({ kind: oneOf(["mbufs"]), ...times, count: integer(1, 1_048_576) }),
  ring: group({ kind: oneOf(["ring"]), ...onInterface, slots: optional(integer(0, 4096), 0) }),
  queue: group({ kind: oneOf(["queue"]), ...onInterface, limit: optional(integer(0, 65_535), 0) }),
  lostInterrupts: group({ kind: oneOf(["lostInterrupts"]), ...onInterface, ...chance, watchdog: optional(second, SECOND) }),
  duplicatedInterrupts: group({ kind: oneOf(["duplicatedInterrupts"]), ...onInterface, ...chance }),
  storm: group({ kind: oneOf(["storm"]), ...onInterface, rate }),
  stall: group({ kind: oneOf(["stall"]), ...times, cpu: integer(0, 63) }),
  holder: group({
    kind: oneOf(["holder"]),
    lock: oneOf(["BGL", "serializer", "queue"]),
    if: optional(portReference),
    ...times,
    ...chance,
    stall: stallTime,
  }),
  flap: group({ kind: oneOf(["flap"]), ...onInterface }),
  table: group({
    kind: oneOf(["table"]),
    table: oneOf(["bridge", "arp", "flows"]),
    if: optional(portReference),
    ...times,
    limit: optional(integer(1, 1_048_576), 1),
  }),
  route: group({ kind: oneOf(["route"]), dst: destination, via: optional(hostIp), if: optional(portReference), ...times }),
  arp: group({ kind: oneOf(["arp"]), ...onInterface, ip: hostIp }),
};

type Shapes = typeof FAULT_SHAPES;
export type FaultKindName = keyof Shapes;
/** An entry of one kind. */
export type FaultOf<K extends FaultKindName> = Output<Shapes[K]>;
export type FaultShape = { [K in FaultKindName]: FaultOf<K> }[FaultKindName];
export const FAULT_KINDS = Object.keys(FAULT_SHAPES) as FaultKindName[];

const isKind = (kind: unknown): kind is FaultKindName => typeof kind === "string" && Object.hasOwn(FAULT_SHAPES, kind);

export const faultShape: Leaf<FaultShape> = leaf((value: unknown, path: Path): FaultShape => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(path, "an object with `kind`", value);
  const { kind } = value as { kind?: unknown };
  if (isKind(kind)) return read(FAULT_SHAPES[kind], value, path) as FaultShape;
  return refuse([...path, "kind"], knownWord("a kind of fault", typeof kind === "string" ? kind : "", FAULT_KINDS), kind);
});
