/** What an interface takes from the wire: its address filter, lengths, ring and pool. */
import { expect, test } from "vitest";
import { BROADCAST, frame, station, tagged } from "../support/frames.ts";
import { type Lab, onEachMachine, ownMac, toRouter } from "../support/lab.ts";

const OTHERS = station(9);
const to = (dst: string) => frame({ dst, src: station(1) });
const dropsOf = (lab: Lab, data: Uint8Array) => lab.changes(() => lab.receive("em0", data)).drops;

onEachMachine((labs) => {
  const one = (more = {}) => labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), ...more }] });

  test.each([
    ["its own address", ownMac(0)],
    ["broadcast", BROADCAST],
    ["any multicast group", "01:00:5e:00:00:05"],
  ])("an interface takes frames to %s", (_, dst) => {
    const lab = one();
    expect(dropsOf(lab, to(dst))).toEqual({ UnknownEtherType: 1 });
  });

  test("an interface does not take unicast frames for other stations, which it counts as received only", () => {
    const { drops, ports, threads } = (() => {
      const lab = one();
      return lab.changes(() => lab.receive("em0", to(OTHERS)));
    })();
    expect([drops, ports, threads]).toEqual([{ NotForUs: 1 }, { em0: { received: 1 } }, {}]);
  });

  test("a promiscuous interface takes every frame, and keeps what is for other stations", () => {
    expect(dropsOf(one({ promisc: true }), to(OTHERS))).toEqual({ UnknownEtherType: 1 });
  });

  test("a member of a bridge is promiscuous, but what is not bridged is filtered later", () => {
    const lan = labs.bridgeOf(["em0", "em1"], { bridge: { up: false } });
    expect(dropsOf(lan, to(OTHERS))).toEqual({ OtherStation: 1 });
    expect(dropsOf(lan, to(ownMac(0)))).toEqual({ UnknownEtherType: 1 });
  });

  test("an interface that is down takes nothing", () => {
    const lab = one({ up: false });
    expect(dropsOf(lab, to(BROADCAST))).toEqual({ InterfaceDown: 1 });
    lab.engine.setInterfaceUp("em0", true);
    expect(dropsOf(lab, to(BROADCAST))).toEqual({ UnknownEtherType: 1 });
    lab.engine.setInterfaceUp("em0", false);
    expect(dropsOf(lab, to(BROADCAST))).toEqual({ InterfaceDown: 1 });
  });

  test("a frame without a whole Ethernet header is an input error", () => {
    for (const length of [0, 1, 13]) {
      const lab = one();
      const { drops, ports } = lab.changes(() => lab.receive("em0", to(BROADCAST).subarray(0, length)));
      expect([drops, ports.em0]).toEqual([{ Runt: 1 }, { received: 1, if_ierrors: 1 }]);
    }
    expect(dropsOf(one(), to(BROADCAST).subarray(0, 14))).toEqual({ UnknownEtherType: 1 });
  });

  test("a frame with more than receiveMtu bytes behind its header is an input error; a tag does not count", () => {
    const bytes = (payload: number) => frame({ dst: BROADCAST, src: station(1), payload: new Uint8Array(payload) });
    const lab = one({ mtu: 600, receiveMtu: 1000 });
    expect(dropsOf(lab, bytes(1000))).toEqual({ UnknownEtherType: 1 });
    expect(dropsOf(lab, tagged(bytes(1000), 5))).toEqual({ NoVlan: 1 });
    const { drops, ports } = lab.changes(() => [lab.receive("em0", bytes(1001)), lab.receive("em0", tagged(bytes(1001), 5))]);
    expect([drops, ports.em0]).toEqual([{ TooLong: 2 }, { received: 2, if_ierrors: 2 }]);
  });

  test("without a carrier nothing arrives: it is lost on the wire, and no error of the interface", () => {
    const lab = labs.routerOf(2);
    lab.engine.setCarrier("em0", false);
    const { drops, ports } = lab.changes(() => expect(lab.receive("em0", toRouter())).toEqual([]));
    expect([drops, ports.em0]).toEqual([{ WireLoss: 1 }, { received: 1 }]);
    lab.engine.setInterfaceUp("em0", false);
    expect(lab.changes(() => lab.receive("em0", toRouter())).drops).toEqual({ WireLoss: 1 });
    lab.engine.setInterfaceUp("em0", true);
    lab.engine.setCarrier("em0", true);
    expect(lab.receive("em0", toRouter())).toEqual(["em1"]);
  });

  test("without an mbuf to replace it a frame is lost and its slot used again", () => {
    const lab = labs.routerOf(2, { mbufs: 16 });
    lab.engine.setCarrier("em1", false);
    const { drops, ports } = lab.changes(() => {
      for (let n = 0; n < 20; n++) lab.receive("em0", toRouter());
    });
    expect([drops, ports.em0!.if_iqdrops]).toEqual([{ NoMbufs: 4 }, 4]);
    lab.engine.setCarrier("em1", true);
    expect(lab.engine.take()).toHaveLength(16);
    expect(lab.receive("em0", toRouter())).toEqual(["em1"]);
  });

  test("no frame is taken beyond its bytes: what was in a buffer before does not leak out", () => {
    const lan = labs.bridgeOf(["em0", "em1"], { mbufs: 16, ports: { em0: { rxRing: 1 }, em1: { rxRing: 1 } } });
    const long = frame({ dst: BROADCAST, src: station(1), payload: new Uint8Array(1500).fill(0xee) });
    for (let n = 0; n < 20; n++) lan.receive("em0", long);
    for (const length of [14, 15, 17, 60]) {
      const short = to(BROADCAST).subarray(0, length);
      expect(lan.sent("em0", short).map(({ data }) => data)).toEqual([short]);
    }
    expect(lan.engine.exports.brokenGuards()).toBe(0);
  });
});

/** The instant machine lets no interrupt find a full ring, as no time passes; the stutter machine does. */
onEachMachine((labs) => {
  test("frames that find the receive ring full are lost at the interface, or none is", () => {
    const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), rxRing: 4 }] });
    const { drops, ports } = lab.changes(() => lab.burst("em0", Array(10).fill(to(BROADCAST))));
    const lost = labs.build === "stutter" ? 6 : 0;
    expect(drops).toEqual({ UnknownEtherType: 10 - lost, ...(lost ? { RingFull: lost } : {}) });
    expect(ports.em0).toMatchObject({ received: 10, if_ipackets: 10 - lost, ...(lost ? { if_iqdrops: lost } : {}) });
  });
});
