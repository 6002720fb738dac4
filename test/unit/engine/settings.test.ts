import { describe, expect, test } from "vitest";
import { ConfigError, EngineError } from "../../../src/errors.ts";
import { KNOBS } from "../../../src/knobs.ts";
import { BROADCAST, frame, station } from "../../support/frames.ts";
import { Labs, toRouter } from "../../support/lab.ts";

const labs = new Labs("release");
const knobs = Object.values(KNOBS);

describe("knobs", () => {
  test.each(knobs.map((knob) => [knob.name, knob] as const))("%s has its default, and takes its bounds but nothing beyond them", (name, knob) => {
    const { engine } = labs.routerOf(2);
    if (name !== "net.inet.ip.forwarding") expect(engine.getKnob(name)).toBe(knob.default);
    for (const value of [knob.min, knob.max]) {
      engine.setKnob(name, value);
      expect(engine.getKnob(name)).toBe(value);
    }
    for (const value of [knob.min - 1, knob.max + 1, knob.min + 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => engine.setKnob(name, value)).toThrow(ConfigError);
      expect(() => engine.setKnob(name, value)).toThrow(`sysctl["${name}"]: expected an integer from ${knob.min} to ${knob.max}`);
    }
    expect(engine.getKnob(name)).toBe(knob.max);
  });

  test("one that is not there is refused with its path and with the names that there are", () => {
    const { engine } = labs.routerOf(1);
    for (const name of ["net.netisr.mpsafe", "", "__proto__", "toString"]) {
      expect(() => engine.getKnob(name)).toThrow(ConfigError);
      expect(() => engine.setKnob(name, 0)).toThrow(`sysctl["${name}"]: expected a knob, one of net.netisr.mpsafe_thread, `);
    }
  });

  test("a change acts from the next packet on", () => {
    const lab = labs.routerOf(2);
    expect(lab.receive("em0", toRouter())).toEqual(["em1"]);
    lab.set("net.inet.ip.forwarding", 0);
    expect(lab.receive("em0", toRouter())).toEqual([]);
    lab.set("net.inet.ip.forwarding", 1);
    expect(lab.receive("em0", toRouter())).toEqual(["em1"]);
  });
});

describe("interfaces", () => {
  test("one that is down takes nothing in and sends nothing", () => {
    const lab = labs.bridgeOf(["em0", "em1", "em2"]);
    const data = frame({ dst: BROADCAST, src: station(1) });
    lab.engine.setInterfaceUp("em1", false);
    expect([lab.receive("em0", data), lab.receive("em1", data)]).toEqual([["em2"], []]);
    lab.engine.setInterfaceUp("em1", true);
    expect([lab.receive("em0", data), lab.receive("em1", data)]).toEqual([
      ["em1", "em2"],
      ["em0", "em2"],
    ]);
  });

  test("whether one is up is a matter of the engine's state, not of its configuration", () => {
    const { engine } = labs.bridgeOf(["em0", "em1"]);
    const before = engine.snapshot();
    engine.setInterfaceUp("em1", false);
    engine.setInterfaceUp("br0", false);
    expect(["em0", "em1", "br0"].map((name) => engine.isInterfaceUp(name))).toEqual([true, false, false]);
    engine.restore(before);
    expect(["em0", "em1", "br0"].map((name) => engine.isInterfaceUp(name))).toEqual([true, true, true]);
  });

  test("one without a carrier keeps frames in ring and queue, drops what does not fit there, and sends the rest when the cable is back", () => {
    const lab = labs.bridgeOf(["em0", "em1"], { ports: { em1: { txRing: 3, queue: 2 } } });
    lab.engine.setCarrier("em1", false);
    const changes = lab.changes(() => {
      for (let n = 0; n < 9; n++) expect(lab.receive("em0", frame({ dst: station(99), src: station(n) }))).toEqual([]);
    });
    expect(changes.drops).toEqual({ QueueFull: 4 });
    expect(lab.engine.counters().conservation.queued).toBe(5);
    lab.engine.setCarrier("em1", true);
    expect(lab.engine.take().map(({ cause }) => cause)).toEqual([0, 1, 2, 3, 4]);
    expect(lab.engine.counters().conservation.queued).toBe(0);
  });

  test("unknown ones are refused, and so is a cable in something without a plug", () => {
    const { engine } = labs.bridgeOf(["em0"]);
    expect(() => engine.setInterfaceUp("em1", true)).toThrow(ConfigError);
    expect(() => engine.isInterfaceUp("em1")).toThrow(ConfigError);
    expect(() => engine.setCarrier("em1", true)).toThrow(ConfigError);
    expect(() => engine.setCarrier("br0", true)).toThrow(ConfigError);
  });
});

