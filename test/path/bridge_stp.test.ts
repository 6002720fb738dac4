/** Spanning tree states of bridge ports, on input and on output. */
import { expect, test } from "vitest";
import type { StpState } from "../../src/types.ts";
import { BROADCAST, BSTP, frame, station } from "../support/frames.ts";
import { onEachMachine } from "../support/lab.ts";
import { learnedPort } from "../support/tables.ts";

const A = station(1);
const B = station(2);
const hello = (src: string) => frame({ dst: BROADCAST, src });
const THREE = ["em0", "em1", "em2"];

/** State; whether frames from the port are forwarded, whether they teach, and whether frames leave by it. */
const STATES: [StpState, boolean, boolean, boolean][] = [
  ["none", true, true, true],
  ["disabled", false, false, false],
  ["blocking", false, false, false],
  ["listening", false, false, true],
  ["learning", false, true, true],
  ["forwarding", true, true, true],
];

onEachMachine((labs) => {
  test.each(STATES)("a port in state %s: broadcast from it is forwarded %s, its source is learned %s", (stp, forwards, learns) => {
    const lan = labs.bridgeOf(THREE, { members: { em0: { stp } } });
    expect(lan.receive("em0", hello(A))).toEqual(forwards ? ["em1", "em2"] : []);
    expect(learnedPort(lan, A)).toBe(learns ? "em0" : undefined);
  });

  test.each(STATES)("a port in state %s: unicast from it is forwarded %s, its source is learned %s", (stp, forwards, learns) => {
    const lan = labs.bridgeOf(THREE, { members: { em0: { stp } } });
    lan.receive("em1", hello(B));
    expect(lan.receive("em0", frame({ dst: B, src: A }))).toEqual(forwards ? ["em1"] : []);
    expect(learnedPort(lan, A)).toBe(learns ? "em0" : undefined);
  });

  test.each(STATES)("a port in state %s (input %s, learning %s): a flood leaves by it %s", (stp, _forwards, _learns, leaves) => {
    const lan = labs.bridgeOf(THREE, { members: { em1: { stp } } });
    const left = leaves ? ["em1", "em2"] : ["em2"];
    expect(lan.receive("em0", hello(A))).toEqual(left);
    expect(lan.receive("em0", frame({ dst: B, src: A }))).toEqual(left);
  });

  test.each(STATES)(
    "a port in state %s (input %s, learning %s): a frame to a known address behind it leaves %s",
    (stp, _forwards, _learns, leaves) => {
      const lan = labs.bridgeOf(THREE, { members: { em1: { stp } }, bridge: { static: [{ mac: B, if: "em1" }] } });
      const { drops } = lan.changes(() => expect(lan.receive("em0", frame({ dst: B, src: A }))).toEqual(leaves ? ["em1"] : []));
      expect(drops).toEqual(leaves ? {} : { BridgePortState: 1 });
    },
  );

  test.each(["disabled", "blocking", "listening"] as const)("what comes in by a port in state %s is still for the interface itself", (stp) => {
    const lan = labs.bridgeOf(THREE, { members: { em0: { stp } } });
    const { drops, stats } = lan.changes(() => [lan.receive("em0", hello(A)), lan.receive("em0", frame({ dst: B, src: A }))]);
    expect(drops).toEqual({ UnknownEtherType: 1, OtherStation: 1 });
    expect(stats).toEqual({});
  });

  test("the learning state drops the frame after it has learned", () => {
    const lan = labs.bridgeOf(THREE, { members: { em0: { stp: "learning" } } });
    expect(lan.changes(() => lan.receive("em0", frame({ dst: B, src: A })))).toMatchObject({
      drops: { BridgePortState: 1 },
      stats: { brc_learned: 1 },
    });
  });

  test.each(STATES.map(([stp]) => stp))("frames to the group of the spanning tree end in the bridge, in state %s too", (stp) => {
    const lan = labs.bridgeOf(THREE, { members: { em0: { stp } } });
    const bpdu = frame({ dst: BSTP, src: A, type: 38, payload: [0x42, 0x42, 3, ...Array(35).fill(0)] });
    const { stats, paths } = lan.changes(() => expect(lan.receive("em0", bpdu)).toEqual([]));
    expect([stats, paths]).toEqual([{ brc_bpdus: 1 }, { Delivered: 1 }]);
    expect(learnedPort(lan, A)).toBeUndefined();
  });
});
