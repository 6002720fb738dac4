/** Ageing of bridge addresses: their own time, and the sweep that removes them. */
import { expect, test } from "vitest";
import { BROADCAST, frame, station } from "../support/frames.ts";
import { onEachMachine } from "../support/lab.ts";
import { learnedPort } from "../support/tables.ts";

const A = station(1);
const B = station(2);
const hello = (src: string) => frame({ dst: BROADCAST, src });

onEachMachine((labs) => {
  test("an address is known for 1200 s after its last frame, and goes with the sweep at the next 300 s", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"]);
    lan.receive("em1", hello(B), 0.5);
    lan.until(1199.9);
    expect(learnedPort(lan, B)).toBe("em1");
    expect(lan.changes(() => lan.until(1200)).stats).toEqual({ brc_aged: 1 });
    expect(learnedPort(lan, B)).toBeUndefined();
  });

  test("an address whose time is over is used until the sweep", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"]);
    lan.receive("em1", hello(B), 10);
    expect(lan.receive("em0", frame({ dst: B, src: A }), 1499)).toEqual(["em1"]);
    expect(lan.receive("em0", frame({ dst: B, src: A }), 1500)).toEqual(["em1", "em2"]);
  });

  test("each frame from a station starts its time again", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"]);
    lan.receive("em1", hello(B), 0);
    lan.receive("em1", frame({ dst: A, src: B }), 700);
    lan.until(1800);
    expect(learnedPort(lan, B)).toBe("em1");
    lan.until(2100);
    expect(learnedPort(lan, B)).toBeUndefined();
  });

  test("frames between known stations start the sender's time again, whenever the last one was", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"], { bridge: { static: [{ mac: B, if: "em1" }] } });
    lan.receive("em0", hello(A), 0);
    for (const time of [0, 500, 500.5, 1600]) expect(lan.receive("em0", frame({ dst: B, src: A }), time)).toEqual(["em1"]);
    lan.until(2999);
    expect(learnedPort(lan, A)).toBe("em0");
    lan.until(3000);
    expect(learnedPort(lan, A)).toBeUndefined();
  });

  test("frames to a station do not keep its address", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"]);
    lan.receive("em1", hello(B), 0);
    lan.receive("em0", frame({ dst: B, src: A }), 1100);
    lan.until(1200);
    expect(learnedPort(lan, B)).toBeUndefined();
    expect(learnedPort(lan, A)).toBe("em0");
  });

  test("with a timeout of 0 nothing gets old", () => {
    const lan = labs.bridgeOf(["em0", "em1"], { bridge: { timeout: 0 } });
    lan.receive("em1", hello(B), 0);
    lan.until(labs.build === "virtual" ? 15_000 : 100_000); // virtual time ends after five hours
    expect(learnedPort(lan, B)).toBe("em1");
  });

  test("timeout and sweep can be set: 20 s and every 7 s take an address at 21 s", () => {
    const lan = labs.bridgeOf(["em0", "em1"], { bridge: { timeout: 20 }, sysctl: { "net.link.bridge.prune_intvl": 7 } });
    lan.receive("em1", hello(B), 0);
    lan.until(20.9);
    expect(learnedPort(lan, B)).toBe("em1");
    lan.until(21);
    expect(learnedPort(lan, B)).toBeUndefined();
  });

  test("the sweep takes the serializer of each bridge, and no protocol thread", () => {
    const lan = labs.bridgeOf(["em0", "em1"]);
    const { locks, threads } = lan.changes(() => lan.until(299));
    expect([locks, threads]).toEqual([{}, {}]);
    expect(lan.changes(() => lan.until(300)).locks).toMatchObject({ "serializer br0": 1 });
  });
});
