/**
 * Which part of a simulated system had no room left. What all but a few packets pass is not limited; else what was lost says what was exhausted: a link leaves
 * full output queues behind, a CPU or a lock full ports and rings. Each text has less than 68 characters if names are short: a line of the report.
 */
import { percent } from "./quantities.ts";
import { type Lost, lostOf, outcome } from "./run_lost.ts";
import { droppedElsewhere, isPassing, passed, passing, SOME } from "./run_passed.ts";
import type { RunLimit, RunLock, RunReport } from "./run_report.ts";
import { struckOf } from "./run_struck.ts";
import {
  cpusNamed,
  cpusOf,
  fullest,
  interruptsOf,
  isWaitedFor,
  kindOf,
  LIVELOCK,
  linksNamed,
  linksOf,
  many,
  nameOf,
  some,
  sorted,
  spinOf,
  waitedFor,
  waitedNamed,
} from "./run_used.ts";

type Simulated = RunReport["simulated"];

/** A CPU or link that is busy for longer has no room. */
const FULL = 0.97;
/** A lock that is taken for longer: before it is always taken, CPUs that spin for it are always busy. */
const TAKEN = 0.9;
/** CPUs with more idle time than this, and with packets that wait, may be idle for a lock: if a thread waits for it for each two of them. */
const IDLE = 0.1;
const IDLE_FOR = 2;
/** CPUs that spin for longer than this are busy with a lock, not with packets. */
const SPINNING = 0.2;
/** What is so busy on average may have been full while there was more to do than on average. */
const NEARLY_FULL = 0.8;
/** What is as busy as the busiest. */
const ALIKE = 0.02;
/** Names of output queues begin so. */
const OUTPUT = "output ";

/** What was full if packets were lost or had to wait, in closed loops in any case. */
export const limitOf = (simulated: Simulated): RunLimit => {
  const isClosed = Boolean(simulated.closed ?? simulated.tcp);
  const lost = lostOf(simulated, isClosed);
  if (!(isClosed || lost)) return passed(simulated);
  const struck = lost && struckOf(simulated, lost);
  const full = struck?.lasts ? undefined : fullOf(simulated, lost);
  if (full) return { ...full, text: full.text + outcome(lost) };
  if (isClosed && (!lost || lost.share <= SOME)) {
    if (simulated.dropped - (lost?.packets ?? 0) > Number(simulated.offered) * SOME) return droppedElsewhere(simulated);
    // Users and connections offer no more than they get answers for.
    return { by: "nothing", text: `nothing: loops wait for round trips; ${fullest(simulated)}` };
  }
  const isPassed = lost!.reason && isPassing(simulated, lost!);
  if (isPassed && simulated.dropped > 2 * lost!.packets) return droppedElsewhere(simulated);
  if (struck && (struck.takes || !isPassed)) return { by: struck.by, text: struck.text + outcome(lost) };
  return isPassed ? passing(simulated, lost!, struck !== undefined) : nearlyFull(simulated, lost!);
};

// ---- what was full ----

/** The first that is full: what stands further back in the list is busy because of what stands before it, or waits for it. */
const fullOf = (simulated: Simulated, lost: Lost | undefined): RunLimit | undefined => {
  const links = linksOf(simulated).filter(({ share }) => share > FULL);
  // What a link leaves over stays in its output queue.
  const isForLink = !lost?.reason || lost.reason === "QueueFull";
  if (links.length > 0 && isForLink) return linksNamed(links);
  const interrupted = Math.min(...simulated.cpus.map((_, cpu) => interruptsOf(simulated, cpu)));
  if (interrupted > LIVELOCK && simulated.cpus.length > 0) return { by: "CPU", text: `interrupts (${percent(interrupted)} of all CPUs, a livelock)` };
  const [bgl, ...others] = simulated.locks;
  const taken = [...(bgl ? [bgl] : []), ...others.sort((a, b) => b.taken - a.taken)].find(
    (lock) => lock.taken > TAKEN && isWaitedFor(lock, simulated),
  );
  if (taken) return { by: kindOf(taken), text: `${nameOf(taken)} (taken ${percent(taken.taken)})` };
  const cpus = cpusOf(simulated).filter(({ share }) => share > FULL);
  const spun = cpus.reduce((sum, { name }) => sum + spinOf(simulated, Number(name)), 0) / cpus.length;
  const spunFor = spun > SPINNING ? waitedFor(simulated) : undefined;
  if (spunFor) return waitedNamed(simulated, spunFor);
  if (cpus.length > 0) return cpusNamed(simulated, cpus);
  return links.length > 0 ? linksNamed(links) : undefined;
};

