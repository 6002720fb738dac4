/** What a departure or a loss says about its thread and the BGL is what the threads counted. */
import { describe, expect, test } from "vitest";
import type { DroppedPacket } from "../../src/types.ts";
import { BROADCAST, frame, station } from "../support/frames.ts";
import { type LabOptions, Labs, onEachMachine, ownMac, toRouter } from "../support/lab.ts";

const drops = (options: LabOptions = {}): LabOptions => ({ ...options, options: { drops: true } });
const without = { service: "without", violation: false } as const;

/** Losses by reason. */
const tally = (losses: readonly DroppedPacket[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { reason } of losses) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};

onEachMachine((labs) => {
  describe("a forwarded packet", () => {
    test.each([
      [0, { service: "got", violation: false, handler: "recursive" }],
      [1, { ...without, handler: "got" }],
      [2, { ...without, handler: "got" }],
    ])("in mode %i", (mode, lock) => {
      const [sent] = labs.routerOf(2, { sysctl: { "net.netisr.mpsafe_thread": mode } }).sent("em0", toRouter({ dst: "20.1.0.9" }));
      expect(sent).toMatchObject({ cpu: 0, thread: "udp_thread 0", lock, path: "Forwarded" });
    });

    test("in mode 0, behind another one", () => {
      const router = labs.routerOf(2, { sysctl: { "net.netisr.mpsafe_thread": 0 } });
      router.sent("em0", toRouter({ dst: "20.1.0.9" }));
      expect(router.sent("em0", toRouter({ dst: "20.1.0.9" }))[0]!.lock).toEqual({ service: "kept", violation: false, handler: "recursive" });
      router.set("net.netisr.mpsafe_thread", 1);
      expect(router.sent("em0", toRouter({ dst: "20.1.0.9" }))[0]!.lock).toEqual({ service: "released", violation: false, handler: "got" });
    });

    test("of a handler that is MPSAFE", () => {
      const router = labs.routerOf(2, { handlers: { ip: { mpsafe: true } } });
      expect(router.sent("em0", toRouter({ dst: "20.1.0.9" }))[0]!.lock).toEqual({ ...without, handler: "mpsafe" });
    });
  });

  test("a flooded copy in mode 2 says that its message was not MPSAFE", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"], { sysctl: { "net.netisr.mpsafe_thread": 2 } });
    const sent = lan.sent("em0", frame({ src: station(0), dst: BROADCAST }));
    expect(sent.map(({ thread, lock }) => [thread, lock])).toEqual(
      [1, 2].map(() => ["netisr_cpu 0", { service: "without", violation: true, handler: "none" }]),
    );
  });

  test("an ICMP error has the thread and the decision of the packet that it is about", () => {
    const router = labs.routerOf(1, drops());
    const [error] = router.sent("em0", toRouter({ dst: "20.0.0.9", ttl: 1 }));
    expect(error).toMatchObject({ path: "Originated", thread: "udp_thread 0", lock: { ...without, handler: "got" } });
    expect(router.engine.takeDrops()).toMatchObject([{ reason: "TtlExceeded", thread: "udp_thread 0", lock: { ...without, handler: "got" } }]);
  });

  test("a loss says who received it, when, which arrival it was, and who dropped it", () => {
    const router = labs.routerOf(2, drops());
    router.sent("em0", toRouter({ dst: "20.1.0.9" }), 1);
    router.sent("em1", toRouter({ dst: "30.0.0.1" }, 1), 2);
    expect(router.engine.takeDrops()).toEqual([
      {
        interface: "em1",
        port: 1,
        time: 2_000_000_000_000n,
        cause: 1,
        reason: "NoRoute",
        cpu: 0,
        thread: "udp_thread 0",
        lock: { ...without, handler: "got" },
      },
    ]);
    expect(router.engine.takeDrops()).toEqual([]);
  });

  test("what the interface refuses has no thread; what its interrupt drops has the interrupt's", () => {
    const router = labs.routerOf(1, drops());
    router.sent("em0", frame({ src: station(0), dst: ownMac(3) }));
    router.sent("em0", toRouter({ protocol: 50, length: 19 }));
    expect(router.engine.takeDrops().map(({ reason, cpu, thread }) => [reason, cpu, thread])).toEqual([
      ["NotForUs", -1, ""],
      ["IpBadLength", 0, "ithread em0"],
    ]);
  });

  test("without the option nothing is kept, and everything else is the same", () => {
    const [kept, other] = [drops(), {}].map((options) => {
      const router = labs.routerOf(2, options);
      router.sent("em0", toRouter({ dst: "30.0.0.1" }));
      return router.engine;
    });
    expect([kept!.takeDrops().length, other!.takeDrops().length]).toEqual([1, 0]);
    expect(other!.counters()).toEqual(kept!.counters());
    expect(other!.fingerprint()).toBe(kept!.fingerprint());
  });

  test("packets that an interface loses when it goes down are losses too", () => {
    const router = labs.routerOf(2, drops({ ports: { em1: { txRing: 1 } } }));
    router.engine.setCarrier("em1", false);
    router.burst(
      "em0",
      [1, 2, 3].map(() => toRouter({ dst: "20.1.0.9" })),
    );
    router.engine.setInterfaceUp("em1", false);
    expect(tally(router.engine.takeDrops())).toEqual({ InterfaceDown: 2 });
  });
});

test("more losses than the area holds stop the engine in between, and none is forgotten", () => {
  const router = new Labs("debug").routerOf(1, drops({ mbufs: 64, ports: { em0: { rxRing: 4 } }, limits: { input: 1_000_000 } }));
  const refused = frame({ src: station(0), dst: ownMac(3) });
  const noRoute = toRouter({ dst: "30.0.0.1" });
  router.burst(
    "em0",
    Array.from({ length: 5000 }, (_, i) => (i % 3 ? refused : noRoute)),
  );
  const losses = router.engine.takeDrops();
  expect(losses.length).toBe(5000);
  expect(tally(losses)).toEqual({ NotForUs: 3333, NoRoute: 1667 });
  expect(losses.map(({ cause }) => cause).sort((a, b) => a - b)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
});
