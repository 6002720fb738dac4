import { describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine.ts";
import { EngineError } from "../../../src/errors.ts";
import type { Arrival, Counters } from "../../../src/types.ts";
import { Random } from "../../model/random.ts";
import { digestOf } from "../../support/digest.ts";
import { BROADCAST, filler, frame, station } from "../../support/frames.ts";
import { Labs, onEachMachine, seconds, toRouter } from "../../support/lab.ts";

/** Frames between three stations and a group, 20 ms apart. */
const traffic = (seed: number, count: number, from = 0): Arrival[] => {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, n) => ({
    interface: random.below(3),
    time: seconds(from + n / 50),
    data: frame({ dst: random.below(3) ? station(random.below(3)) : BROADCAST, src: station(random.below(3)), payload: filler(random.below(300)) }),
  }));
};

const outcomeOf = (engine: Engine, arrivals: Arrival[]): { frames: number; sent: string; fingerprint: string; counters: Counters } => {
  engine.receive(arrivals);
  engine.run();
  const sent = engine.take();
  return { frames: sent.length, sent: digestOf(sent), fingerprint: engine.fingerprint(), counters: engine.counters() };
};

onEachMachine((labs) => {
  const bridge = () => labs.bridgeOf(["em0", "em1", "em2"], { cpus: 2 }).engine;

  const bridgeWith = (knob: string, value: number): Engine => {
    const engine = bridge();
    engine.setKnob(knob, value);
    return engine;
  };

  describe("a fingerprint", () => {
    test("is equal for equal configurations and equal frames", () => {
      const [one, other] = [bridge(), bridge()];
      expect(one.fingerprint()).toBe(other.fingerprint());
      expect(outcomeOf(one, traffic(1, 200))).toEqual(outcomeOf(other, traffic(1, 200)));
      expect(one.fingerprint()).toMatch(/^[0-9a-f]{16}$/);
    });

    test("differs after one frame, one knob, one second, one seed", () => {
      const base = bridge().fingerprint();
      const changed: ((engine: Engine) => void)[] = [
        (engine) => void outcomeOf(engine, traffic(1, 1)),
        (engine) => engine.setKnob("net.inet.icmp.icmplim", 199),
        (engine) => engine.run(seconds(1)),
        (engine) => engine.setInterfaceUp("em2", false),
        (engine) => engine.setRoute({ dst: "default", if: "em0" }),
      ];
      const prints = changed.map((change) => {
        const engine = bridge();
        change(engine);
        return engine.fingerprint();
      });
      prints.push(labs.bridgeOf(["em0", "em1", "em2"], { cpus: 2, seed: 2 }).engine.fingerprint());
      expect(new Set([base, ...prints]).size).toBe(prints.length + 1);
    });

    test("is not changed by looking", () => {
      const engine = bridge();
      outcomeOf(engine, traffic(2, 50));
      const before = engine.fingerprint();
      engine.counters();
      engine.snapshot();
      engine.take();
      engine.getKnob("net.inet.ip.forwarding");
      expect([engine.fingerprint(), engine.fingerprint()]).toEqual([before, before]);
    });
  });

  describe("a snapshot", () => {
    test("brings an engine back to where it was: the same frames give the same again", () => {
      const engine = bridge();
      outcomeOf(engine, traffic(3, 100));
      const snapshot = engine.snapshot();
      const first = outcomeOf(engine, traffic(4, 100, 3));
      engine.restore(snapshot);
      expect(Buffer.compare(engine.snapshot().memory, snapshot.memory)).toBe(0);
      expect(outcomeOf(engine, traffic(4, 100, 3))).toEqual(first);
    });

    test("brings another engine of the same configuration there", () => {
      const [one, other] = [bridge(), bridge()];
      outcomeOf(one, traffic(5, 100));
      outcomeOf(other, traffic(6, 77));
      other.restore(one.snapshot());
      expect(other.fingerprint()).toBe(one.fingerprint());
      expect(outcomeOf(other, traffic(7, 100, 3))).toEqual(outcomeOf(one, traffic(7, 100, 3)));
    });

    test("holds frames that have not been processed yet", () => {
      const engine = bridge();
      engine.receive(traffic(8, 50));
      engine.run(seconds(0.5));
      engine.take();
      const snapshot = engine.snapshot();
      const rest = outcomeOf(engine, []);
      engine.restore(snapshot);
      expect(outcomeOf(engine, [])).toEqual(rest);
      expect(rest.frames).toBeGreaterThan(5);
    });

    test("holds the knobs, the clock and the number of frames", () => {
      const engine = bridge();
      engine.setKnob("net.inet.icmp.icmplim", 17);
      outcomeOf(engine, traffic(9, 10));
      const { now } = engine;
      const snapshot = engine.snapshot();
      engine.setKnob("net.inet.icmp.icmplim", 18);
      engine.run(seconds(9));
      engine.restore(snapshot);
      expect([engine.getKnob("net.inet.icmp.icmplim"), engine.now]).toEqual([17, now]);
      engine.receive([{ interface: 0, data: frame({ dst: BROADCAST, src: station(1) }) }]);
      engine.run();
      expect(engine.take().map(({ cause }) => cause)).toEqual([10, 10]);
    });

    test("holds the knobs of single CPUs: those that it has not got are gone, those that it has are back", () => {
      const engine = bridge();
      const [all, first, second] = ["kern.polling.burst_max", "kern.polling.0.burst_max", "kern.polling.1.burst_max"];
      const values = () => [all, first, second].map((name) => engine.getKnob(name!));
      const plain = engine.snapshot();
      engine.setKnob(second!, 77);
      const single = engine.snapshot();
      engine.restore(plain);
      expect(values()).toEqual([150, 150, 150]);
      engine.setKnob(all!, 99); // on every CPU
      engine.restore(single);
      expect(values()).toEqual([150, 150, 77]);
      engine.setKnob(first!, 55);
      engine.restore(single);
      expect(values()).toEqual([150, 150, 77]);
      expect(engine.fingerprint()).toBe(bridgeWith(second!, 77).fingerprint());
    });

    test("is a copy: what the engine does later does not change it", () => {
      const engine = bridge();
      const snapshot = engine.snapshot();
      const before = snapshot.memory.slice();
      outcomeOf(engine, traffic(1, 20));
      expect(Buffer.compare(snapshot.memory, before)).toBe(0);
    });

    test("of an engine of another size is refused, and nothing changes", () => {
      const [small, large] = [bridge(), labs.bridgeOf(["em0", "em1", "em2"], { cpus: 2, mbufs: 4096 }).engine];
      const before = small.fingerprint();
      expect(() => small.restore(large.snapshot())).toThrow(EngineError);
      expect(small.fingerprint()).toBe(before);
    });
  });
});

test("engines of one process share nothing", () => {
  const labs = new Labs("release");
  const [busy, idle] = [labs.routerOf(2), labs.routerOf(2)];
  const before = idle.engine.fingerprint();
  for (let n = 0; n < 20; n++) expect(busy.receive("em0", toRouter({ id: n }))).toEqual(["em1"]);
  busy.engine.dispose();
  expect(idle.engine.fingerprint()).toBe(before);
  expect(idle.receive("em0", toRouter())).toEqual(["em1"]);
});
