/** Chains of an interrupt and their IPIs: one for each CPU that gets packets, however many. */
import { expect, test } from "vitest";
import { BROADCAST, frame, station } from "../support/frames.ts";
import { type Lab, onEachMachine, ownMac, toRouter } from "../support/lab.ts";
import { udp } from "../support/packets.ts";

/** A flow of CPU `cpu`, of 4: 20.0.0.8 to 20.1.0.8 and a destination port of 0. */
const ofCpu = (cpu: number, id = 0) => toRouter({ id, src: "20.0.0.8", dst: "20.1.0.8", payload: udp({ sport: cpu, dport: 0 }) });
const ipis = (lab: Lab, action: () => unknown): number => {
  const { ipiq_count = 0, ipiq_avoided = 0 } = lab.changes(action).stats;
  return ipiq_count + ipiq_avoided;
};

onEachMachine((labs) => {
  test("an interrupt sends one IPI to each other CPU that gets packets, and none to its own", () => {
    const lab = labs.routerOf(2, { cpus: 4 });
    const frames = Array.from({ length: 20 }, (_, n) => ofCpu(n & 3));
    const { stats, threads, ports } = lab.changes(() => expect(lab.burst("em0", frames)).toHaveLength(20));
    expect(ports.em0!.interrupts).toBe(1);
    expect(stats.ipiq_count! + (stats.ipiq_avoided ?? 0)).toBeGreaterThanOrEqual(3);
    expect([0, 1, 2, 3].map((cpu) => threads[`udp_thread ${cpu}`]!.messages)).toEqual([5, 5, 5, 5]);
  });

  test.each([
    [[0, 0, 0], 0],
    [[1, 1, 1], 1],
    [[0, 1, 1], 1],
    [[3, 1, 3, 2], 3],
  ])("packets for the CPUs %o, freed there, cost an interrupt on CPU 0 %i IPIs", (cpus, expected) => {
    const lab = labs.of({ cpus: 4, interfaces: [{ name: "em0", mac: ownMac(0) }] });
    const frames = cpus.map((cpu) => ofCpu(cpu));
    expect(ipis(lab, () => lab.burst("em0", frames))).toBe(expected);
  });

  test("packets for the CPU that serves the interrupt cost no IPI", () => {
    const lab = labs.of({ cpus: 4, interfaces: [{ name: "em0", mac: ownMac(0), cpu: 2 }] });
    expect(ipis(lab, () => lab.burst("em0", [ofCpu(2), ofCpu(2), ofCpu(2)]))).toBe(0);
    expect(ipis(lab, () => lab.receive("em0", frame({ dst: BROADCAST, src: station(1) })))).toBe(1);
  });

  test("frames that come one by one cost an IPI each", () => {
    const lab = labs.of({ cpus: 4, interfaces: [{ name: "em0", mac: ownMac(0) }] });
    expect(ipis(lab, () => [1, 2, 3].map(() => lab.receive("em0", ofCpu(1))))).toBe(3);
  });

  test("frames that are freed on the interrupt thread are in no chain", () => {
    const lab = labs.of({ cpus: 4, interfaces: [{ name: "em0", mac: ownMac(0), monitor: true }] });
    expect(ipis(lab, () => lab.burst("em0", [ofCpu(1), ofCpu(2)]))).toBe(0);
  });

  test("the packets of a flow stay in their order", () => {
    const lab = labs.routerOf(2, { cpus: 4 });
    const frames = Array.from({ length: 100 }, (_, n) => ofCpu(n % 3, n));
    const ids = lab.burst("em0", frames).map(({ data }) => (data[18]! << 8) | data[19]!);
    for (const flow of [0, 1, 2])
      expect(ids.filter((id) => id % 3 === flow)).toEqual(Array.from({ length: 100 }, (_, n) => n).filter((n) => n % 3 === flow));
  });

  test("a chain costs a hardware IPI, unless its CPU is still busy with an earlier one, which on the instant machine it never is", () => {
    const lab = labs.of({ cpus: 2, interfaces: ["em0", "em1"].map((name, n) => ({ name, mac: ownMac(n) })) });
    const { stats } = lab.changes(() => {
      lab.engine.receive([
        { interface: "em0", data: ofCpu(1) },
        { interface: "em1", data: toRouter({ src: "20.0.0.8", dst: "20.1.0.8", payload: udp({ sport: 1, dport: 0 }) }, 1) },
      ]);
      lab.engine.run();
    });
    const { ipiq_count = 0, ipiq_avoided = 0 } = stats;
    expect(ipiq_count + ipiq_avoided).toBe(2);
    if (labs.build === "debug") expect(ipiq_avoided).toBe(0);
  });

  test("bursts change no byte of what leaves, nor its order on a CPU", () => {
    const frames = Array.from({ length: 150 }, (_, n) => ofCpu(0, n));
    const left = [1, 7, 64, 256].map((burst) =>
      labs
        .routerOf(2, { options: { burst }, ports: { em0: { rxRing: 256 } } })
        .burst("em0", frames)
        .map(({ data }) => data),
    );
    for (const other of left) expect(other).toEqual(left[0]);
    expect(left[0]).toHaveLength(150);
  });
});
