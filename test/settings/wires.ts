/** For every option of links and interrupts, and for the order of those that want a lock. */
import { busy, type Cases, cases, drops, interrupts, latency, lock, port, results, under } from "./case.ts";
import { load, router } from "./systems.ts";

const wire = (own: object, rate = 100_000) => router({ interfaces: { "*": own }, traffic: [load(rate)] });
const interruptsOfCpu1 = results(({ cpus }) => cpus[1]!.Interrupt);
const small = router({ interfaces: { "*": {} }, traffic: [load(900_000, { arrivals: "poisson" })] });
/** 400 interrupts at once, few for more than a second, and then more than the livelock limit. */
const schedule = [
  { at: 0, rate: 40_000 },
  { at: "10ms", rate: 20 },
  { at: "1500ms", rate: 1000 },
];
const storm = router({
  interfaces: { "*": { delay: 0, livelockLimit: 300 } },
  traffic: [{ if: "em0", arrivals: "constant", schedule, dstIp: "20.1.0.1" }],
});
const request = router({ interfaces: { "*": {} }, closed: [{ if: "em0", outstanding: 4 }] });
/** Four CPUs want the BGL all the time. */
const four = router({ work: [{ name: "user", class: "user", cpus: "all", think: 1000, outside: 700, hold: 1500 }] }, { cpus: 4 });

export const WIRE_CASES: Cases = {
  "virtual.lock": { base: four, values: ["cas", "fifo", "random"], read: lock("BGL", "maxWait") },
  ...cases(
    { base: wire({}), read: interrupts },
    under("virtual.interfaces.*.", {
      rate: { values: ["1Gbps", "100Mbps"], read: latency, goes: "up" },
      propagation: { base: request, values: [0, 50_000], read: results(({ closed }) => closed![0]!.completed), goes: "down" },
      delay: { values: [20, 100], goes: "down" },
      count: { base: wire({ delay: 100 }), values: [0, 2], goes: "up" },
      gap: { values: [0, 200], goes: "down" },
      // A frame a millisecond, with which the one before is taken back.
      txDelay: { base: wire({}, 1000), values: [2000, 64, "none"], read: port("em1", "interrupts"), us: 5000 },
      rxBurst: { base: wire({}, 600_000), values: [64, 1], read: results(({ steps }) => steps), goes: "up" },
      rings: { values: [1, 4], read: interruptsOfCpu1, goes: "up" },
      ringCpus: {
        base: wire({ rings: 2 }),
        values: [
          [0, 0],
          [0, 1],
        ],
        read: interruptsOfCpu1,
        goes: "up",
      },
      livelockLimit: { base: wire({ delay: 0 }), values: [0, 2000, 1000], goes: "down", us: 50_000 },
      livelockLow: { base: storm, values: [50, 300], goes: "up", us: 1_550_000 },
      polling: { values: [false, true], goes: "down" },
      vacation: { values: ["none", 100], goes: "down" },
      "vacation.value": { base: wire({ vacation: { value: 100, law: "constant" } }), values: [100, 300], read: latency, goes: "up" },
      "vacation.law": { base: wire({ vacation: { value: 100, law: "constant" } }), values: ["constant", "exponential"], read: busy },
      refill: {
        base: { ...small, interfaces: small.interfaces.map((one) => ({ ...one, rxRing: 16 })) },
        values: ["frame", "burst"],
        read: drops("RingFull"),
        goes: "up",
      },
    }),
  ),
};
