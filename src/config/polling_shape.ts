/** What `virtual` says about interfaces that do not interrupt: entries of each, what stands for those left out, and what does not go together. */
import type { ResolvedPolling } from "../types/polling.ts";
import type { Context } from "./context.ts";
import { flag, oneOf } from "./leaves.ts";
import { type Path, refuse } from "./path.ts";
import { TIME_UNITS } from "./quantities.ts";
import { quantity } from "./quantity_leaves.ts";
import { either, group, type Output, optional } from "./schema.ts";
import type { InterfaceShape } from "./shape.ts";

/** POLLCTX_MAX and POLL_LIST_LEN. */
export const POLLING_CPUS = 32;
const INTERFACES_OF_CPU = 128;

const NAP_TEXT = 'microseconds above 0 (a number), or text as in "34us", up to 1 s';
const nap = (text: string, words = {}) => quantity(text, TIME_UNITS, "us", 1n, TIME_UNITS.s!, words);

export const pollingEntries = () => ({
  polling: optional(flag),
  vacation: optional(
    either(
      nap(`${NAP_TEXT}, or an object with \`value\` and \`law\`, or "none"`, { none: 0n }),
      group({ value: nap(NAP_TEXT), law: oneOf(["constant", "exponential"]) }),
    ),
  ),
  refill: optional(oneOf(["frame", "burst"])),
});

type Entries = ReturnType<typeof pollingEntries>;
export type PollingShape = { [K in keyof Entries]?: Output<Entries[K]> };

/** `all`: what stands for every interface. */
export const completePolling = (all: PollingShape | undefined, own: PollingShape | undefined): ResolvedPolling => {
  const { polling = false, vacation = 0n, refill = "frame" } = { ...all, ...own };
  if (typeof vacation === "bigint") return { polling, vacation: { ps: vacation, exponential: false }, refill };
  return { polling, vacation: { ps: vacation.value, exponential: vacation.law === "exponential" }, refill };
};

/** `interfaces`: what `virtual` says of each, and under `all` of every one. */
export const checkPolling = (
  context: Context,
  interfaces: Record<string, PollingShape & { rings?: number | undefined }>,
  all: string,
  path: Path,
): void => {
  const perCpu = new Map<number, number>();
  for (const [name, { kind, shape }] of context.ports) {
    if (kind !== "interface") continue;
    const { polling, vacation } = completePolling(interfaces[all], interfaces[name]);
    const { rings = 1 } = { ...interfaces[all], ...interfaces[name] };
    const at = (key: keyof PollingShape): Path => [...path, interfaces[name]?.[key] === undefined ? all : name, key];
    if (rings > 1 && polling) refuse(at("polling"), `false, as ${name} has ${rings} rings, each with an interrupt of its own`, true);
    if (rings > 1 && vacation.ps) refuse(at("vacation"), `"none", as ${name} has ${rings} rings, each with an interrupt`, `${vacation.ps} ps`);
    if (!polling) continue;
    if (vacation.ps) refuse(at("vacation"), `"none", as ${name} is polled`, `${vacation.ps} ps`);
    const { cpu } = shape as InterfaceShape;
    if (cpu >= POLLING_CPUS) refuse(at("polling"), `false, as ${name} is on CPU ${cpu} and only CPUs 0 to ${POLLING_CPUS - 1} can poll`, true);
    const polled = (perCpu.get(cpu) ?? 0) + 1;
    perCpu.set(cpu, polled);
    if (polled > INTERFACES_OF_CPU)
      refuse(at("polling"), `false, as a CPU polls ${INTERFACES_OF_CPU} interfaces at most, and ${name} is one more`, true);
  }
};
