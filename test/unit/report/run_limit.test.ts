import { describe, expect, test } from "vitest";
import { limitOf } from "../../../src/report/run_limit.ts";
import { cpu, lock, type Simulated, simulated, times } from "./simulated.ts";

const lost = (packets: number, reason: string, offered = 100): Partial<Simulated> => ({
  offered: BigInt(offered),
  carried: BigInt(offered - packets),
  dropped: packets,
  drops: [{ reason, interface: "em0", cpu: 0, packets }],
});
const dropped = (reason: string): Partial<Simulated> => lost(50, reason);
const forwarded = (Forwarded: number, Fastforwarded: number) =>
  ({ paths: { Delivered: 0, Bridged: 0, Fastforwarded, Forwarded, Originated: 0 } }) as Partial<Simulated>;
const waiting = (queued: number) => ({ conservation: { queued }, elapsed: 10n ** 12n }) as Partial<Simulated>;
const output = (name: string, highWater: bigint) => ({ name: `output ${name}`, highWater }) as Simulated["queues"][number];
const closed: Partial<Simulated> = { tcp: [] };
/** A hundred times as many threads wait for it at a time. */
const waited = (name: string, held: number, hundredths: number) => lock(name, held, { contended: 10n, waits: times(BigInt(hundredths), 10n) });
const fault = (kind: string, share: number, struck = 1n) => ({ kind, what: `${kind}'s`, struck, held: 0n, share }) as Simulated["faults"][number];
/** All the time. */
const struck = (...faults: [kind: string, what: string, struck?: bigint][]): Partial<Simulated> => ({
  faults: faults.map(([kind, what, times = 100n]) => ({ ...fault(kind, 1, times), what })),
});
const BGL = lock("BGL", 0.1, { waits: times(0n, 0n) });

