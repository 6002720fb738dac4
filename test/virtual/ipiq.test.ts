/**
 * IPI queues (sys/kern/lwkt_ipiq.c): a FIFO of 16 entries for each pair of CPUs; a sender that finds it more than half full spins until it is a quarter full. Their
 * interrupt waits while the target is in a critical section.
 */
import { expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { Arrival } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { toRouter } from "../support/lab.ts";
import { udp } from "../support/packets.ts";
import { giveIcmp, polledConfig } from "../support/polled.ts";
import { type Costs, US } from "../support/systems.ts";

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

/** Counts of IPIs that interrupted CPU 1, and of entries that did not have to. */
const interrupts = async (latency: number, receive: number): Promise<{ count: number; avoided: number }> => {
  const costs = { RxFrame: 1000, IpiLatency: latency, IpiReceive: receive };
  const engine = await makeEngine("virtual", polledConfig({ cpus: 2, costs, wires: { em0: { rxBurst: 1 } } }));
  const data = toRouter({ payload: udp({ sport: 1, dport: 0 }) });
  engine.receive(Array.from({ length: 4 }, () => ({ interface: "em0", data, time: 0n })));
  engine.run();
  expect(engine.take()).toHaveLength(4);
  const { ipiq_count, ipiq_avoided } = engine.counters().stats;
  return { count: ipiq_count!, avoided: ipiq_avoided! };
};

// An entry is sent each microsecond.
test.each<[what: string, latency: number, receive: number, wanted: { count: number; avoided: number }]>([
  ["interrupt each time, if the one before is served by then", 100, 100, { count: 4, avoided: 0 }],
  ["do not interrupt while an IPI is on its way", 10_000, 100, { count: 1, avoided: 3 }],
  ["do not interrupt while the target serves others", 100, 10_000, { count: 1, avoided: 3 }],
  ["interrupt when the target has just gone back to its work", 100, 1500, { count: 2, avoided: 2 }],
])("entries %s", async (_, latency, receive, wanted) => {
  expect(await interrupts(latency, receive)).toEqual(wanted);
});

test.each(["virtual", "virtualRelease"] as const)(
  "requests of the host find an IPI queue that is more than half full: nothing is lost (%s)",
  async (build) => {
    const costs = { RxFrame: 1000, IpiLatency: 1_000_000, LineTransfer: 100 };
    const engine = await makeEngine(build, polledConfig({ cpus: 2, costs, wires: { em0: { rxBurst: 1 } }, ports: [{ cpu: 1 }] }));
    const data = toRouter({ payload: udp({ sport: 1, dport: 1 }) });
    engine.receive(Array.from({ length: 9 }, () => ({ interface: "em0", data, time: 0n })));
    engine.run(500n * US);
    const ran: string[] = [];
    const names = ["ip", "ns", "aarp", "atalk2", "atalk1", "arp", "mpls", "ipx", "ipv6"] as const;
    for (const name of names) engine.schedule(name, 1, () => ran.push(name));
    engine.run(510n * US);
    expect(ran).toEqual(names); // and not only when the IPI comes
    engine.run();
    expect(engine.take()).toHaveLength(9);
    expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
  },
);

/** Of a flow of CPU 1, at a time in microseconds. em0's interrupt is CPU 0's, em1's CPU 1's. */
const toCpu1 = (port: 0 | 1, time: number): Arrival => ({
  interface: `em${port}`,
  time: BigInt(time) * US,
  data: toRouter({ payload: udp({ sport: 1, dport: 0 }) }, port),
});

// What takes 5 us keeps CPU 1 busy with em1's frame from 3 to 8 us; the IPI with em0's comes at 6.
test.each<[what: string, costs: Costs, sent: number, served: number]>([
  ["waits until the interrupt thread that preempts is through", { RxFrame: 5000 }, 0, 8],
  ["waits while an interrupt is entered", { Interrupt: 5000 }, 0, 8],
  ["waits for the end of a thread switch", { Switch: 5000 }, 5, 8],
  ["interrupts a thread at work at once", { Service: 5000 }, 5, 6],
])("an IPI %s", async (_, costs, sent, served) => {
  const config = polledConfig({ cpus: 2, costs: { ...costs, IpiLatency: 1000 }, wires: {}, ports: [{ cpu: 0 }, { cpu: 1 }] });
  const engine = await makeEngine("virtual", config, { trace: { from: 0n } });
  engine.receive(sent < 3 ? [toCpu1(0, sent), toCpu1(1, 3)] : [toCpu1(1, 3), toCpu1(0, sent)]);
  engine.run();
  const takes = engine.trace().records.filter(({ kind }) => kind === "Served");
  expect(takes.map(({ time, cpu }) => [time, cpu])).toEqual([[BigInt(served) * US, 1]]);
  expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
});

test("a handler that is set while its protocol's message is on its way leaves the message alone", async () => {
  const costs = { IpiLatency: 1000, IpiReceive: 1000, Service: 100_000 };
  const engine = await makeEngine("virtual", polledConfig({ cpus: 2, costs, wires: {} }));
  let runs = 0;
  giveIcmp(engine, 1);
  engine.schedule("ipv6", 1, () => runs++);
  engine.run(50n * US); // its thread is at work for the packet
  engine.setHandler("ipv6", () => "taken");
  engine.schedule("ipv6", 1, () => runs++);
  engine.run();
  expect([runs, engine.counters().stats.sched_coalesced]).toEqual([1, 1]);
});
