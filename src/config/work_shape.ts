/** What an entry of `virtual.work` looks like. */
import { MAX_CPUS, MAX_WORK } from "../../assembly/abi.ts";
import { integer, oneOf, portName } from "./leaves.ts";
import { refuse } from "./path.ts";
import { END_OF_TIME, FREQUENCY_UNITS, TIME_UNITS } from "./quantities.ts";
import { moment, quantity, span } from "./quantity_leaves.ts";
import { either, group, type Leaf, leaf, list, type Output, optional } from "./schema.ts";

export const MOST_WORK = MAX_WORK;
const MOST_WAITING = 1_048_576;

const duration = (plain: Leaf<bigint>) => either(plain, group({ value: plain, law: oneOf(["constant", "exponential"]) }));

const rate = quantity('jobs per second from 1 to 10^9, as in 500 or "10kHz"', FREQUENCY_UNITS, "", 1n, 10n ** 9n);
const interval = quantity(
  'nanoseconds (a number), or text as in "20us", from 1 ns to below 2^54 ps',
  TIME_UNITS,
  "ns",
  TIME_UNITS.ns!,
  END_OF_TIME - 1n,
);
const ALL_TEXT = '"all", or an array of CPUs';
const all: Leaf<"all"> = leaf((value, path) => (value === "all" ? value : refuse(path, ALL_TEXT, value)));

export const workShape = () => {
  const nanoseconds = span("ns", "nanoseconds");
  const worked = optional(duration(nanoseconds));
  const cpu = integer(0, MAX_CPUS - 1);
  return group({
    name: portName,
    cpu: optional(cpu),
    cpus: optional(either(all, list(cpu, MAX_CPUS))),
    threads: optional(integer(1, MAX_WORK), 1),
    class: oneOf(["interrupt", "soft", "user"]),
    rate: optional(rate),
    interval: optional(interval),
    arrivals: optional(oneOf(["constant", "poisson"])),
    phase: optional(moment),
    think: optional(duration(moment)),
    work: worked,
    lock: optional(oneOf(["bgl"])),
    outside: worked,
    hold: worked,
    start: optional(moment, 0n),
    stop: optional(moment),
    count: optional(integer(1, Number.MAX_SAFE_INTEGER)),
    queue: optional(integer(1, MOST_WAITING)),
  });
};

export type WorkShape = Output<ReturnType<typeof workShape>>;

/** The keys of an entry. */
export const WORK_KEYS: readonly string[] = workShape().names;
