/** The protocol side of Ethernet input: what a packet meets on its own CPU, in which order. */
import { expect, test } from "vitest";
import { arp, BROADCAST, frame, IPV6, station } from "../support/frames.ts";
import { onEachMachine, ownMac, toRouter } from "../support/lab.ts";
import { ipFrame } from "../support/packets.ts";

const ipv6 = (dst = ownMac(0)) => frame({ dst, src: station(1), type: IPV6 });

onEachMachine((labs) => {
  test("a packet whose interface went down while it was queued is freed", () => {
    const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0) }] });
    let seen = 0;
    lab.engine.setHandler("ipv6", () => {
      seen++;
      lab.engine.setInterfaceUp("em0", false);
      return "taken";
    });
    expect(lab.changes(() => lab.burst("em0", [ipv6(), ipv6(), ipv6()])).drops).toEqual({ InterfaceDown: 2 });
    expect(seen).toBe(1);
  });

  test("a promiscuous interface hands packets for other stations to their protocols too", () => {
    const lab = labs.routerOf(2, { ports: { em0: { promisc: true } } });
    expect(lab.receive("em0", ipFrame({ dst: station(99), src: station(0) }))).toEqual(["em1"]);
  });

  test("an interface that a bridge made promiscuous does not: it filters again", () => {
    const lan = labs.bridgeOf(["em0", "em1"], { members: { em0: { stp: "blocking" } } });
    expect(lan.changes(() => lan.receive("em0", ipv6(station(9)))).drops).toEqual({ OtherStation: 1 });
    expect(lan.changes(() => lan.receive("em0", ipv6(BROADCAST))).drops).toEqual({ UnregisteredIsr: 1 });
  });

  test("ARP ends at an interface without ARP, on its way to the handler", () => {
    const lab = labs.routerOf(1, { ports: { em0: { noarp: true } } });
    const { drops, stats } = lab.changes(() => lab.receive("em0", arp({ senderMac: station(7), sender: "10.0.0.7", target: "10.0.0.1" })));
    expect([drops, stats]).toEqual([{ InterfaceNoArp: 1 }, {}]);
  });

  test("the flow cache comes before the protocol's handler", () => {
    const lab = labs.routerOf(2, { sysctl: { "net.inet.ip.fastforwarding": 1 } });
    const seen: string[] = [];
    lab.engine.setHandler("ip", ({ interface: port }) => {
      seen.push(port);
      return "pass";
    });
    expect(lab.sent("em0", toRouter()).map(({ path }) => path)).toEqual(["Forwarded"]);
    expect(lab.sent("em0", toRouter()).map(({ path }) => path)).toEqual(["Fastforwarded"]);
    expect(seen).toEqual(["em0"]);
  });

  test("the bridge comes before the protocols: unicast for other stations reaches none of them", () => {
    const lan = labs.bridgeOf(["em0", "em1"], { sysctl: { "net.inet.ip.forwarding": 1 } });
    let seen = 0;
    lan.engine.setHandler("ip", () => {
      seen++;
      return "taken";
    });
    expect(lan.receive("em0", ipFrame({ dst: station(9), src: station(1) }))).toEqual(["em1"]);
    expect(lan.receive("em0", ipFrame({ dst: ownMac(0), src: station(1) }))).toEqual([]);
    expect(seen).toBe(1);
  });

  test("the bridge comes before vlans: a tagged frame to a member's own address is the member's, and so its vlan's", () => {
    const lan = labs.of({
      interfaces: ["em0", "em1"].map((name, n) => ({ name, mac: ownMac(n) })),
      vlans: [{ name: "vlan5", parent: "em0", vid: 5 }],
      bridges: [{ name: "br0", members: [{ if: "em0" }, { if: "em1" }] }],
    });
    const tagged5 = (dst: string) => Uint8Array.from([...ipv6(dst).subarray(0, 12), 0x81, 0, 0, 5, ...ipv6().subarray(12)]);
    expect(lan.receive("em0", tagged5(station(9)))).toEqual(["em1"]);
    const { drops, ports } = lan.changes(() => lan.receive("em0", tagged5(ownMac(0))));
    expect([drops, ports.vlan5]).toEqual([{ UnregisteredIsr: 1 }, { if_ipackets: 1, if_ibytes: 60 }]);
  });

  test("a protocol found late is queued to its port, and the packet is the same", () => {
    const lab = labs.of({ cpus: 2, interfaces: [{ name: "em0", mac: ownMac(0), cpu: 1 }] });
    const aarp = frame({ dst: BROADCAST, src: station(1), type: 46, payload: [0xaa, 0xaa, 3, 0, 0, 0, 0x80, 0xf3, ...Array(38).fill(5)] });
    let seen: Uint8Array | undefined;
    lab.engine.setHandler("aarp", ({ frame: bytes }) => {
      seen = bytes.slice();
      return "taken";
    });
    expect(lab.thread("netisr_cpu 0", () => lab.receive("em0", aarp)).messages).toBe(2);
    expect(seen).toEqual(aarp);
  });
});
