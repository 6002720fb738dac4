/** Faults behind each other at one interface, and frames of the host that they hold back. */
import { describe, expect, test } from "vitest";
import type { EngineConfig, FaultConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { ownMac } from "../support/lab.ts";
import { FREE_WIRE, US } from "../support/systems.ts";

/** A bridge of two, behind whose em1 STATION is. */
const bridge = (virtual: EngineConfig["virtual"]): EngineConfig => ({
  mbufs: 8192,
  interfaces: [0, 1].map((n) => ({ name: `em${n}`, mac: ownMac(n), rxRing: 256, queue: 255 })),
  bridges: [{ name: "br0", members: [{ if: "em0" }, { if: "em1" }], static: [{ mac: STATION, if: "em1" }] }],
  virtual: { costs: { preset: "zero" }, interfaces: { "*": { ...FREE_WIRE, delay: 0 } }, ...virtual },
});
const STATION = "02:73:00:00:00:01";

const generated: EngineConfig["virtual"] = {
  traffic: [{ if: "em0", arrivals: "constant", rate: 100_000, bytes: 1000, flows: 64, dstMac: STATION, srcMac: "02:74:00:00:00:01", count: 400 }],
};

const bitsThatDiffer = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, byte, at) => sum + (byte ^ b[at]!).toString(2).replaceAll("0", "").length, 0);

/** Of 400 frames that generators make, or that are given by the host: how many come out with no, one and two wrong bits. */
const wrongBits = async (faults: FaultConfig[], fromHost: boolean): Promise<number[]> => {
  const all = await makeEngine("virtual", bridge(generated));
  all.run();
  const frames = all.take();
  const engine = await makeEngine("virtual", bridge({ ...(!fromHost && generated), faults }));
  if (fromHost) engine.receive(frames.map(({ data }, n) => ({ interface: "em0", data, time: 10n * US * BigInt(n + 1) })));
  engine.run();
  const clean = new Map(frames.map(({ cause, data }, n) => [fromHost ? n : cause, data]));
  const bits = engine.take().map(({ cause, data }) => bitsThatDiffer(data, clean.get(cause)!));
  return [0, 1, 2].map((n) => bits.filter((one) => one === n).length);
};

const flips = (nth: number): FaultConfig => ({ kind: "bitErrors", if: "em0", nth, fcs: false });
const twice: FaultConfig = { kind: "duplication", if: "em0", p: 1 };
describe.each([false, true])("from the host: %s", (fromHost) => {
  test.each<[what: string, faults: FaultConfig[], wanted: number[]]>([
    [
      "a frame that is held back leaves the next one alone",
      [{ kind: "reordering", if: "em0", nth: 5, delay: "10us" }, flips(4_000_000)],
      [400, 0, 0],
    ],
    ["one that is held back for a frame, too", [{ kind: "reordering", if: "em0", nth: 5, frames: 1 }, flips(4_000_000)], [400, 0, 0]],
    ["a bit of a duplicate is one of the duplicate", [twice, flips(3)], [800 - 266, 266, 0]],
    ["each of the two has its bit", [twice, flips(1)], [0, 800, 0]],
    ["what was wrong before is so in both", [flips(1), twice, flips(2)], [0, 400, 400]],
  ])("%s", async (_, faults, wanted) => {
    expect(await wrongBits(faults, fromHost)).toEqual(wanted);
  });
});

test("a frame of the host that is held back comes when its time is over, whether another comes or not", async () => {
  for (const times of [[0n], [0n, 20n], [0n, 5n], [0n, 20n, 40n]]) {
    const engine = await makeEngine("virtual", bridge({ faults: [{ kind: "reordering", if: "em0", nth: 1, delay: "10us" }] }));
    const data = new Uint8Array(60);
    data.set([0x02, 0x73, 0, 0, 0, 1, 0x02, 0x74, 0, 0, 0, 1, 0x88, 0xb5]);
    engine.receive(times.map((us) => ({ interface: "em0", data, time: us * US })));
    engine.run();
    // While one is held back, another passes.
    const wanted = times.map((us, n) => (us - (times[n - 1] ?? -10n) < 10n ? us : us + 10n)).sort((a, b) => Number(a - b));
    expect(engine.take().map(({ time }) => time / US)).toEqual(wanted);
    expect(engine.results().faults[0]!.held).toBe(0n);
  }
});
