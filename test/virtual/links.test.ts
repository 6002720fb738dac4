/** How long frames are on a link. */
import { expect, test } from "vitest";
import { makeEngine } from "../support/engines.ts";
import { ownMac } from "../support/lab.ts";

const STATION = "02:73:00:00:00:01";
const FRAMES = 50;

/** Picoseconds from one frame's last bit to the next one's, of frames that wait for a link of 1 Gbit/s. */
const spacing = async (length: number): Promise<number> => {
  const engine = await makeEngine("virtual", {
    interfaces: [0, 1].map((n) => ({ name: `em${n}`, mac: ownMac(n) })),
    bridges: [{ name: "br0", members: [{ if: "em0" }, { if: "em1" }], static: [{ mac: STATION, if: "em1" }] }],
    virtual: { costs: { preset: "zero" }, interfaces: { em0: { rate: 0 }, em1: { rate: "1Gbps" } } },
  });
  const data = new Uint8Array(length);
  data.set([0x02, 0x73, 0, 0, 0, 1, 0x02, 0x74, 0, 0, 0, 1, 0x88, 0xb5]);
  engine.receive(Array.from({ length: FRAMES }, () => ({ interface: "em0", data, time: 0n })));
  engine.run();
  const sent = engine.take();
  expect(sent.map((one) => one.data.length)).toEqual(Array(FRAMES).fill(length));
  return Number(sent.at(-1)!.time - sent[0]!.time) / (FRAMES - 1);
};

// 20 bytes of preamble and gap, 4 of FCS; and 64 bytes with FCS are Ethernet's least: 1,488,095 frames a second.
test.each([
  [14, 672_000],
  [42, 672_000],
  [60, 672_000],
  [61, 680_000],
  [1514, 12_304_000],
])("a frame of %i bytes takes %i ps at 1 Gbit/s", async (length, ps) => {
  expect(await spacing(length)).toBe(ps);
});
