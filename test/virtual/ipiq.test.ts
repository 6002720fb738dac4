/** IPI queues (sys/kern/lwkt_ipiq.c): a FIFO of 16 entries for each pair of CPUs; a sender that finds it more than half full spins until it is a quarter full. */
import { expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import { makeEngine } from "../support/engines.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { toRouter } from "../support/lab.ts";
import { udp } from "../support/packets.ts";
import { polledConfig } from "../support/polled.ts";
import { US } from "../support/systems.ts";

/** Frames that come together, and each of which CPU 0 sends to CPU 1 by an entry of its own: to read it takes 1 us. IPIs take a millisecond. */
const sent = async (frames: number): Promise<Engine> => {
  const costs = { RxFrame: 1000, IpiLatency: 1_000_000, LineTransfer: 100 };
  const engine = await makeEngine("virtual", polledConfig({ cpus: 2, costs, wires: { em0: { rxBurst: 1 } } }));
  const data = toRouter({ payload: udp({ sport: 1, dport: 0 }) });
  engine.receive(Array.from({ length: frames }, () => ({ interface: "em0", data, time: 0n })));
  engine.run();
  return engine;
};

/** From the end of the tenth read, 10 us, to the IPI, a millisecond after the first entry, and until the sender has noticed that there is room. */
const SPIN = 991_100_000n;

test.each([
  [9, 0],
  [10, 1],
  [18, 1],
  [19, 2],
])("%i entries for a CPU that takes none of them yet: nine find room, the sender spins with the next one, %i times in all", async (frames, spins) => {
  const engine = await sent(frames);
  expect(engine.counters().stats.ipiq_fifofull).toBe(spins);
  expect(engine.results().cpus[0]).toMatchObject({ Interrupt: BigInt(frames) * US, Ipi: BigInt(spins) * SPIN });
  expect(engine.take()).toHaveLength(frames);
  expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
});
