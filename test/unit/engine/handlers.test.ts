import { expect, test } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import type { HandlerVerdict } from "../../../src/types.ts";
import { BROADCAST, frame, IPV6, station } from "../../support/frames.ts";
import { onEachMachine, ownMac, toRouter } from "../../support/lab.ts";

const ipv6 = (n = 0) => frame({ dst: ownMac(0), src: station(n), type: IPV6 });

onEachMachine((labs) => {
  test.each([
    ["taken", { paths: { Delivered: 1 }, drops: {} }],
    ["refused", { paths: {}, drops: { HandlerRefused: 1 } }],
  ] as const)("a packet that a handler says it has %s ends there", (verdict, { paths, drops }) => {
    const lab = labs.routerOf(2);
    lab.engine.setHandler("ipv6", () => verdict);
    const changes = lab.changes(() => expect(lab.receive("em0", ipv6())).toEqual([]));
    expect([changes.paths, changes.drops]).toEqual([paths, drops]);
  });

  test("a packet that a handler passes on goes to the kernel's own handler, if there is one", () => {
    const lab = labs.routerOf(2);
    lab.engine.setHandler("ip", () => "pass");
    lab.engine.setHandler("ipv6", () => "pass");
    expect(lab.receive("em0", toRouter())).toEqual(["em1"]);
    expect(lab.changes(() => lab.receive("em0", ipv6())).drops).toEqual({ UnregisteredIsr: 1 });
  });

  test("a handler sees the whole frame, its interface and its protocol, and what it answers with is sent", () => {
    const lab = labs.routerOf(2);
    const seen: unknown[] = [];
    const answer = frame({ dst: station(9), src: ownMac(1), type: IPV6 });
    lab.engine.setHandler("ipv6", ({ frame: bytes, interface: name, protocol, send }) => {
      seen.push([bytes.slice(), name, protocol, send("em1", answer), send("em7", answer)]);
      return "taken";
    });
    const sent = lab.sent("em0", ipv6(3));
    expect(seen).toEqual([[ipv6(3), "em0", "ipv6", true, false]]);
    expect(sent.map(({ interface: name, data, path }) => [name, data, path])).toEqual([["em1", answer, "Originated"]]);
  });

  test("what a handler throws comes out of run, once; its packet is refused and the others go on", () => {
    const lab = labs.routerOf(2);
    const thrown = new RangeError("from a handler");
    let calls = 0;
    lab.engine.setHandler("ipv6", () => {
      if (calls++ % 2 === 0) throw thrown;
      return "taken";
    });
    lab.engine.receive([0, 1, 2, 3].map((n) => ({ interface: 0, data: ipv6(n) })));
    lab.engine.receive([{ interface: 0, data: toRouter() }]);
    let caught: unknown;
    try {
      lab.engine.run();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
    const { drops, paths, conservation } = lab.engine.counters();
    expect([calls, drops.HandlerRefused, paths.Delivered, paths.Forwarded, conservation.holds]).toEqual([4, 2, 2, 1, true]);
    expect(lab.engine.take().map((departure) => departure.interface)).toEqual(["em1"]);
    expect(() => lab.engine.run()).not.toThrow();
  });

  test("the state of an engine with handlers goes on in one that has none", () => {
    const lab = labs.routerOf(2);
    const other = labs.routerOf(2);
    lab.engine.setHandler("ip", () => "refused");
    lab.engine.schedule("ip", 0, () => {});
    other.engine.restore(lab.engine.snapshot());
    expect(other.receive("em0", toRouter())).toEqual(["em1"]);
  });

  test.each<[unknown]>([["perhaps"], ["constructor"], ["__proto__"], [undefined], [1], [Object.create(null)]])(
    "verdict %j counts as refused",
    (verdict) => {
      const lab = labs.routerOf(2);
      lab.engine.setHandler("ipv6", () => verdict as HandlerVerdict);
      expect(lab.changes(() => lab.receive("em0", ipv6())).drops).toEqual({ HandlerRefused: 1 });
    },
  );

  test("a frame that is sent when no handler runs, or is too long for an mbuf, is not taken", () => {
    const lab = labs.routerOf(2);
    let late = (_name: string, _bytes: Uint8Array): boolean => true;
    const longFrame: boolean[] = [];
    lab.engine.setHandler("ipv6", ({ send }) => {
      late = send;
      longFrame.push(send("em1", new Uint8Array(5000)));
      return "taken";
    });
    expect(lab.receive("em0", ipv6())).toEqual([]);
    expect(longFrame).toEqual([false]);
    expect(late("em1", frame({ dst: BROADCAST, src: ownMac(1) }))).toBe(false);
    expect(lab.receive("em0", ipv6())).toEqual([]);
  });

  test.each([
    ["text", "x".repeat(90)],
    ["an ArrayBuffer", new ArrayBuffer(90)],
    ["nothing", undefined],
    ["transferred", transferred()],
  ])("a frame that is %s is refused", (_, bytes) => {
    const lab = labs.routerOf(2);
    lab.engine.setHandler("ipv6", ({ send }) => (send("em1", bytes as unknown as Uint8Array) ? "taken" : "refused"));
    expect(() => lab.receive("em0", ipv6())).toThrow("frame: expected a Uint8Array, but got ");
    expect(lab.engine.take()).toEqual([]);
  });

  test("work that is scheduled from any CPU runs at the next run, once however often it was asked for", () => {
    const lab = labs.of({ cpus: 4, interfaces: [{ name: "em0", mac: ownMac(0) }] });
    let runs = 0;
    for (const cpu of [0, 1, 3, 3]) lab.engine.schedule("ipx", cpu, () => runs++);
    expect(runs).toBe(0);
    lab.engine.run();
    expect(runs).toBe(1);
    lab.engine.run();
    expect(runs).toBe(1);
    lab.engine.schedule("ipx", 2, () => {
      throw new Error("from scheduled work");
    });
    expect(() => lab.engine.run()).toThrow("from scheduled work");
    for (const cpu of [-1, 4, 0.5]) expect(() => lab.engine.schedule("ipx", cpu, () => {})).toThrow(ConfigError);
  });
});

function transferred(): Uint8Array {
  const bytes = new Uint8Array(90);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}
