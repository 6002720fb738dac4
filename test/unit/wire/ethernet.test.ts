import { expect, test } from "vitest";
import type { EngineConfig } from "../../../src/types.ts";
import { BROADCAST, EXPERIMENT, filler, frame, station, tagged, VLAN } from "../../support/frames.ts";
import { onEachMachine, ownMac } from "../../support/lab.ts";

/** A bridge between em0, the tag 5 of em1 and the tag 7 of em2. */
const config = (): EngineConfig => ({
  interfaces: [0, 1, 2].map((n) => ({ name: `em${n}`, mac: ownMac(n) })),
  vlans: [
    { name: "vlan5", parent: "em1", vid: 5 },
    { name: "vlan7", parent: "em2", vid: 7 },
  ],
  bridges: [{ name: "br0", members: [{ if: "em0" }, { if: "vlan5" }, { if: "vlan7" }] }],
});

const plain = (payload: number): Uint8Array => frame({ dst: BROADCAST, src: station(1), payload: filler(payload) });

onEachMachine((labs) => {
  const through = (port: string, data: Uint8Array): Record<string, Uint8Array> =>
    Object.fromEntries(
      labs
        .of(config())
        .sent(port, data)
        .map((departure) => [departure.interface, departure.data]),
    );

  test.each([0, 1, 2, 3, 4, 45, 46, 47, 1499, 1500])(
    "a tag is put in, taken out and changed, and the other bytes stay: payload of %i bytes",
    (payload) => {
      const bare = plain(payload);
      expect(through("em0", bare)).toEqual({ em1: tagged(bare, 5), em2: tagged(bare, 7) });
      expect(through("em1", tagged(bare, 5))).toEqual({ em0: bare, em2: tagged(bare, 7) });
      expect(through("em2", tagged(bare, 7))).toEqual({ em0: bare, em1: tagged(bare, 5) });
    },
  );

  test("priority and canonical format of a tag do not count when the vlan is looked up", () => {
    for (const upper of [0x1000, 0x2000, 0xe000, 0xf000])
      expect(Object.keys(through("em1", tagged(plain(46), upper | 5))).sort()).toEqual(["em0", "em2"]);
  });

  test.each([0, 1, 4, 6, 0x105, 0x805, 4095])("a tag with VID %i belongs to no vlan here", (vid) => {
    const lab = labs.of(config());
    expect(lab.changes(() => expect(lab.receive("em1", tagged(plain(46), vid))).toEqual([])).drops).toEqual({ NoVlan: 1 });
  });

  test("a frame of 14 bytes is a frame, one of 13 is a runt", () => {
    const lab = labs.bridgeOf(["em0", "em1"]);
    expect(lab.receive("em0", plain(0))).toEqual(["em1"]);
    expect(lab.changes(() => expect(lab.receive("em0", plain(0).subarray(0, 13))).toEqual([])).drops).toEqual({ Runt: 1 });
  });

  test.each([14, 15, 16, 17])("a frame of %i bytes that says it has a tag has no room for one", (length) => {
    const lab = labs.of(config());
    const cut = frame({ dst: BROADCAST, src: station(1), type: VLAN, payload: [0, 5, 0, 0] }).subarray(0, length);
    const { drops } = lab.changes(() => expect(lab.receive("em1", cut)).toEqual([]));
    expect(drops).toEqual({ Runt: 1 });
  });

  test("addresses and type come out as they went in, whatever their bits", () => {
    const lab = labs.bridgeOf(["em0", "em1"]);
    for (const [dst, src, type] of [
      ["01:23:45:67:89:ab", "fe:dc:ba:98:76:54", 0xffff],
      ["fe:ff:ff:ff:ff:fe", "00:00:00:00:00:01", 0x0600],
      ["00:00:00:00:00:02", "80:00:00:00:00:00", EXPERIMENT],
    ] as const) {
      const given = frame({ dst, src, type });
      expect(lab.sent("em0", given).map((departure) => departure.data)).toEqual([given]);
    }
  });
});
