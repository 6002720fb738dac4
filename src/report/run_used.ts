/** What packets of a simulated system need, CPUs, links and locks: for which share of the time it was in use, and its name in a line of the report. */
import { percent } from "./quantities.ts";
import type { RunLimit, RunLock, RunReport } from "./run_report.ts";

type Simulated = RunReport["simulated"];

/** CPUs that spend more on interrupts than this do nothing else; who holds a lock then is one that they have preempted. */
export const LIVELOCK = 0.85;
/** Threads that wait for a lock at a time, on average, from which on there nearly always is one: it is free only while one that slept for it wakes up. */
const WAITING = 0.75;
/** One that threads wait for less than this limits nobody, even if it is always taken, as by the one thread that needs it. */
const WAITED = 0.1;

interface Used {
  name: string;
  share: number;
}

/** Names of some, and how many there are more. */
export const some = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(", ") : `${names.slice(0, 4).join(", ")} and ${names.length - 4} more`;

export const many = (one: string, { length }: { length: number }): string => (length > 1 ? `${one}s` : one);

const shareOf = (time: bigint, { elapsed }: Simulated): number => (elapsed === 0n ? 0 : Number(time) / Number(elapsed));

export const cpusOf = (simulated: Simulated): Used[] =>
  simulated.cpus.map(({ Idle }, cpu) => ({ name: `${cpu}`, share: simulated.elapsed === 0n ? 0 : 1 - shareOf(Idle, simulated) }));

export const linksOf = ({ links }: Simulated): Used[] => Object.entries(links).flatMap(([name, share]) => (share === null ? [] : [{ name, share }]));

/** "the BGL", "serializer em0", "the lock of output queue em0". */
export const nameOf = ({ name }: RunLock): string => (name === "BGL" ? "the BGL" : name.replace(/^queue /, "the lock of output queue "));

export const kindOf = ({ name }: RunLock): RunLimit["by"] => (name === "BGL" ? "BGL" : name.startsWith("queue ") ? "queue lock" : "serializer");

/** Threads that waited for it at a time, by the waits that are over. */
const waitersOf = ({ waits }: RunLock, { elapsed }: Simulated): number => Number(waits.mean * waits.count) / Number(elapsed || 1n);

/** The most used first. */
export const sorted = (all: readonly Used[]): Used[] => [...all].sort((a, b) => b.share - a.share);

export const fullest = (simulated: Simulated): string => {
  const [most] = sorted([
    ...cpusOf(simulated).map(({ name, share }) => ({ name: `CPU ${name}`, share })),
    ...simulated.locks.map((lock) => ({ name: nameOf(lock), share: lock.taken })),
    ...linksOf(simulated).map(({ name, share }) => ({ name: `the link of ${name}`, share })),
  ]);
  return most ? `the fullest is ${most.name} (${percent(most.share)})` : "";
};

/** The share is that of the least busy of them. */
export const linksNamed = (links: readonly Used[]): RunLimit => ({
  by: "link",
  text: `the ${many("link", links)} of ${some(links.map(({ name }) => name))} (at ${percent(sorted(links).at(-1)!.share)})`,
});
export const cpusNamed = (simulated: Simulated, cpus: readonly Used[]): RunLimit => {
  const interrupted = Math.min(...cpus.map(({ name }) => interruptsOf(simulated, Number(name))));
  const what = interrupted > LIVELOCK ? `, ${percent(interrupted)} by interrupts` : "";
  const text = `${many("CPU", cpus)} ${some(cpus.map(({ name }) => name))} (busy ${percent(sorted(cpus).at(-1)!.share)}${what})`;
  return { by: "CPU", text };
};

/** Some waits may not be over. */
export const isWaitedFor = (lock: RunLock, simulated: Simulated): boolean => waitersOf(lock, simulated) > WAITED || lock.contended > lock.waits.count;

export const interruptsOf = (simulated: Simulated, cpu: number): number => shareOf(simulated.cpus[cpu]!.Interrupt, simulated);

export const spinOf = (simulated: Simulated, cpu: number): number => {
  const { BglSpin, SerializerWait } = simulated.cpus[cpu]!;
  return shareOf(BglSpin + SerializerWait, simulated);
};

/** The lock that most threads wait for, if it is as many as `waiting`. */
export const waitedFor = (simulated: Simulated, waiting = WAITING): RunLock | undefined => {
  const [worst] = [...simulated.locks].sort((a, b) => waitersOf(b, simulated) - waitersOf(a, simulated));
  return worst && waitersOf(worst, simulated) > waiting ? worst : undefined;
};

export const waitedNamed = (simulated: Simulated, lock: RunLock): RunLimit => ({
  by: kindOf(lock),
  text: `${nameOf(lock)} (held ${percent(lock.held)}, ${waitersOf(lock, simulated).toFixed(1)} waiters)`,
});
