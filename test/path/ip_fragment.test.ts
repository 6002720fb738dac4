/** Fragmentation of forwarded packets (RFC 791 3.2). */
import { expect, test } from "vitest";
import { type Lab, onEachMachine, toRouter } from "../support/lab.ts";
import { type IpFields, MF, readIp, udp } from "../support/packets.ts";

const pieces = (lab: Lab, fields: IpFields) => lab.sent("em0", toRouter(fields)).map(({ data }) => readIp(data));
const data = (length: number) => udp({ data: Array.from({ length: length - 8 }, (_, i) => (i * 7) & 255) });
const OFFSET = 0x1fff;

onEachMachine((labs) => {
  const router = (mtu: number, more = {}) => labs.routerOf(2, { ports: { em1: { mtu } }, ...more });

  test.each([
    [576, 552, [552]],
    [576, 556, [556]],
    [576, 557, [552, 5]],
    [576, 1480, [552, 552, 376]],
    [68, 1480, [...Array(30).fill(48), 40]],
    [1499, 1480, [1472, 8]],
    [580, 560, [560]],
  ])("by an MTU of %i a payload of %i bytes goes in pieces of %o", (mtu, length, lengths) => {
    const payload = data(length);
    const sent = pieces(router(mtu), { payload, id: 0x1234, tos: 4, ttl: 10 });
    expect(sent.map((piece) => piece.payload.length)).toEqual(lengths);
    expect(sent.flatMap((piece) => piece.payload)).toEqual(payload);
    expect(sent.map((piece) => (piece.fragment & OFFSET) * 8)).toEqual(lengths.map((_, i) => lengths.slice(0, i).reduce((a, b) => a + b, 0)));
    expect(sent.map((piece) => (piece.fragment & MF) !== 0)).toEqual(lengths.map((_, i) => i < lengths.length - 1));
    for (const piece of sent) expect(piece).toMatchObject({ id: 0x1234, tos: 4, ttl: 9, checksumIsRight: true, src: "20.0.0.9", dst: "20.1.0.9" });
  });

  test("a fragment is fragmented at its place, and more still follow", () => {
    const sent = pieces(router(68), { fragment: MF | 100, payload: data(96) });
    expect(sent.map(({ fragment }) => fragment)).toEqual([MF | 100, MF | 106]);
    expect(pieces(router(68), { fragment: 100, payload: data(96) }).map(({ fragment }) => fragment)).toEqual([MF | 100, 106]);
  });

  test("all options go into the first fragment, into the others those that are to be copied", () => {
    const options = [7, 3, 4, 1, 130, 4, 9, 9]; // record route without room, no operation, security
    const sent = pieces(router(100), { options, payload: data(150) });
    expect(sent.map((piece) => piece.options.filter((byte) => byte > 1))).toEqual([
      [7, 3, 4, 130, 4, 9, 9],
      [130, 4, 9, 9],
      [130, 4, 9, 9],
    ]);
    expect(sent.flatMap((piece) => piece.payload)).toEqual(data(150));
    for (const piece of sent) expect(piece).toMatchObject({ checksumIsRight: true, length: piece.headerLength + piece.payload.length });
  });

  test("fragments are counted: the packet once, each piece, and the further ones as clones", () => {
    const lab = router(576);
    const { stats, paths } = lab.changes(() => pieces(lab, { payload: data(1480) }));
    expect(stats).toMatchObject({ ips_fragmented: 1, ips_ofragments: 3, cloned: 2, ips_forward: 1 });
    expect(paths).toEqual({ Forwarded: 3 });
  });

  test("fragments of which the first has no next hop are none: the packet is dropped, and nothing of it was sent", () => {
    const lab = labs.routerOf(2, { ports: { em1: { mtu: 576, noarp: true } } });
    const { drops, paths } = lab.changes(() => expect(lab.receive("em0", toRouter({ dst: "10.0.1.77", payload: data(1480) }))).toEqual([]));
    expect([drops, paths]).toEqual([{ ArpNotAsked: 1 }, {}]);
    const { conservation } = lab.engine.counters();
    expect([conservation.queued, conservation.cloned, conservation.holds]).toEqual([0, 0, true]);
    expect(lab.receive("em0", toRouter({ payload: data(1480) }))).toEqual(["em1", "em1", "em1"]);
  });

  test("a packet that must not be fragmented is not", () => {
    const lab = router(576);
    const { stats, drops } = lab.changes(() => lab.receive("em0", toRouter({ fragment: 0x4000, payload: data(1480) })));
    expect([drops, stats.ips_cantfrag, stats.ips_fragmented]).toEqual([{ NeedFragment: 1 }, 1, undefined]);
  });

  test("without mbufs for all of its fragments none is sent", () => {
    const lab = router(68, { mbufs: 20 });
    const { drops, stats } = lab.changes(() => expect(lab.receive("em0", toRouter({ payload: data(1480) }))).toEqual([]));
    expect([drops, stats.ips_cantforward, stats.cloned]).toEqual([{ FragmentFailed: 1 }, 1, undefined]);
    expect(lab.receive("em0", toRouter())).toEqual(["em1"]);
  });

  test("without room in the output queue for all of its fragments none is sent", () => {
    const lab = router(576, { ports: { em1: { mtu: 576, queue: 3 } } });
    const { drops, stats } = lab.changes(() => expect(lab.receive("em0", toRouter({ payload: data(1480) }))).toEqual([]));
    expect([drops, stats.ips_odropped]).toEqual([{ QueueFull: 1 }, 1]);
    expect(lab.receive("em0", toRouter())).toEqual(["em1"]);
  });

  test("an answer of our own is fragmented like any other packet", () => {
    const lab = labs.routerOf(1, { ports: { em0: { mtu: 576, receiveMtu: 1500 } } });
    const ping = toRouter({ dst: "10.0.0.1", protocol: 1, payload: [8, 0, 0xf7, 0xff, ...Array(1000).fill(0)] });
    const sent = lab.sent("em0", ping).map(({ data: bytes }) => readIp(bytes));
    expect(sent.map((piece) => piece.payload.length)).toEqual([552, 452]);
  });
});
