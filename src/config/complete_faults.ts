/** Faults in the numbers that the engine takes: what `amount` and `more` are is by kind (assembly/machine/virtual/faults.ts). */
import { FaultKind, FaultSide, FaultTable, PS_PER_SECOND, RTF_GATEWAY } from "../../assembly/abi.ts";
import { formatIp, formatPrefix, prefixContains } from "../addresses.ts";
import type { ResolvedFault, ResolvedPort } from "../types.ts";
import { endOf } from "./check_faults.ts";
import type { FaultKindName, FaultOf, FaultShape } from "./fault_shape.ts";

const MOST_CHANCE = (1n << 64n) - 1n;

type Own = Pick<ResolvedFault, "what"> & Partial<Pick<ResolvedFault, "subject" | "sides" | "amount" | "more">>;
type Numbers = { readonly [K in FaultKindName]: (fault: FaultOf<K>, ports: readonly ResolvedPort[]) => Own };

export const completeFault = (fault: FaultShape, ports: readonly ResolvedPort[]): ResolvedFault => {
  const own = (NUMBERS[fault.kind] as (fault: FaultShape, ports: readonly ResolvedPort[]) => Own)(fault, ports);
  const { p, nth = 0 } = fault as { p?: number; nth?: number };
  const { kind, from, for: lasts = 0n, every = 0n, law } = fault;
  return {
    kind,
    number: KINDS[kind],
    subject: 0,
    sides: 0,
    from,
    to: endOf(fault),
    lasts,
    every,
    exponential: law === "exponential",
    chance: chanceOf(p),
    nth,
    amount: 0n,
    more: 0n,
    ...own,
  };
};

/** A probability of 53 bits, as the share of all numbers of 64. */
const chanceOf = (p = 0): bigint => {
  const chance = BigInt(Math.round(p * 2 ** 53)) << 11n;
  return chance > MOST_CHANCE ? MOST_CHANCE : chance;
};

const KINDS: Readonly<Record<FaultKindName, FaultKind>> = {
  loss: FaultKind.Loss,
  bitErrors: FaultKind.BitErrors,
  duplication: FaultKind.Duplication,
  reordering: FaultKind.Reordering,
  mbufs: FaultKind.Mbufs,
  ring: FaultKind.Ring,
  queue: FaultKind.Queue,
  lostInterrupts: FaultKind.LostInterrupts,
  duplicatedInterrupts: FaultKind.DuplicatedInterrupts,
  storm: FaultKind.Storm,
  stall: FaultKind.Stall,
  holder: FaultKind.Holder,
  flap: FaultKind.Flap,
  table: FaultKind.Table,
  route: FaultKind.Route,
  arp: FaultKind.Arp,
};

const indexOf = (name: string | undefined, ports: readonly ResolvedPort[]): number => ports.find((port) => port.name === name)!.index;

const receiving = (name: string, ports: readonly ResolvedPort[]): Own => ({ what: name, subject: indexOf(name, ports), sides: FaultSide.Receive });
const interrupting = (name: string, ports: readonly ResolvedPort[]): Own => ({ ...receiving(name, ports), sides: FaultSide.Interrupt });
const onSide = (name: string, side: "rx" | "tx", ports: readonly ResolvedPort[]): Own => ({
  what: `${name} ${side}`,
  subject: indexOf(name, ports),
  sides: side === "rx" ? FaultSide.Receive : FaultSide.Send,
});

const NUMBERS: Numbers = {
  loss: ({ if: name, side }, ports) => onSide(name, side, ports),
  bitErrors: ({ if: name, side, fcs, ber }, ports) => ({
    ...onSide(name, side, ports),
    amount: fcs ? 1n : 0n,
    more: ber === undefined ? 0n : BigInt(Math.round(1 / ber)),
  }),
  duplication: ({ if: name }, ports) => receiving(name, ports),
  reordering: ({ if: name, delay, frames = 0 }, ports) => ({ ...receiving(name, ports), amount: delay, more: BigInt(frames) }),
  mbufs: ({ count }) => ({ what: "pool", amount: BigInt(count) }),
  ring: ({ if: name, slots }, ports) => ({ ...receiving(name, ports), amount: BigInt(slots) }),
  queue: ({ if: name, limit }, ports) => ({ what: name, subject: indexOf(name, ports), amount: BigInt(limit) }),
  lostInterrupts: ({ if: name, watchdog }, ports) => ({ ...interrupting(name, ports), amount: watchdog }),
  duplicatedInterrupts: ({ if: name }, ports) => interrupting(name, ports),
  storm: ({ if: name, rate }, ports) => ({ what: name, subject: indexOf(name, ports), amount: (BigInt(PS_PER_SECOND) + rate / 2n) / rate }),
  stall: ({ cpu }) => ({ what: `CPU ${cpu}`, subject: cpu }),
  holder: ({ lock, if: name, stall }, ports) => {
    if (lock === "BGL") return { what: lock, subject: 0, amount: stall };
    return { what: `${lock} ${name}`, subject: (lock === "serializer" ? 1 : 2) + 2 * indexOf(name, ports), amount: stall };
  },
  flap: ({ if: name }, ports) => receiving(name, ports),
  table: ({ table, if: name, limit }, ports) => {
    if (table !== "bridge") return { what: table === "arp" ? "ARP" : "flow cache", amount: BigInt(limit), more: BigInt(TABLES[table]) };
    const number = ports.filter(({ kind }) => kind === "bridge").findIndex((port) => port.name === name);
    return { what: name!, subject: number, amount: BigInt(limit), more: BigInt(FaultTable.Bridge) };
  },
  route: ({ dst, via, if: name }, ports) => {
    const what = formatPrefix(dst);
    const amount = BigInt(dst.address) | (BigInt(dst.length) << 32n);
    if (via === undefined && name === undefined) return { what, amount };
    const port = name === undefined ? portTowards(via!, ports) : indexOf(name, ports);
    return { what, amount, more: BigInt(via ?? 0) | (BigInt(port + 1) << 32n) | (BigInt(via === undefined ? 0 : RTF_GATEWAY) << 48n) };
  },
  arp: ({ if: name, ip }, ports) => ({ ...receiving(name, ports), what: `${formatIp(ip)} on ${name}`, amount: BigInt(ip) }),
};

const TABLES = { arp: FaultTable.Arp, flows: FaultTable.Flows } as const;

/** The port of the smallest subnet that has the address; of equal ones the first. */
const portTowards = (ip: number, ports: readonly ResolvedPort[]): number =>
  ports
    .flatMap(({ index, ip: own }) => own.map((prefix) => ({ index, prefix })))
    .filter(({ prefix }) => prefixContains(prefix, ip))
    .reduce((best, one) => (one.prefix.length > best.prefix.length ? one : best)).index;
