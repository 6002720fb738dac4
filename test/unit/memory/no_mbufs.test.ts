import { expect, test } from "vitest";
import type { EngineConfig } from "../../../src/types.ts";
import { arp, BROADCAST, filler, frame, IPV6, station } from "../../support/frames.ts";
import { type Lab, type Labs, onEachMachine, ownMac, toRouter } from "../../support/lab.ts";
import { icmp, udp } from "../../support/packets.ts";

const MBUFS = 16;

/** Routers em0 to em2; a bridge of em3 to em5. Whatever em0 forwards to em1 stays there while its cable is out. */
const config = (): EngineConfig => ({
  mbufs: MBUFS,
  interfaces: Array.from({ length: 6 }, (_, n) => ({
    name: `em${n}`,
    mac: ownMac(n),
    queue: 64,
    ...(n < 3 ? { ip: [`10.0.${n}.1/24`] } : {}),
    ...(n === 2 ? { mtu: 576 } : {}),
  })),
  bridges: [{ name: "br0", mac: ownMac(9), ip: ["10.0.9.1/24"], members: [3, 4, 5].map((n) => ({ if: `em${n}`, span: n === 5 })) }],
  routes: [0, 1, 2].map((n) => ({ dst: `20.${n}.0.0/16`, via: `10.0.${n}.2`, if: `em${n}` })),
  arp: [0, 1, 2].map((n) => ({ if: `em${n}`, ip: `10.0.${n}.2`, mac: station(n) })),
  sysctl: { "net.inet.ip.forwarding": 1 },
});

/** What needs more mbufs than the one it came in: frames by the name of what is made for them. */
const NEEDY: Record<string, [port: string, data: Uint8Array, left: string[]]> = {
  "an ICMP error": ["em0", toRouter({ dst: "9.9.9.9" }), ["em0"]],
  "an echo reply": ["em0", toRouter({ src: "10.0.0.7", dst: "10.0.0.1", protocol: 1, payload: icmp() }), ["em0"]],
  "an ARP request": ["em0", toRouter({ dst: "10.0.2.77" }), ["em2"]],
  "an ARP reply": ["em0", arp({ senderMac: station(7), sender: "10.0.0.7", target: "10.0.0.1" }), ["em0"]],
  fragments: ["em0", toRouter({ dst: "20.2.0.9", payload: udp({ data: filler(1400) }) }), ["em2", "em2", "em2"]],
  "copies of a flood": ["em3", frame({ dst: BROADCAST, src: station(3) }), ["em4", "em5"]],
  "an answer of a handler": ["em0", frame({ dst: ownMac(0), src: station(0), type: IPV6 }), ["em2"]],
};

/** A lab in which all mbufs but `left` are held in the queue of an interface without a cable. */
const almostEmpty = (labs: Labs, left: number): Lab => {
  const lab = labs.of(config());
  lab.engine.setHandler("ipv6", ({ send }) => {
    send("em2", frame({ dst: station(2), src: ownMac(2), type: IPV6 }));
    return "taken";
  });
  lab.engine.setCarrier("em1", false);
  for (let n = left; n < MBUFS; n++) lab.receive("em0", toRouter({ dst: "20.1.0.9", id: n }));
  expect(lab.engine.exports.mbufsInUse()).toBe(MBUFS - left);
  return lab;
};

onEachMachine((labs) => {
  test.each(Object.entries(NEEDY))("%s: with enough mbufs it is made; with too few the engine goes on and counts", (_, [port, data, expected]) => {
    expect(almostEmpty(labs, 8).receive(port, data)).toEqual(expected);
    for (let left = 0; left < 8; left++) {
      const lab = almostEmpty(labs, left);
      const { drops } = lab.changes(() => expect(expected).toEqual(expect.arrayContaining(lab.receive(port, data))));
      if (left === 0) expect(drops).toEqual({ NoMbufs: 1 });
      lab.engine.setCarrier("em1", true);
      expect(lab.receive(port, data).length, `${left} were left`).toBeGreaterThan(0);
      expect(lab.engine.counters().conservation.holds).toBe(true);
    }
  });

  test("a frame that finds no mbuf is dropped, and the receive ring keeps its buffers", () => {
    const lab = almostEmpty(labs, 0);
    const { drops } = lab.changes(() => {
      for (let n = 0; n < 200; n++) expect(lab.receive("em0", toRouter({ dst: "20.2.0.9", id: n }))).toEqual([]);
    });
    expect(drops).toEqual({ NoMbufs: 200 });
    lab.engine.setCarrier("em1", true);
    expect(lab.engine.take()).toHaveLength(MBUFS);
    expect(lab.receive("em0", toRouter({ dst: "20.2.0.9" }))).toEqual(["em2"]);
  });
});
