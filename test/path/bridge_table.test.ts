/** The address table of a bridge: learning, its limit, moves, static addresses, a lowered limit. */
import { expect, test } from "vitest";
import { BROADCAST, frame, NO_MAC, station } from "../support/frames.ts";
import { type Lab, onEachMachine } from "../support/lab.ts";
import { bridgeTable, learnedPort } from "../support/tables.ts";

const A = station(1);
const B = station(2);
const C = station(3);
const hello = (src: string) => frame({ dst: BROADCAST, src });

/** `count` stations behind em1 make themselves known: station(1000) and those after it. */
const populate = (lan: Lab, count: number): void => {
  for (let n = 0; n < count; n++) lan.receive("em1", hello(station(1000 + n)));
};

onEachMachine((labs) => {
  test("a unicast frame to an unknown address leaves by every other port", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2", "em3"]);
    expect(lan.receive("em1", frame({ dst: B, src: A }))).toEqual(["em0", "em2", "em3"]);
  });

  test("a unicast frame to a learned address leaves by that port only, unchanged", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"]);
    lan.receive("em1", hello(B));
    const bytes = frame({ dst: B, src: A });
    const sent = lan.sent("em0", bytes);
    expect(sent.map(({ interface: port, data, path }) => [port, data, path])).toEqual([["em1", bytes, "Bridged"]]);
  });

  test("a frame to an address behind the port that it came in by goes nowhere", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"]);
    lan.receive("em0", hello(B));
    expect(lan.changes(() => lan.receive("em0", frame({ dst: B, src: A }))).drops).toEqual({ BridgeSamePort: 1 });
  });

  test("every frame teaches its source: broadcast, unknown unicast and known unicast", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"]);
    lan.receive("em0", hello(A));
    lan.receive("em1", frame({ dst: station(9), src: B }));
    lan.receive("em2", frame({ dst: A, src: C }));
    expect(bridgeTable(lan)).toEqual([
      [C, "em2"],
      [B, "em1"],
      [A, "em0"],
    ]);
  });

  test.each([["03:00:00:00:00:01"], [BROADCAST], [NO_MAC]])("the source %s is not learned, but its frame is bridged", (src) => {
    const lan = labs.bridgeOf(["em0", "em1"]);
    expect(lan.receive("em0", frame({ dst: B, src }))).toEqual(["em1"]);
    expect(bridgeTable(lan)).toEqual([]);
  });

  test("a station that shows up behind another port has moved there", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"]);
    lan.receive("em1", hello(B));
    expect(lan.changes(() => lan.receive("em2", hello(B))).stats).toMatchObject({ brc_moved: 1 });
    expect(lan.receive("em0", frame({ dst: B, src: A }))).toEqual(["em2"]);
    expect(bridgeTable(lan)).toHaveLength(2);
  });

  test("station 101 is never learned: its traffic is flooded for ever, while station 100 is known", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"]);
    populate(lan, 101);
    expect(lan.engine.counters().bridges).toEqual([{ name: "br0", addresses: 100, maxaddr: 100 }]);
    expect(lan.stat("brc_full")).toBe(1);
    for (let again = 0; again < 3; again++) {
      lan.receive("em1", hello(station(1100)));
      expect(lan.receive("em0", frame({ dst: station(1100), src: A }))).toEqual(["em1", "em2"]);
    }
    expect(lan.receive("em0", frame({ dst: station(1099), src: A }))).toEqual(["em1"]);
  });

  test("a full table still lets its stations move and stay", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"], { bridge: { maxaddr: 2 } });
    populate(lan, 2);
    lan.receive("em2", hello(station(1000)));
    expect(learnedPort(lan, station(1000))).toBe("em2");
    expect(lan.engine.counters().bridges[0]).toMatchObject({ addresses: 2, maxaddr: 2 });
  });

  test("when old addresses have gone, station 101 is learned", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"]);
    populate(lan, 101);
    lan.until(1200);
    expect(bridgeTable(lan)).toEqual([]);
    lan.receive("em1", hello(station(1100)));
    expect(lan.receive("em0", frame({ dst: station(1100), src: A }))).toEqual(["em1"]);
  });

  test("a static address is there from the start, does not move and does not age", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"], { bridge: { static: [{ mac: B, if: "em1" }] } });
    expect(lan.receive("em0", frame({ dst: B, src: A }))).toEqual(["em1"]);
    lan.receive("em2", hello(B));
    expect(learnedPort(lan, B)).toBe("em1");
    lan.until(5000);
    expect(bridgeTable(lan)).toEqual([[B, "em1"]]);
  });

  test("static addresses count against the limit", () => {
    const lan = labs.bridgeOf(["em0", "em1"], { bridge: { maxaddr: 1, static: [{ mac: B, if: "em1" }] } });
    lan.receive("em0", hello(A));
    expect(bridgeTable(lan)).toEqual([[B, "em1"]]);
  });

  test("a lowered limit drops dynamic addresses, the newest first, and no static one", () => {
    const lan = labs.bridgeOf(["em0", "em1"], { bridge: { static: [{ mac: A, if: "em0" }] } });
    populate(lan, 4);
    lan.engine.setMaxaddr("br0", 3);
    expect(bridgeTable(lan).map(([mac]) => mac)).toEqual([station(1001), station(1000), A]);
    lan.engine.setMaxaddr("br0", 1);
    expect(bridgeTable(lan).map(([mac]) => mac)).toEqual([A]);
    populate(lan, 1);
    expect(bridgeTable(lan)).toHaveLength(1);
  });

  test("static addresses stay, even if there are more of them than a lowered limit", () => {
    const fixed = [A, B].map((mac) => ({ mac, if: "em0" }));
    const lan = labs.bridgeOf(["em0", "em1"], { bridge: { static: fixed } });
    populate(lan, 2);
    lan.engine.setMaxaddr("br0", 1);
    expect(bridgeTable(lan).map(([mac]) => mac)).toEqual([B, A]);
  });

  test("a lowered limit takes what is old before it takes what is new", () => {
    const lan = labs.bridgeOf(["em0", "em1"], { bridge: { timeout: 100 } });
    lan.receive("em1", hello(A), 0);
    lan.receive("em1", hello(B), 150);
    lan.engine.setMaxaddr("br0", 1);
    expect(bridgeTable(lan)).toEqual([[B, "em1"]]);
  });

  test("a limit that stays above what is known trims nothing, and a raised one lets more in", () => {
    const lan = labs.bridgeOf(["em0", "em1"], { bridge: { maxaddr: 3 } });
    populate(lan, 2);
    lan.engine.setMaxaddr("br0", 2);
    populate(lan, 3);
    expect(bridgeTable(lan)).toHaveLength(2);
    lan.engine.setMaxaddr("br0", 3);
    populate(lan, 3);
    expect(bridgeTable(lan)).toHaveLength(3);
  });

  test.each([0, 0xdeadbeef])("with 3000 stations, and the hash key %i, each is found, and none once it has gone", (key) => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"], { bridge: { maxaddr: 4000, key }, limits: { input: 1_000_000 } });
    const stations = Array.from({ length: 3000 }, (_, n) => station((n * 7919) % 60_000));
    lan.burst("em1", stations.map(hello));
    const left = lan.burst(
      "em0",
      stations.map((dst) => frame({ dst, src: A })),
    );
    expect(left).toHaveLength(3000);
    expect(new Set(left.map(({ interface: port }) => port))).toEqual(new Set(["em1"]));
    lan.engine.setMaxaddr("br0", 1000);
    const known = new Set(bridgeTable(lan).map(([mac]) => mac));
    expect(known.size).toBe(1000);
    for (const dst of stations.filter((_, n) => n % 100 === 0))
      expect(lan.receive("em0", frame({ dst, src: A })).length).toBe(known.has(dst) ? 1 : 2);
  });
});