// ---- what was not full all the time ----

const nearlyFull = (simulated: Simulated, lost: Lost): RunLimit => {
  const { by, text } = nearlyFullOf(simulated, lost) ?? mostLost(simulated, lost);
  return { by, text: text + outcome(lost) };
};

const nearlyFullOf = (simulated: Simulated, lost: Lost): RunLimit | undefined => {
  const waited = waitedFor(simulated);
  if (waited) return waitedNamed(simulated, waited);
  const cpus = cpusOf(simulated);
  const most = Math.max(0, ...cpus.map(({ share }) => share));
  // What is busiest on average is full first in a burst.
  const [link] = lost.reason === "QueueFull" ? sorted(linksOf(simulated)) : [];
  if (link && link.share > most) return { by: "link", text: `${linksNamed([link]).text} in bursts` };
  const idleFor = lost.reason === "NoMbufs" ? sleptFor(simulated) : undefined;
  // Interrupts, which empty the rings, wait for no other work of their CPUs.
  const shares =
    lost.reason === "RingFull" && !simulated.polling ? cpus.map((_, cpu) => interruptsOf(simulated, cpu)) : cpus.map(({ share }) => share);
  const needed = Math.max(0, ...shares);
  if (needed > NEARLY_FULL) {
    const { by, text } = cpusNamed(
      simulated,
      cpus.filter((_, cpu) => shares[cpu]! > needed - ALIKE),
    );
    return { by, text: text + (idleFor ? `, ${nameOf(idleFor)}` : "") };
  }
  return idleFor && waitedNamed(simulated, idleFor);
};

/** The lock for which CPUs are idle while their ports fill. */
const sleptFor = (simulated: Simulated): RunLock | undefined => {
  const shares = cpusOf(simulated).map(({ share }) => 1 - share);
  return Math.min(...shares) > IDLE ? waitedFor(simulated, shares.reduce((sum, share) => sum + share, 0) / IDLE_FOR) : undefined;
};

/** Where most packets were lost. */
const mostLost = ({ drops, queues, polling }: Simulated, { reason }: Lost): RunLimit => {
  if (reason === "RingFull" && polling) {
    const bursts = polling.map(({ burst }) => burst);
    const [least, most] = [Math.min(...bursts), Math.max(...bursts)];
    return { by: "polling", text: `what polling takes at a time (burst ${least < most ? `${least} to ${most}` : most})` };
  }
  if (reason === "RingFull") {
    const where = [...new Set(drops.filter((one) => one.reason === reason).map((one) => one.interface ?? "this host"))];
    return { by: "ring", text: `receive ${many("ring", where)} ${some(where)} at times` };
  }
  if (reason === "QueueFull") {
    const outputs = queues.filter(({ name }) => name.startsWith(OUTPUT));
    const longest = outputs.filter((one) => outputs.every(({ highWater }) => highWater <= one.highWater));
    return { by: "queue", text: `output ${many("queue", longest)} ${some(longest.map(({ name }) => name.slice(OUTPUT.length)))} in bursts` };
  }
  if (reason === "NoMbufs") return { by: "mbufs", text: "the mbufs, which wait for threads or locks" };
  return { by: "unknown", text: "none of link, lock, CPU and ring" };
};
