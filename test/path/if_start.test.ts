/** Who starts the transmitter: the sender itself, or the ifnet thread of a CPU that one of three reasons picks. */
import { expect, test } from "vitest";
import { type LabOptions, type Labs, onEachMachine, toRouter } from "../support/lab.ts";
import { readIp, udp } from "../support/packets.ts";

const SCHEDONLY = "net.link.generic.ifq_dispatch_schedonly";
const ONCPU = "net.link.generic.if_start_oncpu_sched";
/** Belongs to CPU `cpu`, of 4. */
const ofCpu = (cpu: number, id = 0) => toRouter({ id, payload: udp({ sport: cpu, dport: 0 }) });
const scheduled = (labs: Labs, sysctl: Record<string, number>, more: LabOptions = {}) =>
  labs.routerOf(2, { cpus: 4, ports: { em1: { cpu: 2 } }, ...more, sysctl: { [SCHEDONLY]: 1, ...sysctl } });

onEachMachine((labs) => {
  test("the sender starts a transmitter that is free itself, on its own CPU, unless the machine refuses it", () => {
    const lab = labs.routerOf(2, { cpus: 4, ports: { em1: { cpu: 2 } } });
    const { threads, ports, locks } = lab.changes(() => expect(lab.receive("em0", ofCpu(1))).toEqual(["em1"]));
    const contended = ports.em1!.ifq_contend_sched ?? 0;
    expect(threads["ifnet 2"]?.messages ?? 0).toBe(contended);
    expect(locks["serializer em1"]).toBe(1);
    if (labs.build !== "stutter") expect(contended).toBe(0);
  });

  test("schedonly: the ifnet thread of the interface's CPU does it, for one IPI from another CPU", () => {
    const lab = scheduled(labs, {});
    const { threads, stats } = lab.changes(() => expect(lab.receive("em0", ofCpu(1))).toEqual(["em1"]));
    expect(threads["ifnet 2"]).toEqual({ messages: 1 });
    expect(stats.ipiq_count! + (stats.ipiq_avoided ?? 0)).toBe(2); // the packet to CPU 1, if_start to CPU 2
  });

  test("schedonly from the interface's own CPU costs no IPI for if_start", () => {
    const lab = scheduled(labs, {});
    const { threads, stats } = lab.changes(() => expect(lab.receive("em0", ofCpu(2))).toEqual(["em1"]));
    expect([threads["ifnet 2"], stats.ipiq_count! + (stats.ipiq_avoided ?? 0)]).toEqual([{ messages: 1 }, 1]);
  });

  test.each([0, 1, 3])("if_start_oncpu_sched: the ifnet thread of the sender's CPU %i does it", (cpu) => {
    const lab = scheduled(labs, { [ONCPU]: 1 });
    const { threads } = lab.changes(() => expect(lab.receive("em0", ofCpu(cpu))).toEqual(["em1"]));
    expect(threads[`ifnet ${cpu}`]).toEqual({ messages: 1 });
    expect(threads["ifnet 2"]).toBeUndefined();
  });

  test("ifnet threads run without the BGL, in whatever mode the protocol threads are", () => {
    const lab = scheduled(labs, { "net.netisr.mpsafe_thread": 0 });
    expect(lab.changes(() => lab.receive("em0", ofCpu(1))).threads["ifnet 2"]).toEqual({ messages: 1 });
  });

  test("a flood by the bridge needs no scheduling: it waits for the interface", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"], { cpus: 4, sysctl: { [SCHEDONLY]: 1 } });
    const packet = toRouter();
    packet.set([2, 0xaa, 0, 0, 0, 9], 0);
    const { threads } = lan.changes(() => expect(lan.receive("em0", packet)).toEqual(["em1", "em2"]));
    expect(Object.keys(threads).filter((name) => name.startsWith("ifnet"))).toEqual([]);
  });

  test("many CPUs that send by one interface lose nothing and keep the order of each flow", () => {
    const lab = labs.routerOf(2, { cpus: 4, ports: { em0: { rxRing: 256 }, em1: { cpu: 2, queue: 1000 } } });
    const frames = Array.from({ length: 400 }, (_, n) => ofCpu(n & 3, n));
    const { ports } = lab.changes(() => {
      const ids = lab.burst("em0", frames).map(({ data }) => readIp(data).id);
      for (const cpu of [0, 1, 2, 3]) expect(ids.filter((id) => (id & 3) === cpu)).toEqual(Array.from({ length: 100 }, (_, n) => 4 * n + cpu));
    });
    const { ifq_contend_sched = 0, ifq_avoid = 0 } = ports.em1!;
    if (labs.build === "stutter") expect([ifq_contend_sched > 0, ifq_avoid > 0]).toEqual([true, true]);
    else expect([ifq_contend_sched, ifq_avoid]).toEqual([0, 0]);
  });

  test("the interlock is given back: after any amount of traffic the next sender starts again", () => {
    const lab = labs.routerOf(2, { ports: { em1: { txRing: 1, queue: 10 } } });
    for (let round = 0; round < 20; round++) {
      lab.engine.setCarrier("em1", false);
      for (let n = 0; n < 15; n++) lab.receive("em0", toRouter());
      lab.engine.setCarrier("em1", true);
      expect(lab.engine.take()).toHaveLength(10); // one in the ring, 9 in the queue
    }
  });
});
