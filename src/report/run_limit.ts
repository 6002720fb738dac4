/** Which part of a simulated system was full. */
import { percent } from "./quantities.ts";
import type { RunLimit, RunReport } from "./run_report.ts";

type Simulated = RunReport["simulated"];

/** A CPU or link that is busy for longer, or a lock that is taken for longer, has no room. */
const FULL = 0.97;
/** What is on the way at the end of a short run is not missing. */
const CARRIED = 0.99;

/** Names of some, and how many there are more. */
const some = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(", ") : `${names.slice(0, 4).join(", ")} and ${names.length - 4} more`;

/** Time that is idle, or spent waiting for a lock that somebody else has. */
export const workOf = (classes: Simulated["cpus"][number], elapsed: bigint): number => {
  const { Idle, BglSpin, SerializerWait } = classes;
  return elapsed === 0n ? 0 : 1 - Number(Idle + BglSpin + SerializerWait) / Number(elapsed);
};

/** The first that is full: what stands further back in the list is busy because of what stands before it, or waits for it. */
export const limitOf = (simulated: Simulated): RunLimit => {
  const { offered, carried, dropped, locks } = simulated;
  const all = Number(carried) >= CARRIED * Number(offered) && dropped === 0;
  const links = Object.entries(simulated.links).filter(([, used]) => used !== null && used > FULL);
  if (links.length > 0) return { by: "link", text: `the link of ${some(links.map(([name]) => name))} (${percent(links[0]![1]!)} of its rate)` };
  const [bgl, ...others] = locks;
  if (bgl && bgl.taken > FULL) return { by: "BGL", text: `the BGL (held or handed over ${percent(bgl.taken)} of the time)` };
  const lock = others.filter(({ taken }) => taken > FULL).sort((a, b) => b.taken - a.taken)[0];
  if (lock) return { by: "serializer", text: `${lock.name} (held or handed over ${percent(lock.taken)} of the time)` };
  const works = simulated.cpus.map((classes) => workOf(classes, simulated.elapsed));
  const full = works.flatMap((work, cpu) => (work > FULL ? [`${cpu}`] : []));
  if (full.length > 0) return { by: "CPU", text: `${full.length > 1 ? "CPUs" : "CPU"} ${some(full)} (busy for more than 97 % of the time)` };
  if (all)
    return { by: "nothing", text: `nothing: all that was offered is carried; the busiest CPU works ${percent(Math.max(...works))} of the time` };
  return lossOf(simulated);
};

/** Nothing is full all the time, but packets were lost, so something was for a while. */
const lossOf = ({ drops }: Simulated): RunLimit => {
  const where = (reason: string): string[] => [...new Set(drops.filter((one) => one.reason === reason).map((one) => one.interface ?? "this host"))];
  const rings = where("RingFull");
  if (rings.length > 0) return { by: "ring", text: `the receive ring of ${some(rings)}, which was full at times` };
  if (where("QueueFull").length > 0) return { by: "queue", text: "an output queue that was full at times (QueueFull)" };
  return { by: "unknown", text: "none of link, lock, CPU and ring: see the drops" };
};
