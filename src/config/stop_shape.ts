/** Stop conditions as data: checked, and what is left open filled in. Whether the engine has what they name is seen by it (src/engine/stops.ts). */
import { Path } from "../../assembly/abi.ts";
import { knownWord } from "../suggest.ts";
import type { PathName, StopCondition, StopConfig } from "../types.ts";
import { integer, oneOf } from "./leaves.ts";
import { type Path as At, refuse } from "./path.ts";
import { END_OF_TIME } from "./quantities.ts";
import { read } from "./read.ts";
import { group, type Leaf, leaf, optional } from "./schema.ts";

const STOP_KINDS = ["queue", "drop", "latency", "counter", "packets", "idle"] as const;
export const STOP_PATHS: readonly PathName[] = Array.from({ length: Path.Count }, (_, path) => Path[path] as PathName);
/** Those that have a latency, which ends with a frame's last bit out: what is delivered here never leaves. */
export const LATENCY_PATHS = STOP_PATHS.filter((path) => path !== "Delivered");
/** What `packets` counts. */
export const PACKET_KINDS = ["received", "carried", ...STOP_PATHS] as const;
/** Numbers of packets that a latency is looked at. */
const MOST_PACKETS = 1_000_000_000;
const EVERY = 100;
/** Packets above a percentile, before which it says little. */
const ABOVE = 10;

/** Millionths, exact to four digits behind the point of the percentile. Undefined: it has more, or is none. */
export const millionths = (percentile: number): number | undefined => {
  const parts = Math.round(percentile * 10_000);
  return percentile > 0 && percentile <= 100 && Math.abs(parts / 10_000 - percentile) < 1e-9 ? parts : undefined;
};
export const PERCENTILE_TEXT = "a percentile above 0 and up to 100, with up to four digits behind the point";

/** So many packets that ten are above the percentile. */
const defaultAfter = (percentile: number): number => {
  const above = 1_000_000 - millionths(percentile)!;
  return above === 0 ? 1 : Math.ceil((ABOVE * 1_000_000) / above);
};

const word = (what: string): Leaf<string> => leaf((value, path) => (typeof value === "string" ? value : refuse(path, what, value)));
const kind = oneOf(STOP_KINDS);
const comparison = oneOf([">", ">="]);
const count = integer(0, Number.MAX_SAFE_INTEGER);
const packets = integer(1, MOST_PACKETS);
const percentile: Leaf<number> = leaf((value, path) =>
  typeof value === "number" && millionths(value) !== undefined ? value : refuse(path, PERCENTILE_TEXT, value),
);
const time: Leaf<bigint> = leaf((value, path) =>
  typeof value === "bigint" && value >= 0n && value < END_OF_TIME ? value : refuse(path, "picoseconds from 0 to 2^54 - 1, as a bigint", value),
);

/** What conditions look like, by kind. */
export const stopShapes = () => ({
  queue: group({ kind, queue: word("the name of a queue"), op: comparison, packets: count }),
  drop: group({
    kind,
    reason: word("the name of a reason"),
    on: optional(word("the name of an interface")),
    op: optional(comparison, ">="),
    packets: optional(count, 1),
  }),
  latency: group({
    kind,
    percentile,
    path: optional(oneOf(["all", ...LATENCY_PATHS]), "all"),
    above: time,
    every: optional(packets, EVERY),
    after: optional(packets),
  }),
  counter: group({ kind, counter: word("the name of a counter"), on: optional(word("the name of an interface or a thread")), op: comparison, count }),
  packets: group({ kind, what: optional(oneOf(PACKET_KINDS), "received"), op: comparison, packets: count }),
  idle: group({ kind }),
});
let built: ReturnType<typeof stopShapes> | undefined;

/** @throws ConfigError */
export const checkStop = (given: Exclude<StopConfig, string>, path: At): StopCondition => {
  if (typeof given !== "object" || given === null) return refuse(path, "a condition: text, or an object with `kind`", given);
  if (!STOP_KINDS.includes(given.kind)) {
    const word = typeof given.kind === "string" ? given.kind : "";
    return refuse([...path, "kind"], knownWord("a kind of condition", word, STOP_KINDS), given.kind);
  }
  built ??= stopShapes();
  const condition = read<(typeof built)[StopCondition["kind"]]>(built[given.kind], given, path) as StopCondition;
  if (condition.kind === "latency") condition.after ??= defaultAfter(condition.percentile);
  return condition;
};
