/** Checks of faults: names, times, and that no two of them change the same thing at once. */
import { formatIp } from "../addresses.ts";
import { ANY_KIND, type Context, portNamed, portTowards, withArticle } from "./context.ts";
import type { FaultShape } from "./fault_shape.ts";
import { type Path, refuse } from "./path.ts";
import { END_OF_TIME } from "./quantities.ts";

const MOST_FLOWS = 256;
/** Kinds that change something and put it back: it must not be changed twice. */
const STATES: readonly FaultShape["kind"][] = ["queue", "flap", "table", "route", "arp"];
/** Kinds about the interrupt of an interface. */
const OF_INTERRUPTS: readonly FaultShape["kind"][] = ["lostInterrupts", "duplicatedInterrupts", "storm"];
const INTERFACES = ["interface"] as const;

export const checkFaults = (faults: readonly FaultShape[], context: Context, path: Path): void => {
  for (const [i, fault] of faults.entries()) {
    const at = [...path, i];
    checkTimes(fault, at);
    checkChance(fault, at);
    checkSubject(fault, context, at);
    checkOthers(fault, faults.slice(0, i), at);
  }
};

const checkTimes = ({ from, to = END_OF_TIME, for: lasts, every }: FaultShape, path: Path): void => {
  if (to <= from) refuse([...path, "to"], "a time after `from`", `${to} ps`);
  if (every === undefined) return;
  if (lasts === undefined) refuse([...path, "for"], "how long it lasts each time, as `every` says that it comes again", undefined);
  if (lasts >= every) refuse([...path, "for"], "a time below `every`", `${lasts} ps`);
};

const CHANCE = ["p", "nth"] as const;
/** How those can strike that do so by chance. */
const WAYS: Partial<Record<FaultShape["kind"], readonly string[]>> = {
  loss: CHANCE,
  bitErrors: [...CHANCE, "ber"],
  duplication: CHANCE,
  reordering: CHANCE,
  lostInterrupts: CHANCE,
  duplicatedInterrupts: CHANCE,
  holder: CHANCE,
};

const checkChance = (fault: FaultShape, path: Path): void => {
  const ways = WAYS[fault.kind] ?? [];
  const given = ways.filter((way) => (fault as Record<string, unknown>)[way] !== undefined);
  const wanted = `exactly one of ${ways.map((way) => `\`${way}\``).join(", ")}`;
  if (ways.length > 0 && given.length === 0) refuse([...path, "p"], wanted, undefined);
  if (given.length > 1) refuse([...path, given[1]!], wanted, (fault as Record<string, unknown>)[given[1]!]);
};

const checkSubject = (fault: FaultShape, context: Context, path: Path): void => {
  const at = [...path, "if"];
  switch (fault.kind) {
    case "mbufs":
      break;
    case "stall":
      if (fault.cpu >= context.shape.cpus) refuse([...path, "cpu"], `an integer from 0 to ${context.shape.cpus - 1}`, fault.cpu);
      break;
    case "holder":
      if (fault.lock === "BGL") noPort(fault.if, "the BGL is one lock for all", at);
      else needsPort(context, fault.if, fault.lock === "queue" ? INTERFACES : ["interface", "bridge"], at);
      break;
    case "table":
      if (fault.table === "flows" && fault.limit > MOST_FLOWS) refuse([...path, "limit"], `an integer from 1 to ${MOST_FLOWS}`, fault.limit);
      if (fault.table === "bridge") needsPort(context, fault.if, ["bridge"], at);
      else noPort(fault.if, "every CPU has its table", at);
      break;
    case "route":
      checkRoute(fault, context, path);
      break;
    case "arp":
      if (context.ownAddresses.has(fault.ip)) refuse([...path, "ip"], "the address of another host, not one of our own", formatIp(fault.ip));
      portNamed(context, fault.if, INTERFACES, at);
      break;
    default:
      portNamed(context, fault.if, INTERFACES, at);
      if (OF_INTERRUPTS.includes(fault.kind)) checkRings(context, fault.if, at);
  }
};

/** The rings of an interface that has several interrupt for themselves. */
const checkRings = ({ shape }: Context, name: string, path: Path): void => {
  const interfaces = shape.virtual!.interfaces;
  const { rings = 1 } = { ...interfaces["*"], ...interfaces[name] };
  if (rings > 1) refuse(path, `an interface with one receive ring and one interrupt, not with ${rings}`, name);
};

const noPort = (name: string | undefined, why: string, path: Path): void => {
  if (name !== undefined) refuse(path, `no \`if\`, as ${why}`, name);
};

const needsPort = (context: Context, name: string | undefined, kinds: readonly ("interface" | "bridge")[], path: Path): void => {
  if (name === undefined) refuse(path, `the name of ${withArticle(kinds.join(" or "))}`, undefined);
  portNamed(context, name, kinds, path);
};

const checkRoute = ({ via, if: name }: FaultShape & { kind: "route" }, context: Context, path: Path): void => {
  if (name !== undefined) portNamed(context, name, ANY_KIND, [...path, "if"]);
  if (via === undefined) return;
  if (context.ownAddresses.has(via)) refuse([...path, "via"], "the address of another host, not one of our own", formatIp(via));
  if (name === undefined && portTowards(context, via) === undefined)
    refuse([...path, "via"], "an address in the subnet of an interface, vlan or bridge, or else an `if` beside it", formatIp(via));
};

/** What a fault changes, if it can change it only by itself. */
const changed = (fault: FaultShape): string | undefined => {
  if (fault.kind === "holder") return `holder ${fault.lock} ${fault.if}`;
  if (!STATES.includes(fault.kind)) return undefined;
  const { kind, if: name, table, dst, ip } = fault as { kind: string; if?: string; table?: string; dst?: object; ip?: number };
  return JSON.stringify(kind === "route" ? [kind, dst] : [kind, name, table, ip]);
};

const checkOthers = (fault: FaultShape, before: readonly FaultShape[], path: Path): void => {
  const what = changed(fault);
  if (what === undefined) return;
  for (const [i, other] of before.entries()) {
    if (changed(other) !== what) continue;
    if (fault.kind === "holder") refuse([...path, "lock"], `a lock that virtual.faults[${i}] is not about`, fault.lock);
    if (fault.from < endOf(other) && other.from < endOf(fault))
      refuse([...path, "from"], `a time at which virtual.faults[${i}], which changes the same, is over`, `${fault.from} ps`);
  }
};

/** When a fault is over for good. */
export const endOf = ({ from, to = END_OF_TIME, for: lasts, every }: FaultShape): bigint => {
  if (lasts === undefined || every !== undefined || from + lasts >= to) return to;
  return from + lasts;
};
