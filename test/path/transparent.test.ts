/** net.link.bridge.transparent: what a bridge does with frames that ether_input would free. */
import { expect, test } from "vitest";
import { BROADCAST, frame, IP, station, tagged } from "../support/frames.ts";
import { type Lab, type LabOptions, type Labs, onEachMachine, ownMac } from "../support/lab.ts";
import { type IpFields, ipFrame, TCP, tcp } from "../support/packets.ts";
import { learnedPort } from "../support/tables.ts";

const LAN = ["em0", "em1", "em2"];
const A = station(1);
const B = station(2);
const link = { dst: B, src: A };
const transparent = (labs: Labs, more: LabOptions = {}): Lab =>
  labs.bridgeOf(LAN, { ...more, sysctl: { "net.link.bridge.transparent": 1, ...more.sysctl } });

/** Bad packets, by what they are freed for. */
const BAD: [string, IpFields][] = [
  ["IpTooShort", { length: 2000 }],
  ["IpBadHeaderLength", { headerWords: 4 }],
  ["IpBadLength", { fragment: 5, length: 19 }],
  ["TcpTooShort", { protocol: TCP, payload: tcp(), length: 39 }],
  ["TcpBadOffset", { protocol: TCP, payload: tcp({ offset: 4 }) }],
  ["UdpTooShort", { length: 27 }],
];

onEachMachine((labs) => {
  test.each(BAD)("a packet that is freed for %s crosses a transparent bridge unchanged, on netisr_cpu 0", (reason, fields) => {
    const bytes = ipFrame(link, fields);
    const opaque = labs.bridgeOf(LAN, { cpus: 4 });
    expect(opaque.changes(() => opaque.receive("em0", bytes)).drops).toEqual({ [reason]: 1 });
    const lan = transparent(labs, { cpus: 4 });
    const { drops, threads } = lan.changes(() => expect(lan.sent("em0", bytes).map(({ data }) => data)).toEqual([bytes, bytes]));
    expect(drops).toEqual({});
    expect(Object.keys(threads).sort()).toEqual(["ithread em0", "netisr_cpu 0"]);
    expect(learnedPort(lan, A)).toBe("em0");
  });

  test.each([
    [5, 6],
    [0xffff, 0x0001],
  ])("a frame with the tags %i and %i crosses a transparent bridge unchanged, but no other", (outer, inner) => {
    const bytes = tagged(tagged(frame(link), inner), outer);
    const lan = transparent(labs);
    expect(lan.sent("em0", bytes).map(({ data }) => data)).toEqual([bytes, bytes]);
    const opaque = labs.bridgeOf(LAN);
    expect(opaque.changes(() => opaque.receive("em0", bytes)).drops).toEqual({ DoubleTag: 1 });
  });

  test("a frame that ends within its tag crosses a transparent bridge unchanged", () => {
    const bytes = tagged(frame(link), 5).subarray(0, 16);
    expect(
      transparent(labs)
        .sent("em0", bytes)
        .map(({ data }) => data),
    ).toEqual([bytes, bytes]);
  });

  test("a bad packet to a member's own address is for us: the length check is repeated, and frees it", () => {
    const lan = transparent(labs, { ports: { em0: { ip: ["10.0.0.1/24"] } } });
    const { drops, stats } = lan.changes(() => lan.receive("em0", ipFrame({ dst: ownMac(0), src: A }, { dst: "10.0.0.1", length: 27 })));
    expect([drops, stats.udps_hdrops]).toEqual([{ UdpTooShort: 1 }, 2]);
  });

  test("a bad broadcast is flooded, and its local copies are freed by ip_input", () => {
    const lan = transparent(labs);
    const bytes = ipFrame({ dst: BROADCAST, src: A }, { length: 2000 });
    const { drops } = lan.changes(() => expect(lan.receive("em0", bytes)).toEqual(["em1", "em2"]));
    expect(drops).toEqual({ IpTooShort: 2 });
  });

  test("a double tag to a member's own address is of no vlan", () => {
    const lan = transparent(labs);
    expect(lan.changes(() => lan.receive("em0", tagged(tagged(frame({ dst: ownMac(0), src: A }), 6), 5))).drops).toEqual({ NoVlan: 1 });
  });

  test("an interface that is in no bridge frees what it always did", () => {
    const lab = labs.of({
      interfaces: ["em0", "em1"].map((name, n) => ({ name, mac: ownMac(n) })),
      bridges: [{ name: "br0", members: [{ if: "em0" }] }],
      sysctl: { "net.link.bridge.transparent": 1 },
    });
    const bad = frame({ dst: BROADCAST, src: A, type: IP, payload: [0x45] });
    expect(lab.changes(() => lab.receive("em1", bad)).drops).toEqual({ IpTooShort: 1 });
    expect(lab.changes(() => lab.receive("em1", tagged(tagged(bad, 5), 6))).drops).toEqual({ DoubleTag: 1 });
  });

  test("a bad packet does not go by the flow cache", () => {
    const lan = transparent(labs, { sysctl: { "net.link.bridge.transparent": 1, "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1 } });
    const { stats } = lan.changes(() => lan.receive("em0", ipFrame({ dst: ownMac(0), src: A }, { length: 27 })));
    expect([stats.ipf_hits, stats.ipf_misses]).toEqual([undefined, undefined]);
  });
});
