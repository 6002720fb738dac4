/** arpresolve: held packets, requests, hosts that do not answer, refreshing, and the life of entries. */
import { expect, test } from "vitest";
import { arp, BROADCAST, destination, NO_MAC, readArp, station, typeOf } from "../support/frames.ts";
import { type Lab, type LabOptions, type Labs, onEachMachine, ownMac, toRouter } from "../support/lab.ts";
import { type IpFields, readIcmp, readIp, udp } from "../support/packets.ts";
import { arpAddress } from "../support/tables.ts";

const HOST = "10.0.1.77";
const MAC = station(77);
const packet = (fields: IpFields = {}) => toRouter({ dst: HOST, ...fields });
const answer = (more = {}) => arp({ op: 2, senderMac: MAC, sender: HOST, targetMac: ownMac(1), target: "10.0.1.1", dst: ownMac(1), ...more });
const router = (labs: Labs, more: LabOptions = {}): Lab => labs.routerOf(2, more);
const requests = (lab: Lab): number => lab.stat("arps_requests_sent");

onEachMachine((labs) => {
  test("an unknown neighbour is asked for by broadcast, with no target address, and the packet waits", () => {
    const lab = router(labs);
    const [sent, ...more] = lab.sent("em0", packet());
    expect([sent!.interface, sent!.path, sent!.data.length, more]).toEqual(["em1", "Originated", 42, []]);
    expect(readArp(sent!.data)).toEqual({ dst: BROADCAST, op: 1, senderMac: ownMac(1), sender: "10.0.1.1", targetMac: NO_MAC, target: HOST });
    expect(lab.engine.counters().conservation.queued).toBe(1);
  });

  test("the answer lets the packet go, with the address that it gave", () => {
    const lab = router(labs);
    lab.receive("em0", packet({ id: 99 }));
    const sent = lab.sent("em1", answer());
    expect(sent.map(({ interface: port, path, data }) => [port, path, destination(data), readIp(data).id])).toEqual([["em1", "Forwarded", MAC, 99]]);
    expect(lab.receive("em0", packet())).toEqual(["em1"]);
    expect(requests(lab)).toBe(1);
  });

  test("one packet waits: a newer one takes its place", () => {
    const lab = router(labs);
    const { drops } = lab.changes(() => [1, 2, 3].map((id) => lab.receive("em0", packet({ id }))));
    expect(drops).toEqual({ ArpHeldReplaced: 2 });
    expect(lab.sent("em1", answer()).map(({ data }) => readIp(data).id)).toEqual([3]);
  });

  test("of a packet in fragments only the last one waits", () => {
    const lab = router(labs, { ports: { em1: { mtu: 576 } } });
    expect(lab.changes(() => lab.receive("em0", packet({ payload: udp({ data: Array(1472).fill(1) }) }))).drops).toEqual({ ArpHeldReplaced: 2 });
    expect(lab.sent("em1", answer()).map(({ data }) => readIp(data).payload.length)).toEqual([376]);
  });

  test("a request from the neighbour for us is as good as an answer; one for others is too, if we wait for it", () => {
    const lab = router(labs);
    lab.receive("em0", packet());
    expect(lab.sent("em1", answer({ op: 1, target: "10.0.1.99", dst: BROADCAST })).map(({ data }) => typeOf(data))).toEqual([0x0800]);
  });

  test("an answer by another interface is none", () => {
    const lab = router(labs);
    lab.receive("em0", packet());
    expect(lab.receive("em0", answer({ dst: ownMac(0), target: "10.0.0.1" }))).toEqual([]);
  });

  test("at most one request a second is sent", () => {
    const lab = router(labs);
    const at = (time: number) => {
      const before = requests(lab);
      lab.receive("em0", packet(), time);
      return requests(lab) - before;
    };
    expect([0, 0.1, 0.999, 1, 1.5, 2, 2.001].map(at)).toEqual([1, 0, 0, 1, 0, 1, 0]);
  });

  test("after five requests the host is down for 20 s: packets for it are refused and their senders told; then it is asked for again", () => {
    const lab = router(labs);
    const outcome = (time: number) => {
      const { drops, stats } = lab.changes(() => lab.receive("em0", packet(), time));
      return drops.HostDown ? "down" : stats.arps_requests_sent ? "asked" : "held";
    };
    expect([0, 1, 2, 3, 4, 5].map(outcome)).toEqual([...Array(5).fill("asked"), "held"]);
    expect([6, 10, 24].map(outcome)).toEqual(["down", "down", "down"]);
    expect([25, 26].map(outcome)).toEqual(["asked", "asked"]);
    expect(lab.stat("arps_timeouts")).toBe(1);
  });

  test("a host that is down is host unreachable", () => {
    const lab = router(labs, { sysctl: { "net.link.ether.inet.maxtries": 1 } });
    for (const time of [0, 1]) lab.receive("em0", packet(), time);
    const [error] = lab.sent("em0", packet(), 2);
    expect(readIcmp(error!.data)).toMatchObject({ type: 3, code: 1, dst: "20.0.0.9" });
    expect(lab.stat("ips_cantforward")).toBe(1);
  });

  test("a host that is down is up when it speaks", () => {
    const lab = router(labs, { sysctl: { "net.link.ether.inet.maxtries": 1 } });
    for (const time of [0, 1, 2]) lab.receive("em0", packet(), time);
    lab.receive("em1", answer(), 3);
    expect(lab.receive("em0", packet())).toEqual(["em1"]);
  });

  test("the packet that waits leaves from the CPU on which it waits", () => {
    const lab = router(labs, { cpus: 2 });
    lab.receive("em0", packet({ id: 1, payload: udp({ sport: 0, dport: 9 ^ 77 }) }));
    lab.receive("em0", packet({ id: 2, payload: udp({ sport: 1, dport: 9 ^ 77 }) }));
    expect(requests(lab)).toBe(2);
    const { threads } = lab.changes(() =>
      expect(
        lab
          .sent("em1", answer())
          .map(({ data }) => readIp(data).id)
          .sort(),
      ).toEqual([1, 2]),
    );
    expect([0, 1].map((cpu) => threads[`netisr_cpu ${cpu}`]!.messages)).toEqual([1, 1]);
  });

  test.each([{ noarp: true }, { staticarp: true }])("an interface with %o uses the entries that it has, and never asks", (flags) => {
    const lab = router(labs, { ports: { em1: flags } });
    expect(lab.receive("em0", toRouter())).toEqual(["em1"]);
    const { drops } = lab.changes(() => expect(lab.receive("em0", packet())).toEqual([]));
    expect([drops, requests(lab)]).toEqual([{ ArpNotAsked: 1 }, 0]);
  });

  test("a next hop that is a broadcast address needs no asking", () => {
    const lab = router(labs);
    lab.engine.setRoute({ dst: "20.1.0.0/16", via: "10.0.1.255", if: "em1" });
    expect(lab.sent("em0", toRouter()).map(({ data }) => destination(data))).toEqual([BROADCAST]);
  });

  test("a full table refuses new neighbours and keeps the old ones", () => {
    const lab = router(labs, { limits: { arp: 16 } }); // two are configured
    const { drops } = lab.changes(() => {
      for (let n = 100; n < 116; n++) lab.receive("em0", toRouter({ dst: `10.0.1.${n}` }));
    });
    expect([drops, requests(lab)]).toEqual([{ ArpTableFull: 2 }, 14]);
    expect(lab.receive("em0", toRouter())).toEqual(["em1"]);
  });
});

