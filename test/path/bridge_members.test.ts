/** Flags of bridge members, span ports, and members that come and go. */
import { expect, test } from "vitest";
import { BROADCAST, BSTP, frame, station, tagged } from "../support/frames.ts";
import { type Lab, type Labs, onEachMachine, ownMac } from "../support/lab.ts";
import { ICMP, icmp, ipFrame } from "../support/packets.ts";
import { bridgeTable, learnedPort } from "../support/tables.ts";

const A = station(1);
const B = station(2);
const hello = (src: string) => frame({ dst: BROADCAST, src });
const THREE = ["em0", "em1", "em2"];

onEachMachine((labs) => {
  test("a member without the learning flag teaches nothing", () => {
    const lan = labs.bridgeOf(THREE, { members: { em1: { learning: false } } });
    lan.receive("em1", hello(B));
    expect(bridgeTable(lan)).toEqual([]);
    expect(lan.receive("em0", frame({ dst: B, src: A }))).toEqual(["em1", "em2"]);
  });

  test("a member without the discover flag gets no unknown unicast, but broadcast and what is known to be behind it", () => {
    const lan = labs.bridgeOf(THREE, { members: { em1: { discover: false } } });
    expect(lan.receive("em0", frame({ dst: B, src: A }))).toEqual(["em2"]);
    expect(lan.receive("em0", hello(A))).toEqual(["em1", "em2"]);
    lan.receive("em1", hello(B));
    expect(lan.receive("em0", frame({ dst: B, src: A }))).toEqual(["em1"]);
  });

  test("a flood without a port to go to is dropped", () => {
    const lan = labs.bridgeOf(["em0", "em1"], { members: { em1: { discover: false } } });
    expect(lan.changes(() => lan.receive("em0", frame({ dst: B, src: A }))).drops).toEqual({ BridgeNoPort: 1 });
  });

  test("a member that is down gets no flood, and what is known to be behind it is dropped", () => {
    const lan = labs.bridgeOf(THREE);
    lan.receive("em1", hello(B));
    lan.engine.setInterfaceUp("em1", false);
    expect(lan.receive("em0", hello(A))).toEqual(["em2"]);
    expect(lan.changes(() => lan.receive("em0", frame({ dst: B, src: A }))).drops).toEqual({ BridgePortDown: 1 });
  });

  test("a span port gets a copy of every frame, forwarded, flooded or dropped", () => {
    const lan = labs.bridgeOf(THREE, { members: { em2: { span: true } } });
    expect(lan.receive("em1", hello(B))).toEqual(["em0", "em2"]);
    expect(lan.receive("em0", frame({ dst: B, src: A }))).toEqual(["em1", "em2"]);
    expect(lan.receive("em0", frame({ dst: A, src: A }))).toEqual(["em2"]);
    expect(lan.receive("em0", frame({ dst: BSTP, src: A }))).toEqual(["em2"]);
  });

  test("frames that come in by a span port are not bridged", () => {
    const lan = labs.bridgeOf(THREE, { members: { em2: { span: true } } });
    expect(lan.receive("em2", hello(B))).toEqual([]);
    expect(bridgeTable(lan)).toEqual([]);
  });

  test("a span port that is down gets nothing", () => {
    const lan = labs.bridgeOf(THREE, { members: { em2: { span: true } }, ports: { em2: { up: false } } });
    expect(lan.receive("em0", hello(A))).toEqual(["em1"]);
  });

  test("a member that leaves is bridged no more, and what was behind it is forgotten", () => {
    const lan = labs.bridgeOf(THREE);
    lan.receive("em1", hello(B));
    lan.receive("em0", hello(A));
    expect(lan.engine.removeMember("br0", "em1")).toBe(true);
    expect(bridgeTable(lan)).toEqual([[A, "em0"]]);
    expect(lan.receive("em0", frame({ dst: B, src: A }))).toEqual(["em2"]);
    expect(lan.receive("em1", hello(B))).toEqual([]);
    expect(lan.engine.removeMember("br0", "em1")).toBe(false);
  });

  test("a static address goes with its member too", () => {
    const lan = labs.bridgeOf(THREE, { bridge: { static: [{ mac: B, if: "em1" }] } });
    lan.engine.removeMember("br0", "em1");
    expect(bridgeTable(lan)).toEqual([]);
  });

  test("a member that left takes only its own unicast frames, as it is not promiscuous any more", () => {
    const lan = labs.bridgeOf(THREE);
    lan.engine.removeMember("br0", "em1");
    expect(lan.changes(() => lan.receive("em1", frame({ dst: A, src: B }))).drops).toEqual({ NotForUs: 1 });
    expect(lan.changes(() => lan.receive("em1", frame({ dst: ownMac(1), src: B }))).drops).toEqual({ UnknownEtherType: 1 });
  });

  test("the address of a member that left is that of any station", () => {
    const lan = labs.bridgeOf(THREE);
    lan.engine.removeMember("br0", "em1");
    expect(lan.receive("em0", frame({ dst: ownMac(1), src: A }))).toEqual(["em2"]);
    expect(lan.receive("em0", frame({ dst: B, src: ownMac(1) }))).toEqual(["em2"]);
    expect(learnedPort(lan, ownMac(1))).toBe("em0");
  });

  test("a member that left learns nothing by the bridge's own address, which is its own, too", () => {
    const lan = labs.bridgeOf(THREE, { bridge: { mac: ownMac(1) } });
    lan.engine.removeMember("br0", "em1");
    lan.receive("em0", frame({ dst: ownMac(1), src: A }));
    expect(bridgeTable(lan)).toEqual([]);
  });

  test("a member that comes back is bridged again", () => {
    const lan = labs.bridgeOf(THREE);
    expect(lan.engine.restoreMember("br0", "em1")).toBe(false);
    lan.engine.removeMember("br0", "em1");
    expect(lan.engine.restoreMember("br0", "em1")).toBe(true);
    lan.receive("em1", hello(B));
    expect(learnedPort(lan, B)).toBe("em1");
    expect(lan.receive("em0", frame({ dst: B, src: A }))).toEqual(["em1"]);
  });

  test("when a member leaves, every protocol thread has answered a synchronous message", () => {
    const lan = labs.bridgeOf(THREE, { cpus: 3 });
    const { threads } = lan.changes(() => lan.engine.removeMember("br0", "em1"));
    const each = ["netisr_cpu 0", "netisr_cpu 1", "netisr_cpu 2", "tcp_thread 0", "tcp_thread 1", "udp_thread 0", "udp_thread 1"];
    expect(threads).toEqual(Object.fromEntries(each.map((name) => [name, { messages: 1 }])));
    expect(lan.engine.exports.threadBusy(3 * 4 + 1)).toBe(0);
  });

  test("without an mbuf for its copy a broadcast is for the interface itself only; an unknown unicast still leaves by the last member", () => {
    const lan = labs.bridgeOf(THREE, { mbufs: 16, bridge: { static: [{ mac: B, if: "em1" }] } });
    lan.engine.setCarrier("em1", false);
    for (let n = 0; n < 15; n++) lan.receive("em0", frame({ dst: B, src: A })); // one mbuf is left, for the frame itself
    expect(lan.changes(() => expect(lan.receive("em0", hello(A))).toEqual([])).drops).toEqual({ UnknownEtherType: 1 });
    const { ports } = lan.changes(() => expect(lan.receive("em0", frame({ dst: station(9), src: A }))).toEqual(["em2"]));
    expect(ports.br0).toMatchObject({ if_oerrors: 1 });
  });
});

