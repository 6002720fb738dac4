/** in_arpinput: what is refused, what is learned, what is answered; on every CPU (RFC 826). */
import { expect, test } from "vitest";
import { type ArpFields, arp, BROADCAST, padded, readArp, source, station } from "../support/frames.ts";
import { type LabOptions, onEachMachine, ownMac } from "../support/lab.ts";
import { arpAddress } from "../support/tables.ts";

const A = station(7);
const request = (more: Partial<ArpFields> = {}) => arp({ senderMac: A, sender: "10.0.0.7", target: "10.0.0.1", ...more });
const reply = (more: Partial<ArpFields> = {}) => request({ op: 2, dst: ownMac(0), targetMac: ownMac(0), ...more });

onEachMachine((labs) => {
  const host = (more: LabOptions = {}) => labs.routerOf(2, more);

  test.each([
    ["27 bytes", request().subarray(0, 41)],
    ["hardware type 2", request({ hardware: 2 })],
    ["protocol 86dd", request({ protocol: 0x86dd })],
    ["hardware addresses of 8 bytes", request({ lengths: [8, 4] })],
    ["protocol addresses of 16 bytes", request({ lengths: [6, 16] })],
    ["operation 0", request({ op: 0 })],
    ["operation 3", request({ op: 3 })],
    ["operation 256", request({ op: 256 })],
    ["a group as sender", request({ senderMac: "03:00:00:00:00:01", src: A })],
  ])("a packet with %s is bad: neither learned nor answered", (_, data) => {
    const lab = host();
    const { drops } = lab.changes(() => expect(lab.receive("em0", data)).toEqual([]));
    expect([drops, arpAddress(lab, "em0", "10.0.0.7")]).toEqual([{ ArpBad: 1 }, undefined]);
  });

  test.each([1, 6])("a request of hardware type %i for our address is answered by unicast, as type 1, without padding", (hardware) => {
    const lab = host();
    const [sent, ...more] = lab.sent("em0", padded(request({ hardware })));
    expect([more, sent!.interface, sent!.path, sent!.data.length]).toEqual([[], "em0", "Originated", 42]);
    expect(readArp(sent!.data)).toEqual({ dst: A, op: 2, senderMac: ownMac(0), sender: "10.0.0.1", targetMac: A, target: "10.0.0.7" });
    expect(Array.from(sent!.data.subarray(12, 22))).toEqual([8, 6, 0, 1, 8, 0, 6, 4, 0, 2]);
    expect(source(sent!.data)).toBe(ownMac(0));
    expect(lab.engine.counters().stats).toMatchObject({ arps_requests_received: 1, arps_replies_sent: 1, arps_created: 1 });
  });

  test.each([
    ["another host's address", request({ target: "10.0.0.99" })],
    ["an address of another interface of ours", request({ target: "10.0.1.1" })],
    ["no address", request({ target: "0.0.0.0" })],
  ])("a request for %s is not answered, and makes no entry", (_, data) => {
    const lab = host();
    expect(lab.receive("em0", data)).toEqual([]);
    expect(arpAddress(lab, "em0", "10.0.0.7")).toBeUndefined();
  });

  test("a reply to us makes an entry, a reply to others none", () => {
    const lab = host();
    lab.receive("em0", reply({ sender: "10.0.0.8" }));
    lab.receive("em0", reply({ sender: "10.0.0.9", target: "10.0.0.99", dst: BROADCAST }));
    expect(["10.0.0.8", "10.0.0.9"].map((ip) => arpAddress(lab, "em0", ip))).toEqual([A, undefined]);
    expect(lab.stat("arps_replies_received")).toBe(2);
  });

  test("an entry follows its host's address, whoever the packet was for", () => {
    const lab = host();
    lab.receive("em0", request());
    lab.receive("em0", request({ senderMac: station(8), target: "10.0.0.99" }));
    expect(arpAddress(lab, "em0", "10.0.0.7")).toBe(station(8));
    expect(lab.engine.counters().stats).toMatchObject({ arps_created: 1, arps_refreshed: 1 });
  });

  test("a configured entry is permanent", () => {
    const lab = host();
    lab.receive("em0", request({ sender: "10.0.0.2", senderMac: station(99) }));
    expect(arpAddress(lab, "em0", "10.0.0.2")).toBe(station(0));
  });

  test("a probe, from 0.0.0.0, is answered, and makes no entry", () => {
    const lab = host();
    expect(lab.sent("em0", request({ sender: "0.0.0.0" })).map(({ data }) => readArp(data).op)).toEqual([2]);
    expect(arpAddress(lab, "em0", "0.0.0.0")).toBeUndefined();
  });

  test("a host that uses our address is counted, and makes no entry", () => {
    const lab = host();
    lab.receive("em0", request({ sender: "10.0.0.1" }));
    expect([lab.stat("arps_dupip"), arpAddress(lab, "em0", "10.0.0.1")]).toEqual([1, undefined]);
  });

  test("it is the sender's address that makes a duplicate: one of any interface of ours, whoever is asked for; 0.0.0.0 is nobody's", () => {
    const lab = host();
    const counted = (more: Partial<ArpFields>) => lab.changes(() => lab.receive("em0", request(more))).stats.arps_dupip ?? 0;
    expect([
      counted({ sender: "10.0.0.1", target: "10.0.0.99" }),
      counted({ sender: "10.0.1.1", target: "10.0.0.99" }),
      counted({ sender: "10.0.0.7", target: "10.0.0.1" }),
      counted({ sender: "10.0.0.7", target: "10.0.1.1" }),
      counted({ sender: "0.0.0.0", target: "10.0.0.1" }),
    ]).toEqual([1, 1, 0, 0, 0]);
  });

  test("our own packet that comes back ends unseen", () => {
    const lab = host();
    const { stats, paths } = lab.changes(() =>
      expect(lab.receive("em0", request({ senderMac: ownMac(0), sender: "10.0.0.1", target: "10.0.0.1" }))).toEqual([]),
    );
    expect([paths, stats.arps_created, stats.arps_dupip]).toEqual([{ Delivered: 1 }, undefined, undefined]);
  });

  test("entries belong to the interface that they came in by", () => {
    const lab = host();
    lab.receive("em0", request());
    expect(arpAddress(lab, "em1", "10.0.0.7")).toBeUndefined();
  });

  test("what CPU 0 learns goes round all CPUs, as one message each", () => {
    const lab = host({ cpus: 3 });
    const { threads, stats } = lab.changes(() => lab.receive("em0", request()));
    expect([0, 1, 2].map((cpu) => arpAddress(lab, "em0", "10.0.0.7", cpu))).toEqual([A, A, A]);
    expect([0, 1, 2].map((cpu) => threads[`netisr_cpu ${cpu}`])).toEqual(Array(3).fill({ messages: 1, gets: 1, releases: 1 }));
    expect(stats).toMatchObject({ arps_created: 3, arps_replies_sent: 1 });
  });

  test("an interface with static ARP answers, but learns nothing", () => {
    const lab = host({ ports: { em0: { staticarp: true } } });
    expect(lab.receive("em0", request())).toEqual(["em0"]);
    expect(arpAddress(lab, "em0", "10.0.0.7")).toBeUndefined();
  });

  test("an ARP packet ends as delivered", () => {
    const lab = host({ cpus: 2 });
    expect(lab.changes(() => lab.receive("em0", request({ target: "10.0.0.99" }))).paths).toEqual({ Delivered: 1 });
  });
});
