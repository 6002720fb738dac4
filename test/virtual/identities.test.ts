/** What must hold exactly of every run with costs (support/identities.ts): at half of a load, when the last frame arrives, and when nothing is left to do. */
import { describe, expect, test } from "vitest";
import type { Counters, Results } from "../../src/types.ts";
import { nameOf, systemOf } from "../support/busy_systems.ts";
import { makeEngine } from "../support/engines.ts";
import { allLeft, brokenIdentities, unrest } from "../support/identities.ts";
import { LONG, LONG_TIMEOUT } from "../support/long.ts";
import { CPUS, type GridPoint, gridOf, waysOf } from "../support/path_grid.ts";

const reached = new Set<string>();
const points = gridOf(LONG ? 1 : 25);

describe.each(CPUS)("%d CPUs", (cpus) => {
  const ours = points.filter((point) => point.cpus === cpus);

  test(
    `${ours.length} systems: times, queues, locks and packets add up`,
    async () => {
      for (const point of ours) {
        const { config, arrivals, end } = systemOf(point);
        const half = arrivals.length >> 1;
        const engine = await makeEngine("virtual", config, { drops: point.seed % 2 === 0 });
        engine.receive(arrivals.slice(0, half));
        engine.run(arrivals[half]?.time ?? end / 2n);
        expect(brokenIdentities(engine), `${nameOf(point)}: half of it`).toEqual([]);
        engine.receive(arrivals.slice(half));
        engine.run(end);
        expect(engine.now, nameOf(point)).toBe(end);
        expect(brokenIdentities(engine), `${nameOf(point)}: under load`).toEqual([]);
        note(engine.results());
        engine.run();
        expect([...brokenIdentities(engine), ...unrest(engine)], `${nameOf(point)}: at rest`).toEqual([]);
        if (allLeft(engine)) noteWaits(engine.results());
        expect(missed(point, engine.counters()), nameOf(point)).toEqual([]);
        engine.dispose();
      }
    },
    LONG_TIMEOUT,
  );
});

test("the grid reaches contention of every kind", () => {
  const wanted = [
    "waits for locks",
    "waits for none",
    "BGL",
    "serializer",
    "queue",
    "Interrupt",
    "Protocol",
    "Ipi",
    "BglSpin",
    "SerializerWait",
    "Switch",
    "Idle",
    "RingFull",
  ];
  expect(wanted.filter((name) => !reached.has(name))).toEqual([]);
});

/** Kinds of locks that were contended, classes that CPUs had time in, and reasons of drops. */
function note({ locks, cpus, drops }: Results): void {
  for (const { name, contended } of locks) if (contended > 0n) reached.add(name.split(" ")[0]!);
  for (const classes of cpus) for (const [name, time] of Object.entries(classes)) if (time > 0n) reached.add(name);
  for (const { reason } of drops) reached.add(reason);
}

/** Of systems whose packets have all left: whether any waited for a lock with its thread. */
function noteWaits({ places }: Results): void {
  reached.add(places.Lock.sum > 0n ? "waits for locks" : "waits for none");
}

/** In which ways a system was not what its point is there for. */
function missed(point: GridPoint, { paths, conservation }: Counters): string[] {
  const { taken, never } = waysOf(point);
  const wrong: string[] = [];
  for (const path of taken) if (!paths[path]) wrong.push(`none ${path}`);
  for (const path of never) if (paths[path]) wrong.push(`some ${path}`);
  if (point.loaded === "overload" && !conservation.dropped) wrong.push("no drops of an overload");
  if (point.loaded === "light" && point.source === "generator" && point.way !== "mixed" && conservation.dropped) wrong.push("drops of a light load");
  return wrong;
}