describe("what limits", () => {
  test.each<[string, Partial<Simulated>, string]>([
    ["nothing", {}, "nothing: all is carried; the fullest is the BGL (50.0 %)"],
    ["nothing", { locks: [BGL] }, "nothing: all is carried; the fullest is CPU 0 (40.0 %)"],
    ["nothing", { locks: [BGL], links: { em0: 0.8, em1: null } }, "nothing: all is carried; the fullest is the link of em0 (80.0 %)"],
    ["nothing", { locks: [BGL, lock("queue em1", 0.6)] }, "nothing: all is carried; the fullest is the lock of output queue em1 (60.0 %)"],
    ["nothing", { offered: 5000n, carried: 4995n, dropped: 5 }, "nothing: all is carried but 5; the fullest is the BGL (50.0 %)"],
    // Full, but it has carried all.
    ["nothing", { cpus: [cpu({ Protocol: 980n })] }, "nothing: all is carried; the fullest is CPU 0 (98.0 %)"],
    ["nothing", closed, "nothing: loops wait for round trips; the fullest is the BGL (50.0 %)"],
    ["nothing", { ...closed, ...waiting(90), cpus: [] }, "nothing: loops wait for round trips; the fullest is the BGL (50.0 %)"],
    ["nothing", { ...closed, ...lost(1, "QueueFull", 500) }, "nothing: loops wait for round trips; the fullest is the BGL (50.0 %)"],
    ["nothing", { ...closed, ...lost(2, "WireLoss", 400) }, "nothing: loops wait for round trips; the fullest is the BGL (50.0 %)"],
    ["unknown", { ...closed, ...lost(3, "WireLoss", 400) }, "none of link, lock, CPU and ring: dropped 0.8 %, WireLoss"],
    ["CPU", { ...closed, cpus: [cpu({ Protocol: 980n })] }, "CPU 0 (busy 98.0 %)"],
  ])("%s, if all but a few are carried", (by, more, text) => {
    expect(limitOf(simulated(more))).toEqual({ by, text });
  });

  test.each<[string, Partial<Simulated>, string]>([
    ["nothing", lost(5, "QueueFull", 1000), "nothing: all is carried but 0.5 %; the fullest is the BGL (50.0 %)"],
    ["queue", { ...lost(6, "QueueFull", 1000), queues: [output("em1", 9n)] }, "output queue em1 in bursts: lost 0.6 %, QueueFull"],
    ["nothing", { ...lost(60, "QueueFull", 1000), ...forwarded(20, 960) }, "nothing lasting: 6.0 % lost (QueueFull) in bursts or as flows began"],
    ["nothing", { ...lost(5, "NoMbufs", 1000), ...forwarded(5, 960) }, "nothing lasting: 0.5 % lost (NoMbufs) in bursts or as flows began"],
    // More than flows that were new, or flows that are new all the time.
    ["mbufs", { ...lost(61, "NoMbufs", 1000), ...forwarded(20, 960) }, "the mbufs, which wait for threads or locks: lost 6.1 %, NoMbufs"],
    [
      "nothing",
      { ...lost(20, "QueueFull", 1000), ...forwarded(20, 960), cpus: [cpu({ Protocol: 900n })] },
      "nothing lasting: 2.0 % lost (QueueFull) in bursts or as flows began",
    ],
    ["CPU", { ...lost(21, "QueueFull", 1000), ...forwarded(20, 960), cpus: [cpu({ Protocol: 900n })] }, "CPU 0 (busy 90.0 %): lost 2.1 %, QueueFull"],
    ["mbufs", { ...lost(21, "NoMbufs", 1000), ...forwarded(200, 779) }, "the mbufs, which wait for threads or locks: lost 2.1 %, NoMbufs"],
    ["CPU", { ...lost(5, "QueueFull", 1000), cpus: [cpu({ Protocol: 980n })] }, "CPU 0 (busy 98.0 %): lost 0.5 %, QueueFull"],
    // A fault that takes the very room; others only may have had to do with it.
    ["fault", { ...lost(5, "RingFull", 1000), ...struck(["ring", "em0"]) }, "the fault ring em0: lost 0.5 %, RingFull"],
    ["nothing", { ...lost(5, "QueueFull", 1000), ...struck(["ring", "em0"]) }, "nothing: all is carried but 0.5 %; the fullest is the BGL (50.0 %)"],
    [
      "nothing",
      { ...lost(5, "RingFull", 1000), ...struck(["stall", "CPU 1"]) },
      "nothing: all is carried but 0.5 %; the fullest is the BGL (50.0 %)",
    ],
    [
      "nothing",
      { ...lost(60, "QueueFull", 1000), ...forwarded(20, 960), ...struck(["stall", "CPU 1"]) },
      "nothing lasting: 6.0 % lost (QueueFull) by faults or as flows began",
    ],
    ["fault", { ...lost(6, "RingFull", 1000), ...struck(["stall", "CPU 1"]) }, "the fault stall CPU 1: lost 0.6 %, RingFull"],
    [
      "unknown",
      { ...lost(5, "RingFull", 1000), ...struck(["ring", "em0"]), dropped: 11 },
      "none of link, lock, CPU and ring: dropped 1.1 %, RingFull",
    ],
    ["unknown", { ...lost(5, "QueueFull", 1000), dropped: 11 }, "none of link, lock, CPU and ring: dropped 1.1 %, QueueFull"],
  ])("%s, if few are lost", (by, more, text) => {
    expect(limitOf(simulated(more))).toEqual({ by, text });
  });

  test.each<[string, Partial<Simulated>, string]>([
    ["CPU", { cpus: [cpu({ Protocol: 980n }), cpu({})] }, "CPU 0 (busy 98.0 %): lost 50.0 %, NoMbufs"],
    ["CPU", { cpus: Array(6).fill(cpu({ Protocol: 980n })) }, "CPUs 0, 1, 2, 3 and 2 more (busy 98.0 %): lost 50.0 %, NoMbufs"],
    ["CPU", { cpus: [cpu({ Interrupt: 900n, Protocol: 90n }), cpu({})] }, "CPU 0 (busy 99.0 %, 90.0 % by interrupts): lost 50.0 %, NoMbufs"],
    ["BGL", { locks: [lock("BGL", 0.95)], cpus: [cpu({ BglSpin: 1000n })] }, "the BGL (taken 95.0 %): lost 50.0 %, NoMbufs"],
    ["serializer", { locks: [BGL, lock("serializer bridge0", 0.99)] }, "serializer bridge0 (taken 99.0 %): lost 50.0 %, NoMbufs"],
    ["queue lock", { locks: [BGL, lock("queue em2", 0.99)] }, "the lock of output queue em2 (taken 99.0 %): lost 50.0 %, NoMbufs"],
    [
      // Nobody else needs it.
      "CPU",
      {
        locks: [BGL, lock("serializer em0", 0.99, { contended: 0n, waits: times(0n, 0n) })],
        cpus: [cpu({ Interrupt: 800n, Protocol: 190n }), cpu({})],
      },
      "CPU 0 (busy 99.0 %): lost 50.0 %, NoMbufs",
    ],
    [
      "CPU",
      { locks: [lock("BGL", 0.95)], cpus: [cpu({ Interrupt: 900n }), cpu({ Interrupt: 990n })] },
      "interrupts (90.0 % of all CPUs, a livelock): lost 50.0 %, NoMbufs",
    ],
    // What a link cannot send is lost in output queues; mbufs may be gone for its sake, if nothing else is full.
    [
      "link",
      { ...dropped("QueueFull"), links: { em0: 0.99, em1: 0.98 }, cpus: [cpu({ Protocol: 1000n })] },
      "the links of em0, em1 (at 98.0 %): lost 50.0 %, QueueFull",
    ],
    ["CPU", { links: { em0: 0.99 }, cpus: [cpu({ Protocol: 1000n })] }, "CPU 0 (busy 100.0 %): lost 50.0 %, NoMbufs"],
    ["link", { links: { em0: 0.99 } }, "the link of em0 (at 99.0 %): lost 50.0 %, NoMbufs"],
    // CPUs that are busy with a lock.
    [
      "BGL",
      { locks: [waited("BGL", 0.7, 90)], cpus: [cpu({ Protocol: 700n, BglSpin: 300n })] },
      "the BGL (held 70.0 %, 0.9 waiters): lost 50.0 %, NoMbufs",
    ],
    ["CPU", { locks: [waited("BGL", 0.7, 90)], cpus: [cpu({ Protocol: 900n, BglSpin: 100n })] }, "CPU 0 (busy 100.0 %): lost 50.0 %, NoMbufs"],
  ])("%s, if it is full", (by, more, text) => {
    expect(limitOf(simulated({ ...dropped("NoMbufs"), ...more }))).toEqual({ by, text });
  });

  test.each<[string, Partial<Simulated>, string]>([
    ["serializer", { locks: [BGL, waited("serializer em1", 0.4, 130)] }, "serializer em1 (held 40.0 %, 1.3 waiters): lost 50.0 %, NoMbufs"],
    ["queue lock", { locks: [BGL, waited("queue em1", 0.4, 130)] }, "the lock of output queue em1 (held 40.0 %, 1.3 waiters): lost 50.0 %, NoMbufs"],
    ["CPU", { cpus: [cpu({}), cpu({ Protocol: 850n })] }, "CPU 1 (busy 85.0 %): lost 50.0 %, NoMbufs"],
    [
      "fault",
      { ...struck(["stall", "CPU 1"], ["ring", "em0"], ["mbufs", "pool"]), cpus: [cpu({ Protocol: 850n })] },
      "the fault mbufs pool and 1 more: lost 50.0 %, NoMbufs",
    ],
    // It has not come yet; and one that only loses frames takes no room.
    ["CPU", { ...struck(["mbufs", "pool", 0n], ["loss", "em0"]), cpus: [cpu({ Protocol: 850n })] }, "CPU 0 (busy 85.0 %): lost 50.0 %, NoMbufs"],
    ["CPU", { cpus: [cpu({ Protocol: 835n }), cpu({ Protocol: 850n })] }, "CPUs 0, 1 (busy 83.5 %): lost 50.0 %, NoMbufs"],
    // Idle while packets wait: for a lock, if as many threads wait for it; not if hardly one does.
    [
      "CPU",
      { locks: [BGL, waited("serializer em1", 0.4, 20)], cpus: [cpu({ Protocol: 850n }), cpu({ Protocol: 850n })] },
      "CPUs 0, 1 (busy 85.0 %), serializer em1: lost 50.0 %, NoMbufs",
    ],
    ["CPU", { locks: [BGL, waited("queue em1", 0.4, 30)], cpus: [cpu({ Protocol: 940n })] }, "CPU 0 (busy 94.0 %): lost 50.0 %, NoMbufs"],
    [
      "serializer",
      { locks: [BGL, waited("serializer em1", 0.4, 40)], cpus: [cpu({ Protocol: 700n }), cpu({ Protocol: 600n })] },
      "serializer em1 (held 40.0 %, 0.4 waiters): lost 50.0 %, NoMbufs",
    ],
    [
      "mbufs",
      { locks: [BGL, waited("serializer em1", 0.4, 30)], cpus: [cpu({ Protocol: 700n }), cpu({ Protocol: 600n })] },
      "the mbufs, which wait for threads or locks: lost 50.0 %, NoMbufs",
    ],
    // Interrupts come before all else that a CPU does.
    ["ring", { ...dropped("RingFull"), cpus: [cpu({ Protocol: 800n, Interrupt: 100n })] }, "receive ring em0 at times: lost 50.0 %, RingFull"],
    ["CPU", { ...dropped("RingFull"), cpus: [cpu({ Interrupt: 840n }), cpu({ Protocol: 900n })] }, "CPU 0 (busy 84.0 %): lost 50.0 %, RingFull"],
    ["CPU", { ...dropped("RingFull"), cpus: [cpu({ Protocol: 850n })], polling: [] }, "CPU 0 (busy 85.0 %): lost 50.0 %, RingFull"],
    ["ring", dropped("RingFull"), "receive ring em0 at times: lost 50.0 %, RingFull"],
    [
      "queue",
      { ...dropped("QueueFull"), queues: [output("em0", 40n), output("em1", 50n), output("em2", 50n)] },
      "output queues em1, em2 in bursts: lost 50.0 %, QueueFull",
    ],
    ["link", { ...dropped("QueueFull"), links: { em0: 0.3, em1: 0.7 } }, "the link of em1 (at 70.0 %) in bursts: lost 50.0 %, QueueFull"],
    ["mbufs", dropped("NoMbufs"), "the mbufs, which wait for threads or locks: lost 50.0 %, NoMbufs"],
  ])("%s, if nothing is full all the time", (by, more, text) => {
    expect(limitOf(simulated({ ...dropped("NoMbufs"), ...more }))).toEqual({ by, text });
  });

  test("what limits is what polling takes, if rings were full and CPUs were not", () => {
    const polled = (...bursts: number[]) => ({ ...dropped("RingFull"), polling: bursts.map((burst) => ({ burst })) }) as Partial<Simulated>;
    const limit = (more: Partial<Simulated>) => limitOf(simulated(more));
    expect(limit(polled(9))).toEqual({ by: "polling", text: "what polling takes at a time (burst 9): lost 50.0 %, RingFull" });
    expect(limit(polled(10, 9, 11)).text).toBe("what polling takes at a time (burst 9 to 11): lost 50.0 %, RingFull");
    expect(limit({ ...polled(9), cpus: [cpu({ Protocol: 850n })] }).by).toBe("CPU");
    expect(limit({ ...polled(9), ...dropped("NoMbufs") }).by).toBe("mbufs");
  });

  // So long that five times what comes meanwhile in the mean is what was lost: 50 of 100.
  test.each<[string, Partial<Simulated>, string]>([
    ["fault", { faults: [fault("stall", 0.1)] }, "the fault stall stall's: lost 50.0 %, NoMbufs"],
    ["mbufs", { faults: [fault("stall", 0.09)] }, "the mbufs, which wait for threads or locks: lost 50.0 %, NoMbufs"],
    ["fault", { faults: [fault("stall", 0.05), fault("holder", 0.05)] }, "the fault holder holder's and 1 more: lost 50.0 %, NoMbufs"],
    ["fault", { faults: [fault("stall", 0.2), fault("mbufs", 0.01)] }, "the fault stall stall's: lost 50.0 %, NoMbufs"],
    ["mbufs", { faults: [fault("stall", 1, 0n), fault("ring", 1)] }, "the mbufs, which wait for threads or locks: lost 50.0 %, NoMbufs"],
    ["fault", { ...dropped("RingFull"), faults: [fault("ring", 0, 25n)] }, "the fault ring ring's: lost 50.0 %, RingFull"],
    ["ring", { ...dropped("RingFull"), faults: [fault("ring", 1, 24n)] }, "receive ring em0 at times: lost 50.0 %, RingFull"],
  ])("%s, if there were faults", (by, more, text) => {
    expect(limitOf(simulated({ ...dropped("NoMbufs"), ...more }))).toEqual({ by, text });
  });

  test.each<[string, Partial<Simulated>, string]>([
    ["CPU", { ...waiting(40), cpus: [cpu({})].map((one) => ({ ...one, Idle: 10n ** 10n })) }, "CPU 0 (busy 99.0 %): 40.0 % still waiting"],
    ["unknown", { ...waiting(40), cpus: [] }, "none of link, lock, CPU and ring: 40.0 % still waiting"],
    // Copies of floods.
    ["unknown", { ...waiting(4000), cpus: [] }, "none of link, lock, CPU and ring: 4,000 packets still waiting"],
    ["unknown", dropped("NoRoute"), "none of link, lock, CPU and ring: dropped 50.0 %, NoRoute"],
    ["unknown", lost(6, "NoRoute", 5000), "none of link, lock, CPU and ring: dropped 0.1 %, NoRoute"],
    // Whatever is busy meanwhile.
    ["unknown", { ...dropped("NoRoute"), cpus: [cpu({ Protocol: 900n })] }, "none of link, lock, CPU and ring: dropped 50.0 %, NoRoute"],
    [
      "unknown",
      { carried: 0n, elapsed: 10n ** 12n, cpus: [] },
      "none of link, lock, CPU and ring: what is not carried was delivered to this host, answered, flooded to nobody, or is still on its way",
    ],
  ])("%s, by what is not carried", (by, more, text) => {
    expect(limitOf(simulated(more))).toEqual({ by, text });
  });
});
