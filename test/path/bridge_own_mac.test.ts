/** Frames with addresses of the bridge's own members, and frames for the bridge as a station. */
import { expect, test } from "vitest";
import { arp, BROADCAST, destination, frame, readArp, source, station, tagged } from "../support/frames.ts";
import { type Labs, onEachMachine, ownMac } from "../support/lab.ts";
import { ICMP, icmp, ipFrame, readIcmp } from "../support/packets.ts";
import { bridgeTable, learnedPort } from "../support/tables.ts";

const A = station(1);
const B = station(2);
const BR = "02:00:00:00:00:f0";
const hello = (src: string) => frame({ dst: BROADCAST, src });
const THREE = ["em0", "em1", "em2"];
/** From station A, 10.0.0.7, to an address of ours. */
const ping = (dstMac: string, dst: string) => ipFrame({ dst: dstMac, src: A }, { src: "10.0.0.7", dst, protocol: ICMP, payload: icmp() });
const arpOf = (port: string) => [{ if: port, ip: "10.0.0.7", mac: A }];

/** em1 has an address of its own. */
const withMemberAddress = (labs: Labs) => labs.bridgeOf(THREE, { ports: { em1: { ip: ["10.0.0.1/24"] } }, arp: arpOf("em1") });
const withBridgeAddress = (labs: Labs, mac = BR) => labs.bridgeOf(THREE, { bridge: { mac, ip: ["10.0.0.1/24"] }, arp: arpOf("br0") });

