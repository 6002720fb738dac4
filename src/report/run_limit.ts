/** Which part of a simulated system was full. */
import { counted } from "./numbers.ts";
import { percent } from "./quantities.ts";
import type { RunLimit, RunLock, RunReport } from "./run_report.ts";

type Simulated = RunReport["simulated"];

/** A CPU or link that is busy for longer has no room. */
const FULL = 0.97;
/** A lock that is taken for longer: before it is always taken, CPUs that spin for it are always busy. */
const TAKEN = 0.9;
/** CPUs that spend more on interrupts than this do nothing else; who holds a lock then is one that they have preempted. */
const LIVELOCK = 0.85;
/** What is on its way at the end is not missing: as much as comes in a few moderation delays (picoseconds), and one in a hundred. */
const ON_THE_WAY = 200_000_000;
const MISSING = 0.01;
/** One packet of a thousand that is lost, as when flows are new, is not for want of room. */
const FEW = 0.001;

/** Names of some, and how many there are more. */
const some = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(", ") : `${names.slice(0, 4).join(", ")} and ${names.length - 4} more`;

/** Share of the time for which a CPU is not idle. */
const busyOf = ({ Idle }: Simulated["cpus"][number], elapsed: bigint): number => (elapsed === 0n ? 0 : 1 - Number(Idle) / Number(elapsed));

/** The first that is full: what stands further back in the list is busy because of what stands before it, or waits for it. */
export const limitOf = (simulated: Simulated): RunLimit => {
  const { locks } = simulated;
  const links = Object.entries(simulated.links).filter(([, used]) => used !== null && used > FULL);
  if (links.length > 0) return { by: "link", text: `the link of ${some(links.map(([name]) => name))} (given ${percent(links[0]![1]!)} of its rate)` };
  const interrupted = simulated.cpus.map(({ Interrupt }) => Number(Interrupt) / Number(simulated.elapsed || 1n));
  if (interrupted.length > 0 && Math.min(...interrupted) > LIVELOCK)
    return { by: "CPU", text: `interrupts, which take ${percent(Math.min(...interrupted))} of the time of every CPU or more (receive livelock)` };
  const [bgl, ...others] = locks;
  if (bgl && bgl.taken > TAKEN) return { by: "BGL", text: `the BGL (held or handed over ${percent(bgl.taken)} of the time)` };
  const lock = others.filter(({ taken }) => taken > TAKEN).sort((a, b) => b.taken - a.taken)[0];
  if (lock) return { by: "serializer", text: `${lock.name} (held or handed over ${percent(lock.taken)} of the time)` };
  const busy = simulated.cpus.map((classes) => busyOf(classes, simulated.elapsed));
  const full = busy.flatMap((share, cpu) => (share > FULL ? [`${cpu}`] : []));
  if (full.length > 0) return { by: "CPU", text: `${full.length > 1 ? "CPUs" : "CPU"} ${some(full)} (busy for more than 97 % of the time)` };
  if (isAllCarried(simulated)) {
    const busiest = `the busiest CPU is busy ${percent(Math.max(...busy))} of the time`;
    // Users and connections offer no more than they get answers for.
    if (simulated.closed ?? simulated.tcp)
      return { by: "nothing", text: `nothing that was full: closed loops wait for their round trips; ${busiest}` };
    const { dropped } = simulated;
    const lost = dropped > 0 ? `, but for ${counted(dropped, "packet")} that ${dropped > 1 ? "were" : "was"} lost` : "";
    return { by: "nothing", text: `nothing: all that was offered is carried${lost}; ${busiest}` };
  }
  return lossOf(simulated);
};

const isAllCarried = ({ offered, carried, dropped, elapsed }: Simulated): boolean =>
  dropped <= Number(offered) * FEW && Number(offered - carried) <= Number(offered) * (MISSING + ON_THE_WAY / Number(elapsed));

/** Threads that sleep for a lock at a time, on average, from which on it is the lock that keeps CPUs idle: it is free while they are being woken. */
const WAITING = 0.25;
const NEARLY_FULL = 0.8;

/** Nothing is full all the time, but packets were lost. */
const lossOf = (simulated: Simulated): RunLimit => {
  const { locks, cpus, elapsed } = simulated;
  const waiting = ({ waits }: RunLock): number => Number(waits.mean * waits.count) / Number(elapsed);
  const [worst] = [...locks].sort((a, b) => waiting(b) - waiting(a));
  if (worst && waiting(worst) > WAITING) {
    const text = `waits for ${worst.name === "BGL" ? "the BGL" : worst.name}: ${waiting(worst).toFixed(1)} threads at a time (held ${percent(worst.held)})`;
    return { by: worst.name === "BGL" ? "BGL" : "serializer", text };
  }
  const busy = cpus.map((classes) => busyOf(classes, elapsed));
  const most = Math.max(...busy);
  if (most > NEARLY_FULL) return { by: "CPU", text: `CPU ${busy.indexOf(most)}, the fullest (busy ${percent(most)} of the time)` };
  return byDrops(simulated);
};

/** What became of what was not carried, if nothing was full. */
const restOf = (drops: Simulated["drops"]): string =>
  drops.length > 0 ? "see the drops" : "what is not carried was delivered to this host, answered, flooded to nobody, or is still on its way";

/** Where most packets were lost. */
const byDrops = ({ drops }: Simulated): RunLimit => {
  const lost = (reason: string): number => drops.reduce((sum, one) => sum + (one.reason === reason ? one.packets : 0), 0);
  const [worst] = ["NoMbufs", "RingFull", "QueueFull"].sort((a, b) => lost(b) - lost(a));
  const where = some([...new Set(drops.filter((one) => one.reason === worst).map((one) => one.interface ?? "this host"))]);
  if (lost(worst!) === 0) return { by: "unknown", text: `none of link, lock, CPU and ring: ${restOf(drops)}` };
  if (worst === "RingFull") return { by: "ring", text: `the receive ring of ${where}, which was full at times` };
  if (worst === "QueueFull") return { by: "queue", text: "an output queue that was full at times (QueueFull)" };
  return { by: "mbufs", text: "the mbufs: packets that wait for threads or locks have all of them" };
};
