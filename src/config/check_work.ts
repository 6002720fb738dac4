/** Checks of what an entry of `virtual.work` says, and of all of them together. */
import type { Context } from "./context.ts";
import { type Path, refuse } from "./path.ts";
import { END_OF_TIME } from "./quantities.ts";
import { MOST_WORK, type WorkShape } from "./work_shape.ts";

/** Names of the kernel's own threads. */
const TAKEN = ["netisr_cpu", "tcp_thread", "udp_thread", "ifnet", "softclock", "control"];

type Key = keyof WorkShape;
type Duration = NonNullable<WorkShape["work"]>;

/** The CPUs of an entry. */
export const cpusOf = ({ cpu = 0, cpus = [cpu] }: WorkShape, all: number): readonly number[] =>
  cpus === "all" ? Array.from({ length: all }, (_, one) => one) : cpus;

const meanOf = (duration: Duration): bigint => (typeof duration === "bigint" ? duration : duration.value);

/** Refuses the first fault of the first entry that has one. */
export const checkWork = ({ shape: { cpus } }: Context, work: readonly WorkShape[], path: Path): void => {
  const names = new Set(TAKEN);
  let threads = 0;
  for (const [index, entry] of work.entries()) {
    const at = [...path, index];
    if (names.has(entry.name)) refuse([...at, "name"], "a name that no other thread has", entry.name);
    names.add(entry.name);
    checkCpus(entry, cpus, at);
    checkArrivals(entry, at);
    checkJobs(entry, at);
    threads += cpusOf(entry, cpus).length * entry.threads;
    if (threads > MOST_WORK) refuse(at, `at most ${MOST_WORK} threads in all`, threads);
  }
};

const checkCpus = (entry: WorkShape, cpus: number, path: Path): void => {
  excludes(entry, "cpu", ["cpus"], path);
  const own = cpusOf(entry, cpus);
  const key = entry.cpus === undefined ? "cpu" : "cpus";
  if (own.length === 0) refuse([...path, key], "at least one CPU", own);
  for (const cpu of own) if (cpu >= cpus) refuse([...path, key], `integers from 0 to ${cpus - 1}, as \`cpus\` is ${cpus}`, cpu);
  if (new Set(own).size < own.length) refuse([...path, key], "each CPU once", own.join(", "));
};

const checkArrivals = (entry: WorkShape, path: Path): void => {
  excludes(entry, "rate", ["interval", "think"], path);
  excludes(entry, "interval", ["think"], path);
  excludes(entry, "think", ["arrivals", "phase", "queue"], path);
  if (entry.rate === undefined && entry.interval === undefined && entry.think === undefined)
    refuse(path, "one of rate, interval, think: when there are jobs", undefined);
  if (entry.phase !== undefined && entry.arrivals !== "constant")
    refuse([...path, "phase"], 'no phase, unless `arrivals` is "constant"', entry.phase);
  if ((entry.stop ?? END_OF_TIME) <= entry.start) refuse([...path, "stop"], "a time after `start`", `${entry.stop} ps`);
};

const checkJobs = (entry: WorkShape, path: Path): void => {
  const { think, work, lock, outside, hold } = entry;
  excludes(entry, "work", ["lock", "outside", "hold"], path);
  if (work === undefined && hold === undefined)
    refuse(path, `${lock || outside !== undefined ? "`hold`" : "`work`, or `hold`"}: how long a job takes`, undefined);
  const all = [think, work, outside, hold].reduce<bigint>((sum, one) => sum + (one === undefined ? 0n : meanOf(one)), 0n);
  if (think !== undefined && all === 0n) refuse([...path, "think"], "a time above 0, as the jobs take none", "0 ps");
};

/** Refuses any of `others` beside `key`. */
const excludes = (entry: WorkShape, key: Key, others: readonly Key[], path: Path): void => {
  const other = entry[key] === undefined ? undefined : others.find((one) => entry[one] !== undefined);
  if (other) refuse([...path, other], `no \`${other}\` beside \`${key}\``, shown(entry[other]));
};

const shown = (value: WorkShape[Key]): unknown => {
  const ps = typeof value === "object" && "value" in value ? value.value : value;
  return typeof ps === "bigint" ? `${ps} ps` : ps;
};
