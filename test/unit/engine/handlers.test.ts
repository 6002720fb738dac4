import { expect, test } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import type { HandlerPacket, HandlerVerdict } from "../../../src/types.ts";
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
      seen.push([bytes.slice(), name, protocol, send("em1", answer)]);
      return "taken";
    });
    const sent = lab.sent("em0", ipv6(3));
    expect(seen).toEqual([[ipv6(3), "em0", "ipv6", true]]);
    expect(sent.map(({ interface: name, data, path }) => [name, data, path])).toEqual([["em1", answer, "Originated"]]);
  });

  test.each<[what: string, send: (send: HandlerPacket["send"]) => unknown, message: string]>([
    ["by an unknown interface", (send) => send("em7", ipv6()), 'interface: expected one of em0, em1, but got "em7"'],
    ["no frame", (send) => send("em1", "frame" as unknown as Uint8Array), "frame: expected a Uint8Array"],
    ["less than a header", (send) => send("em1", new Uint8Array(13)), "frame: expected a frame of 14 to "],
    ["more than a buffer holds", (send) => send("em1", new Uint8Array(100_000)), "frame: expected a frame of 14 to "],
  ])("what a handler cannot send is refused: %s", (_, call, message) => {
    const lab = labs.routerOf(2);
    lab.engine.setHandler("ipv6", ({ send }) => (call(send) ? "taken" : "pass"));
    expect(() => lab.receive("em0", ipv6())).toThrow(ConfigError);
    expect(() => lab.receive("em0", ipv6())).toThrow(message);
    expect(lab.engine.counters().drops.HandlerRefused).toBe(2);
  });

  test.each<[unknown]>([["Taken"], ["constructor"], ["__proto__"], [undefined], [1], [true], [Object.create(null)], [Promise.resolve("taken")]])(
    "a verdict that is none is refused, and its packet: %j",
    (verdict) => {
      const lab = labs.routerOf(2);
      lab.engine.setHandler("ipv6", () => verdict as HandlerVerdict);
      const wrong = () => lab.receive("em0", ipv6());
      expect(wrong).toThrow(ConfigError);
      expect(wrong).toThrow('handler of ipv6: expected one of "pass", "taken", "refused" as its verdict, but got');
      expect(lab.engine.counters().drops.HandlerRefused).toBe(2);
    },
  );

  test("the largest frame that can be sent is sent", () => {
    const lab = labs.routerOf(2);
    let most = 0;
    lab.engine.setHandler("ipv6", ({ send }) => {
      for (let length = 9000; length > most; length--)
        try {
          if (send("em1", new Uint8Array(length))) most = length;
        } catch {}
      return "taken";
    });
    const [sent] = lab.sent("em0", ipv6());
    expect([sent!.data.length, lab.engine.exports.unaccounted()]).toEqual([most, 0n]);
    expect(most).toBeGreaterThanOrEqual(1514);
  });

  test("handlers stay when the engine goes back to a snapshot, whether it had them then or not", () => {
    const lab = labs.routerOf(2);
    const before = lab.engine.snapshot();
    let calls = 0;
    lab.engine.setHandler("ipv6", () => {
      calls++;
      return "taken";
    });
    lab.receive("em0", ipv6());
    const after = lab.engine.snapshot();
    for (const snapshot of [before, after]) {
      lab.engine.restore(snapshot);
      lab.receive("em0", ipv6());
    }
    expect(calls).toBe(3);
    const other = labs.routerOf(2);
    other.engine.restore(after);
    expect(other.changes(() => other.receive("em0", ipv6())).drops).toEqual({ UnregisteredIsr: 1 });
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

  test("a frame that is sent when no handler runs is not taken", () => {
    const lab = labs.routerOf(2);
    let late = (_name: string, _bytes: Uint8Array): boolean => true;
    lab.engine.setHandler("ipv6", ({ send }) => {
      late = send;
      return "taken";
    });
    expect(lab.receive("em0", ipv6())).toEqual([]);
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