onEachMachine((labs) => {
  const known = (time: number, more: LabOptions = {}): Lab => {
    const lab = router(labs, more);
    lab.receive("em1", answer(), time);
    return lab;
  };

  test("an entry lives 1200 s and goes with the sweep at the next 300 s", () => {
    const lab = known(0);
    lab.until(1199.9);
    expect(arpAddress(lab, "em1", HOST)).toBe(MAC);
    expect(lab.changes(() => lab.until(1200)).stats).toEqual({ arps_expired: 1 });
    expect(arpAddress(lab, "em1", HOST)).toBeUndefined();
  });

  test("an entry whose time is over is asked for again before the sweep comes", () => {
    const lab = known(10);
    lab.until(1209.9);
    expect(lab.sent("em0", packet(), 1210).map(({ data }) => typeOf(data))).toEqual([0x0806]);
    expect(lab.sent("em1", answer(), 1210.5).map(({ data }) => typeOf(data))).toEqual([0x0800]);
  });

  test("each packet from the neighbour starts its time again", () => {
    const lab = known(0);
    lab.receive("em1", answer({ op: 1, target: "10.0.1.99", dst: BROADCAST }), 700);
    lab.until(1800);
    expect(arpAddress(lab, "em1", HOST)).toBe(MAC);
    lab.until(2100);
    expect(arpAddress(lab, "em1", HOST)).toBeUndefined();
  });

  test("an entry in use is refreshed before its time is over: one request a second in its last four, and packets go on", () => {
    const lab = known(10);
    const asked: number[] = [];
    for (let time = 1200; time < 1210; time += 0.25) {
      const before = requests(lab);
      const sent = lab.sent("em0", packet(), time);
      expect(sent.filter(({ path }) => path === "Forwarded")).toHaveLength(1);
      if (requests(lab) > before) asked.push(time);
    }
    expect(asked).toEqual([1206, 1207, 1208, 1209]);
  });

  test("a refresh that is answered gives the entry its full time", () => {
    const lab = known(10);
    expect(lab.receive("em0", packet(), 1207)).toEqual(["em1", "em1"]);
    lab.receive("em1", answer(), 1207.1);
    const sent = [1208, 1220, 2300].map((time) => lab.receive("em0", packet(), time));
    expect(sent).toEqual([["em1"], ["em1"], ["em1"]]);
  });

  test("a packet that waits for an answer that never comes ends with its entry", () => {
    const lab = router(labs);
    lab.receive("em0", packet(), 0);
    const { drops, stats } = lab.changes(() => lab.until(300));
    expect([drops, stats.arps_expired]).toEqual([{ ArpEntryGone: 1 }, 1]);
    expect(lab.engine.counters().conservation.queued).toBe(0);
  });

  test("a configured entry stays for ever", () => {
    const lab = router(labs);
    lab.until(labs.build === "virtual" ? 15_000 : 50_000); // virtual time ends after five hours
    expect(lab.receive("em0", toRouter())).toEqual(["em1"]);
  });

  test("the sweep goes over every CPU's table", () => {
    const lab = known(0, { cpus: 3 });
    expect(lab.changes(() => lab.until(1200)).stats.arps_expired).toBe(3);
  });
});