describe("routes", () => {
  test("a new one takes packets over, its removal gives them back", () => {
    const lab = labs.routerOf(3);
    const where = () => lab.receive("em0", toRouter({ dst: "20.1.0.9" }));
    expect(where()).toEqual(["em1"]);
    lab.engine.setRoute({ dst: "20.1.0.8/30", via: "10.0.2.2", if: "em2" });
    expect(where()).toEqual(["em2"]);
    expect(lab.engine.deleteRoute("20.1.0.8/30")).toBe(true);
    expect(where()).toEqual(["em1"]);
    expect(lab.engine.deleteRoute("20.1.0.8/30")).toBe(false);
  });

  test("what is no prefix, gateway or port is refused with its path", () => {
    const { engine } = labs.routerOf(2);
    for (const [route, path] of [
      [{ dst: "20.1.0.0", if: "em0" }, "dst"],
      [{ dst: "20.1.0.0/33", if: "em0" }, "dst"],
      [{ dst: "20.1.0.0/16", via: "10.0.0", if: "em0" }, "via"],
      [{ dst: "20.1.0.0/16", if: "em9" }, "interface"],
    ] as const)
      expect(() => engine.setRoute(route)).toThrow(expect.objectContaining({ name: "ConfigError", path }));
    expect(() => engine.deleteRoute("everything")).toThrow(expect.objectContaining({ path: "dst" }));
  });

  test('"default" is the prefix of length 0', () => {
    const lab = labs.routerOf(2);
    lab.engine.setRoute({ dst: "default", via: "10.0.1.2", if: "em1" });
    expect(lab.receive("em0", toRouter({ dst: "9.9.9.9" }))).toEqual(["em1"]);
    expect(lab.engine.deleteRoute("default")).toBe(true);
    expect(lab.receive("em0", toRouter({ dst: "9.9.9.9" }))).not.toContain("em1");
  });
});

describe("bridges", () => {
  test("a member that was taken out is no port any more until it is put back; both are answered once", () => {
    const lab = labs.bridgeOf(["em0", "em1", "em2"]);
    const flood = () => lab.receive("em0", frame({ dst: BROADCAST, src: station(1) }));
    expect([lab.engine.removeMember("br0", "em1"), lab.engine.removeMember("br0", "em1")]).toEqual([true, false]);
    expect(flood()).toEqual(["em2"]);
    expect([lab.engine.restoreMember("br0", "em1"), lab.engine.restoreMember("br0", "em1")]).toEqual([true, false]);
    expect(flood()).toEqual(["em1", "em2"]);
  });

  test("a lower limit trims the table, a higher one than was configured is not to be had", () => {
    const lab = labs.bridgeOf(["em0", "em1"], { bridge: { maxaddr: 5 } });
    const learn = (from: number) => {
      for (let n = from; n < from + 9; n++) lab.receive("em0", frame({ dst: BROADCAST, src: station(n) }));
      return lab.engine.counters().bridges[0]!.addresses;
    };
    expect(learn(0)).toBe(5);
    lab.engine.setMaxaddr("br0", 2);
    expect([lab.engine.counters().bridges[0]!.addresses, learn(100)]).toEqual([2, 2]);
    for (const wrong of [6, 0, 2.5, Number.NaN])
      expect(() => lab.engine.setMaxaddr("br0", wrong)).toThrow("maxaddr: expected an integer from 1 to 5");
    lab.engine.setMaxaddr("br0", 5);
    expect(learn(200)).toBe(5);
  });

  test("unknown ones are refused", () => {
    const { engine } = labs.bridgeOf(["em0"]);
    expect(() => engine.setMaxaddr("br1", 1)).toThrow(expect.objectContaining({ name: "ConfigError", path: "bridge" }));
    expect(() => engine.removeMember("em0", "em0")).toThrow(ConfigError);
    expect(() => engine.restoreMember("br0", "em7")).toThrow(ConfigError);
  });
});

describe("an engine that was disposed of", () => {
  test("answers every request with an error that says so", () => {
    const { engine } = labs.bridgeOf(["em0", "em1"]);
    const snapshot = engine.snapshot();
    engine.receive([{ interface: 0, data: frame({ dst: BROADCAST, src: station(1) }) }]);
    engine.run();
    engine.dispose();
    const requests: (() => unknown)[] = [
      () => engine.run(),
      () => engine.receive([]),
      () => engine.now,
      () => engine.counters(),
      () => engine.fingerprint(),
      () => engine.snapshot(),
      () => engine.restore(snapshot),
      () => engine.setKnob("net.inet.ip.forwarding", 1),
      () => engine.setInterfaceUp("em0", true),
      () => engine.isInterfaceUp("em0"),
      () => engine.setCarrier("em0", true),
      () => engine.setRoute({ dst: "default", if: "em0" }),
      () => engine.deleteRoute("default"),
      () => engine.removeMember("br0", "em0"),
      () => engine.restoreMember("br0", "em0"),
      () => engine.setMaxaddr("br0", 1),
      () => engine.setHandler("ip", () => "pass"),
      () => engine.schedule("ip", 0, () => {}),
    ];
    for (const request of requests) {
      expect(request).toThrow(EngineError);
      expect(request).toThrow("the engine has been disposed of");
    }
    expect(engine.take()).toEqual([]);
    expect(engine.takeDrops()).toEqual([]);
    expect(() => engine.dispose()).not.toThrow();
  });

  test("while it was given frames takes no more of them", () => {
    const { engine } = labs.bridgeOf(["em0", "em1"]);
    const data = frame({ dst: BROADCAST, src: station(1) });
    const frames = (function* () {
      yield { interface: 0, data };
      engine.dispose();
      yield { interface: 0, data };
    })();
    expect(() => engine.receive(frames)).toThrow(new EngineError("the engine has been disposed of"));
  });
});

test("a frame comes before the time of its engine ends", () => {
  const { engine } = labs.bridgeOf(["em0", "em1"]);
  const [end, words] = labs.build === "virtual" ? [2n ** 54n, "below 2^54, where virtual time ends"] : [2n ** 64n - 1n, "2^64 - 2"];
  const at = (time: bigint) => () => engine.receive([{ interface: 0, data: frame({ dst: BROADCAST, src: station(1) }), time }]);
  expect(at(end)).toThrow(`[0].time: expected picoseconds from 0 to ${words}, but got ${end}n`);
  expect(at(end - 1n)).not.toThrow();
});
