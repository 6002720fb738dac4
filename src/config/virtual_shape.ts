/** What `virtual` looks like, entry by entry. Built when a configuration has it, since most have not. */
import { MAX_CPUS } from "../../assembly/abi.ts";
import { COST_PRESETS, COSTS } from "../costs.ts";
import { closedList, tcpList } from "./closed_shape.ts";
import { faultShape } from "./fault_shape.ts";
import { integer, oneOf } from "./leaves.ts";
import { refuse } from "./path.ts";
import { pollingEntries } from "./polling_shape.ts";
import { BIT_UNITS, TIME_UNITS } from "./quantities.ts";
import { quantity, span } from "./quantity_leaves.ts";
import { either, group, type Leaf, leaf, list, type Optional, type Output, optional, table } from "./schema.ts";
import { trafficShape } from "./traffic_shape.ts";
import { MOST_WORK, workShape } from "./work_shape.ts";

/** Receive rings of one interface: more than the hardware of the time had. */
const MOST_RINGS = 64;
/** Entries in all. */
const MOST_TRAFFIC = 1_024;
const SECOND = TIME_UNITS.s!;
const MOST_NS = 1_000_000_000;
/** Interrupts per second that the livelock limit can name. */
const MOST_INTERRUPTS = 1_000_000_000;

const nanoseconds = span("ns", "nanoseconds");
const microseconds = span("us", "microseconds");
/** "none": no transmit-complete interrupt; the hardware gives descriptors back by itself. */
const completion = quantity('microseconds (a number), or text as in "20us", up to 1 s, or "none"', TIME_UNITS, "us", 0n, SECOND, {
  none: 2n ** 64n - 1n,
});
const BIT_TEXT = 'bits per second from 1000 to 10^12, as in 1e9 or "1Gbps", or 0 or "infinite"';
const bitRate = quantity(BIT_TEXT, BIT_UNITS, "", 0n, 10n ** 12n, { infinite: 0n }, 1000n);
const COST_TEXT = `a number from 0 to ${MOST_NS}`;
const costValue = (text: string): Leaf<number> =>
  leaf((value, path) => (typeof value === "number" && value >= 0 && value <= MOST_NS ? value : refuse(path, text, value)));
const cost = either(
  costValue(`${COST_TEXT}, or an object with \`value\` and \`law\``),
  group({ value: costValue(COST_TEXT), law: oneOf(["constant", "exponential"]) }),
);

type CostEntries = Record<string, Optional<typeof cost, undefined>>;

const build = () =>
  group({
    costs: optional(
      group({
        preset: optional(oneOf(COST_PRESETS), "opteron-2008"),
        set: optional(group(Object.fromEntries(COSTS.map(({ name }) => [name, optional(cost)])) as CostEntries), {}),
      }),
      {},
    ),
    lock: optional(oneOf(["cas", "fifo", "random"]), "cas"),
    interfaces: optional(table(wire()), {}),
    traffic: optional(list(trafficShape(), MOST_TRAFFIC), []),
    faults: optional(list(faultShape, 255), []),
    work: optional(list(workShape(), MOST_WORK), []),
    closed: closedList(),
    tcp: tcpList(),
  });

const wire = () =>
  group({
    rate: optional(bitRate),
    propagation: optional(nanoseconds),
    delay: optional(microseconds),
    count: optional(integer(0, 4096)),
    gap: optional(microseconds),
    txDelay: optional(completion),
    rxBurst: optional(integer(1, 4096)),
    rings: optional(integer(1, MOST_RINGS)),
    ringCpus: optional(list(integer(0, MAX_CPUS - 1), MOST_RINGS)),
    livelockLimit: optional(integer(0, MOST_INTERRUPTS)),
    livelockLow: optional(integer(0, MOST_INTERRUPTS)),
    ...pollingEntries(),
  });

let built: ReturnType<typeof build> | undefined;
export const virtualShape = () => {
  built ??= build();
  return built;
};

export type VirtualShape = Output<ReturnType<typeof build>>;
export type WireShape = Output<ReturnType<typeof wire>>;