/** em0, and a vlan on em1 with an address of its own. */
const withVlan = (labs: Labs): Lab =>
  labs.of({
    interfaces: ["em0", "em1"].map((name, n) => ({ name, mac: ownMac(n) })),
    vlans: [{ name: "vlan5", parent: "em1", vid: 5 }],
    bridges: [{ name: "br0", members: [{ if: "em0" }, { if: "vlan5" }] }],
  });

onEachMachine((labs) => {
  test("a vlan as a member takes frames for other stations", () => {
    expect(withVlan(labs).receive("em1", tagged(frame({ dst: B, src: A }), 5))).toEqual(["em0"]);
  });

  test("when a vlan leaves, every protocol thread has answered too, and it takes only what is for its own address", () => {
    const lan = withVlan(labs);
    expect(lan.changes(() => lan.engine.removeMember("br0", "vlan5")).threads["netisr_cpu 0"]).toEqual({ messages: 1 });
    const dropsOf = (dst: string) => Object.keys(lan.changes(() => lan.receive("em1", tagged(frame({ dst, src: A }), 5))).drops)[0];
    expect(dropsOf(ownMac(1))).toBe("UnknownEtherType");
    expect(["NotForUs", "OtherStation"]).toContain(dropsOf(B));
  });

  test("an interface stays promiscuous while a vlan on it is in a bridge", () => {
    const lan = labs.of({
      interfaces: ["em0", "em1"].map((name, n) => ({ name, mac: ownMac(n) })),
      vlans: [{ name: "vlan5", parent: "em1", vid: 5 }],
      bridges: [
        { name: "br0", members: [{ if: "em0" }, { if: "vlan5" }] },
        { name: "br1", members: [{ if: "em1" }] },
      ],
    });
    lan.engine.removeMember("br1", "em1");
    expect(lan.receive("em1", tagged(frame({ dst: B, src: A }), 5))).toEqual(["em0"]);
    expect(lan.changes(() => lan.receive("em1", frame({ dst: B, src: A }))).drops).toEqual({ OtherStation: 1 });
  });

  test("a span port that leaves gets nothing, and only copies when it is back: what it sends itself never crosses the bridge", () => {
    const lan = labs.bridgeOf(THREE, {
      members: { em2: { span: true } },
      ports: { em2: { ip: ["10.0.0.1/24"] } },
      arp: [{ if: "em2", ip: "10.0.0.7", mac: A }],
    });
    const ping = ipFrame({ dst: ownMac(2), src: A }, { src: "10.0.0.7", dst: "10.0.0.1", protocol: ICMP, payload: icmp() });
    for (const [change, copies] of [
      ["removeMember", ["em1"]],
      ["restoreMember", ["em1", "em2"]],
    ] as const) {
      expect(lan.engine[change]("br0", "em2")).toBe(true);
      expect(lan.receive("em0", hello(A))).toEqual(copies);
      expect(lan.receive("em2", ping)).toEqual(["em2"]);
    }
  });
});