onEachMachine((labs) => {
  test("a frame to the address of the member that it came in by is for that interface, and teaches its source", () => {
    const lan = labs.bridgeOf(THREE);
    expect(lan.changes(() => lan.receive("em0", frame({ dst: ownMac(0), src: A }))).drops).toEqual({ UnknownEtherType: 1 });
    expect(bridgeTable(lan)).toEqual([[A, "em0"]]);
  });

  test("a frame to the address of another member is that interface's: re-injected as a message, and not bridged again", () => {
    const lan = labs.bridgeOf(THREE);
    const { drops, ports, threads } = lan.changes(() => expect(lan.receive("em0", frame({ dst: ownMac(1), src: A }))).toEqual([]));
    expect(drops).toEqual({ UnknownEtherType: 1 });
    expect(ports.em1).toMatchObject({ if_ipackets: 1, if_ibytes: 60 });
    expect(threads["netisr_cpu 0"]).toEqual({ messages: 2 });
    expect(lan.engine.counters().ports[1]!.drops).toEqual({ UnknownEtherType: 1 });
    expect(bridgeTable(lan)).toEqual([[A, "em0"]]);
  });

  test("the mark of a re-injected frame is for one bridge: a vlan of that member in another bridge sees the frame", () => {
    const lan = labs.of({
      interfaces: THREE.map((name, n) => ({ name, mac: ownMac(n) })),
      vlans: [{ name: "vlan5", parent: "em1", vid: 5 }],
      bridges: [
        { name: "br0", members: [{ if: "em0" }, { if: "em1" }] },
        { name: "br1", members: [{ if: "vlan5" }, { if: "em2" }] },
      ],
    });
    lan.receive("em0", tagged(frame({ dst: ownMac(1), src: A }), 5));
    expect([learnedPort(lan, A, 0), learnedPort(lan, A, 1)]).toEqual(["em0", "vlan5"]);
  });

  test("it is the learning flag of the addressed member that counts, not that of the receiving one", () => {
    const lan = labs.bridgeOf(THREE, { members: { em1: { learning: false } } });
    lan.receive("em0", frame({ dst: ownMac(1), src: A }));
    expect(bridgeTable(lan)).toEqual([]);
    lan.receive("em1", frame({ dst: ownMac(0), src: B }));
    expect(bridgeTable(lan)).toEqual([[B, "em1"]]);
  });

  test("a packet to an address of another member is answered by the port behind which its sender is", () => {
    const lan = withMemberAddress(labs);
    const sent = lan.sent("em0", ping(ownMac(1), "10.0.0.1"));
    expect(sent.map(({ interface: port }) => port)).toEqual(["em0"]);
    expect(readIcmp(sent[0]!.data)).toMatchObject({ type: 0, src: "10.0.0.1", dst: "10.0.0.7" });
    expect([source(sent[0]!.data), destination(sent[0]!.data)]).toEqual([ownMac(1), A]);
  });

  test.each([0, 1, 2])("a frame with member %i's own address as source has come back, and is freed", (member) => {
    const lan = labs.bridgeOf(THREE);
    expect(lan.changes(() => lan.receive("em0", frame({ dst: B, src: ownMac(member) }))).drops).toEqual({ BridgeOwnSource: 1 });
    expect(bridgeTable(lan)).toEqual([]);
  });

  test("a broadcast with a member's own address as source is not looked at so: it is flooded", () => {
    const lan = labs.bridgeOf(THREE);
    expect(lan.receive("em0", hello(ownMac(1)))).toEqual(["em1", "em2"]);
  });

  test("a frame to the bridge's own address is the bridge's: no learning, no span, nothing forwarded", () => {
    const lan = labs.bridgeOf([...THREE, "em3"], { bridge: { mac: BR }, members: { em3: { span: true } } });
    const { drops, ports } = lan.changes(() => expect(lan.receive("em0", frame({ dst: BR, src: A }))).toEqual([]));
    expect(drops).toEqual({ UnknownEtherType: 1 });
    expect(ports.br0).toMatchObject({ if_ipackets: 1, if_ibytes: 60 });
    expect(bridgeTable(lan)).toEqual([]);
  });

  test("if the bridge's address is a member's too, the source is learned", () => {
    const lan = labs.bridgeOf(THREE, { bridge: { mac: ownMac(1) } });
    lan.receive("em0", frame({ dst: ownMac(1), src: A }));
    expect(bridgeTable(lan)).toEqual([[A, "em0"]]);
  });

  test.each(["disabled", "blocking", "listening"] as const)("nor does it learn then from a member in state %s", (stp) => {
    const lan = labs.bridgeOf(THREE, { bridge: { mac: ownMac(1) }, members: { em0: { stp } } });
    const { ports } = lan.changes(() => lan.receive("em0", frame({ dst: ownMac(1), src: A })));
    expect([bridgeTable(lan), ports.br0]).toEqual([[], { if_ipackets: 1, if_ibytes: 60 }]);
  });

  test("nor if the member that has the address does not learn, whatever the receiving one does", () => {
    const learned = (silent: string) => {
      const lan = labs.bridgeOf(THREE, { bridge: { mac: ownMac(1) }, members: { [silent]: { learning: false } } });
      lan.receive("em0", frame({ dst: ownMac(1), src: A }));
      return bridgeTable(lan);
    };
    expect([learned("em1"), learned("em0")]).toEqual([[], [[A, "em0"]]]);
  });

  test("the bridge answers for its own IP address by the port behind which the sender is", () => {
    const lan = withBridgeAddress(labs);
    lan.receive("em2", hello(A));
    const sent = lan.sent("em2", ping(BR, "10.0.0.1"));
    expect(sent.map(({ interface: port }) => port)).toEqual(["em2"]);
    expect(readIcmp(sent[0]!.data)).toMatchObject({ type: 0, src: "10.0.0.1" });
    expect([source(sent[0]!.data), destination(sent[0]!.data)]).toEqual([BR, A]);
  });

  test("a copy of each group frame enters input as the bridge's: it answers ARP requests, which are flooded as well", () => {
    const lan = withBridgeAddress(labs);
    const sent = lan.sent("em1", arp({ senderMac: A, sender: "10.0.0.7", target: "10.0.0.1" }));
    const replies = sent.filter(({ path }) => path === "Originated");
    expect(sent.filter(({ path }) => path === "Bridged").map(({ interface: port }) => port)).toEqual(["em0", "em2"]);
    expect(replies.map(({ interface: port, data }) => [port, readArp(data)])).toEqual([
      ["em1", { op: 2, dst: A, senderMac: BR, sender: "10.0.0.1", targetMac: A, target: "10.0.0.7" }],
    ]);
  });

  test("of a group frame the bridge gets a copy and the receiving interface the original", () => {
    const lan = labs.bridgeOf(THREE);
    const { stats, drops } = lan.changes(() => lan.receive("em0", hello(A)));
    expect(stats.cloned).toBe(3);
    expect(drops).toEqual({ UnknownEtherType: 2 });
    const { ports } = lan.engine.counters();
    expect(ports.filter((port) => port.drops.UnknownEtherType).map(({ name }) => name)).toEqual(["em0", "br0"]);
  });

  test("a bridge that is down bridges nothing: its members are interfaces of their own", () => {
    const lan = labs.bridgeOf(THREE, { bridge: { up: false }, ports: { em1: { ip: ["10.0.0.1/24"] } }, arp: arpOf("em1") });
    expect(lan.receive("em0", hello(A))).toEqual([]);
    expect(lan.receive("em1", ping(ownMac(1), "10.0.0.1"))).toEqual(["em1"]);
    expect(bridgeTable(lan)).toEqual([]);
  });

  test("a bridge that is set down and up bridges again", () => {
    const lan = labs.bridgeOf(THREE);
    lan.engine.setInterfaceUp("br0", false);
    expect(lan.receive("em0", hello(A))).toEqual([]);
    lan.engine.setInterfaceUp("br0", true);
    expect(lan.receive("em0", hello(A))).toEqual(["em1", "em2"]);
  });

  test("a bridge that monitors counts frames as its own and frees them", () => {
    const lan = labs.bridgeOf(THREE, { bridge: { monitor: true, mac: BR } });
    const { drops, ports } = lan.changes(() => [lan.receive("em0", hello(A)), lan.receive("em0", frame({ dst: BR, src: A }))]);
    expect(drops).toEqual({ Monitor: 2 });
    expect(ports.br0).toEqual({ if_ipackets: 2, if_ibytes: 120 });
    expect(learnedPort(lan, A)).toBeUndefined();
    expect(lan.engine.counters().ports[3]!.drops).toEqual({ Monitor: 2 });
  });

  test("the bridge counts what it forwards, and group frames among it", () => {
    const lan = labs.bridgeOf(THREE);
    const { ports, stats } = lan.changes(() => [lan.receive("em0", frame({ dst: B, src: A })), lan.receive("em1", frame({ dst: A, src: B }))]);
    expect(ports.br0).toEqual({ if_ipackets: 2, if_ibytes: 120 });
    expect(stats.brc_flooded).toBe(1);
    expect(lan.changes(() => lan.receive("em0", hello(A))).ports.br0!.if_imcasts).toBeGreaterThan(0);
  });
});
