/** What this host sends through a bridge: by the bridge as an interface, and by one of its members. */
import { expect, test } from "vitest";
import { BROADCAST, frame, source, station, tagged } from "../support/frames.ts";
import { type BridgeLabOptions, type Lab, type Labs, names, onEachMachine, ownMac, seconds } from "../support/lab.ts";
import { ipFrame } from "../support/packets.ts";
import { bridgeTable } from "../support/tables.ts";

const BR = "02:00:00:00:00:f0";
const HOST = station(7);
const hello = (src: string) => frame({ dst: BROADCAST, src });

/** A router with the bridge br0 over em0, em1 and em2, and em9 on the other side; 10.0.0.7 is a host behind the bridge. */
const routerWithBridge = (labs: Labs, { members = {}, bridge, ports }: BridgeLabOptions = {}, ip: "br0" | "em0" = "br0"): Lab =>
  labs.of({
    interfaces: [
      { name: "em0", mac: ownMac(0), ...(ip === "em0" ? { ip: ["10.0.0.1/24"] } : {}), ...ports?.em0 },
      { name: "em1", mac: ownMac(1), ...ports?.em1 },
      { name: "em2", mac: ownMac(2), ...ports?.em2 },
      { name: "em9", mac: ownMac(9), ip: ["10.0.9.1/24"] },
    ],
    bridges: [
      {
        name: "br0",
        mac: BR,
        ...(ip === "br0" ? { ip: ["10.0.0.1/24"] } : {}),
        members: ["em0", "em1", "em2"].map((name) => ({ if: name, ...members[name] })),
        ...bridge,
      },
    ],
    arp: [{ if: ip, ip: "10.0.0.7", mac: HOST }],
    sysctl: { "net.inet.ip.forwarding": 1 },
  });
const toHost = ipFrame({ dst: ownMac(9), src: station(99) }, { src: "10.0.9.2", dst: "10.0.0.7" });

