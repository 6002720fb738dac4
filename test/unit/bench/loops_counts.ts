/** An engine's counters in the form of the loops. */
import { type Counts, countKey } from "../../../bench/loops/counts.ts";
import type { Engine } from "../../../src/engine.ts";

export const countsOf = (engine: Engine): Counts => {
  const { ports, threads, stats, bridges, flows, locks } = engine.counters();
  const counts: Counts = new Map();
  const put = (group: string, number: number, values: Record<string, number>): void => {
    for (const [name, value] of Object.entries(values)) if (value) counts.set(countKey(group, number, name), value);
  };
  const numberOf = new Map(ports.map(({ name }, number) => [name, number]));
  for (const [number, { counters, drops, ends }] of ports.entries()) {
    put("port", number, counters);
    put("drops", number, drops);
    // Row 0 of the engine's table is for packets of its own, which these workloads have none of.
    put("ends", number, ends);
  }
  for (const { name, cpu, ...values } of threads) {
    const [kind, which] = name.split(" ") as [string, string];
    put(kind, numberOf.get(which) ?? cpu, values as unknown as Record<string, number>);
  }
  for (const [name, gets] of Object.entries(locks)) {
    const [kind, port = ""] = name.split(" ") as [string, string?];
    put("lock", numberOf.get(port) ?? 0, { [kind]: gets });
  }
  put("stats", 0, stats);
  for (const [number, { addresses }] of bridges.entries()) put("bridge", number, { addresses });
  for (const [cpu, inuse] of flows.entries()) put("flows", cpu, { inuse });
  return counts;
};