onEachMachine((labs) => {
  test("the bridge sends to an address that it knows by that member only", () => {
    const lab = routerWithBridge(labs);
    lab.receive("em1", hello(HOST));
    const sent = lab.sent("em9", toHost);
    expect(sent.map(({ interface: port, path }) => [port, path])).toEqual([["em1", "Forwarded"]]);
    expect(source(sent[0]!.data)).toBe(BR);
  });

  test("the bridge sends to an address that it does not know by every member", () => {
    const lab = routerWithBridge(labs);
    const { stats, ports } = lab.changes(() => expect(lab.receive("em9", toHost)).toEqual(["em0", "em1", "em2"]));
    expect(stats.cloned).toBe(2);
    expect(ports.br0).toMatchObject({ if_opackets: 1 });
  });

  test("a source that this host sends with is not learned", () => {
    const lab = routerWithBridge(labs);
    lab.receive("em9", toHost);
    expect(bridgeTable(lab)).toEqual([]);
  });

  test("a member sends through the bridge: the frame leaves by the port behind which its destination is", () => {
    const lab = routerWithBridge(labs, {}, "em0");
    lab.receive("em2", hello(HOST));
    const sent = lab.sent("em9", toHost);
    expect(names(sent)).toEqual(["em2"]);
    expect(source(sent[0]!.data)).toBe(ownMac(0));
  });

  test("a member sends to an unknown address by every member, itself among them", () => {
    expect(routerWithBridge(labs, {}, "em0").receive("em9", toHost)).toEqual(["em0", "em1", "em2"]);
  });

  test("a member of a bridge that is down sends for itself; the bridge sends nothing", () => {
    expect(routerWithBridge(labs, { bridge: { up: false } }, "em0").receive("em9", toHost)).toEqual(["em0"]);
    const lab = routerWithBridge(labs, { bridge: { up: false } });
    expect(lab.changes(() => lab.receive("em9", toHost)).drops).toEqual({ InterfaceDown: 1 });
  });

  test.each(["disabled", "blocking"] as const)("nothing leaves by a member in state %s", (stp) => {
    expect(routerWithBridge(labs, { members: { em1: { stp } } }).receive("em9", toHost)).toEqual(["em0", "em2"]);
  });

  test.each(["listening", "learning", "forwarding"] as const)("frames leave by a member in state %s", (stp) => {
    expect(routerWithBridge(labs, { members: { em1: { stp } } }).receive("em9", toHost)).toEqual(["em0", "em1", "em2"]);
  });

  test.each(["disabled", "blocking"] as const)("nothing leaves to a known address behind a member in state %s", (stp) => {
    const lab = routerWithBridge(labs, { members: { em1: { stp } }, bridge: { static: [{ mac: HOST, if: "em1" }] } });
    expect(lab.changes(() => lab.receive("em9", toHost)).drops).toEqual({ BridgePortState: 1 });
  });

  test("unknown unicast leaves by members with the discover flag only", () => {
    expect(routerWithBridge(labs, { members: { em1: { discover: false } } }).receive("em9", toHost)).toEqual(["em0", "em2"]);
  });

  test("a known address behind a member that is down is not sent to", () => {
    const lab = routerWithBridge(labs);
    lab.receive("em1", hello(HOST));
    lab.engine.setInterfaceUp("em1", false);
    expect(lab.changes(() => lab.receive("em9", toHost)).drops).toEqual({ BridgePortDown: 1 });
  });

  test("an address that has got old is sent to by every member again", () => {
    const lab = routerWithBridge(labs);
    lab.receive("em1", hello(HOST), 0);
    lab.engine.run(seconds(1200));
    expect(lab.receive("em9", toHost)).toEqual(["em0", "em1", "em2"]);
  });

  test("a span port sees what this host sends", () => {
    expect(routerWithBridge(labs, { members: { em2: { span: true } } }).receive("em9", toHost)).toEqual(["em0", "em1", "em2"]);
    const lab = routerWithBridge(labs, { members: { em2: { span: true } } });
    lab.receive("em1", hello(HOST));
    expect(lab.receive("em9", toHost)).toEqual(["em1", "em2"]);
  });

  test("forwarding onto a bridge costs no lock besides the bridge's serializer and the port's", () => {
    const lab = routerWithBridge(labs);
    lab.receive("em1", hello(HOST));
    const { locks } = lab.changes(() => lab.receive("em9", toHost));
    expect(locks).toEqual({ BGL: 1, "serializer br0": 1, "serializer em1": 1, "queue em1": 1, "serializer em9": 1 });
  });
});

onEachMachine((labs) => {
  test("a tag goes through a bridge unchanged, priority and drop bit included", () => {
    const lan = labs.bridgeOf(["em0", "em1"]);
    for (const tag of [0x0000, 0x0001, 0x5064, 0xffff]) {
      const bytes = tagged(frame({ dst: BROADCAST, src: HOST }), tag);
      expect(lan.sent("em0", bytes).map(({ data }) => data)).toEqual([bytes]);
    }
  });

  test("a vlan as a member: the bridge puts its tag on what leaves, and takes it off what comes in", () => {
    const lan = labs.of({
      interfaces: ["em0", "em1"].map((name, n) => ({ name, mac: ownMac(n) })),
      vlans: [{ name: "vlan5", parent: "em1", vid: 5 }],
      bridges: [{ name: "br0", members: [{ if: "em0" }, { if: "vlan5" }] }],
    });
    const bytes = frame({ dst: BROADCAST, src: HOST });
    expect(lan.sent("em0", bytes).map(({ interface: port, data }) => [port, data])).toEqual([["em1", tagged(bytes, 5)]]);
    expect(lan.sent("em1", tagged(bytes, 5)).map(({ interface: port, data }) => [port, data])).toEqual([["em0", bytes]]);
    expect(lan.receive("em1", bytes)).toEqual([]);
  });
});
