import { describe, expect, test } from "vitest";
import { parseIp } from "../../../src/addresses.ts";
import { checksum, get16, get32, put16 } from "../../../src/reference/bytes.ts";
import { BROADCAST, etherFrame, icmpOf, ipOf, ipPacket, labOf, mac, routerLab, toRouter } from "./support.ts";

const dropped = (lab: ReturnType<typeof routerLab>) => lab.reference.counts().dropped;

test("a forwarded datagram has one hop less, a right checksum, the next hop's address, and nothing else changed", () => {
  const lab = routerLab();
  const frame = Uint8Array.from([...toRouter({ tos: 0xfc, fragment: 0xc000 }), 9, 9, 9]);
  const [sent, ...more] = lab.receive(0, frame);
  expect(more).toEqual([]);
  expect(sent).toEqual({ port: 1, data: etherFrame(mac(0xa1), mac(2), 0x0800, ipPacket({ ttl: 63, tos: 0xfc, fragment: 0xc000 })) });
});

test("the longest prefix wins, whatever the order; replacing and deleting takes effect at once", () => {
  const lab = routerLab(3);
  const dst = { address: parseIp("20.1.0.0")!, length: 24 };
  lab.reference.setRoute({ dst, via: parseIp("10.0.2.2"), port: 2 });
  expect(lab.ports(0, toRouter({}))).toEqual([2]);
  lab.reference.setRoute({ dst, via: parseIp("10.0.1.2"), port: 1 });
  expect(lab.ports(0, toRouter({}))).toEqual([1]);
  expect(lab.reference.deleteRoute(dst)).toBe(true);
  expect(lab.reference.deleteRoute(dst)).toBe(false);
  expect(lab.reference.routes().filter((route) => route.dst.length === 24)).toHaveLength(3);
});

describe("what is not forwarded", () => {
  test.each([
    ["class D", { dst: "224.0.0.9" }, "CannotForward"],
    ["class E", { dst: "240.0.0.9" }, "CannotForward"],
    ["net 0", { dst: "0.1.2.3" }, "CannotForward"],
    ["net 127", { dst: "127.0.0.1" }, "IpBadAddress"],
    ["from net 127", { src: "127.0.0.1" }, "IpBadAddress"],
    ["to the broadcast address of another subnet", { dst: "10.0.1.255" }, "NotPermitted"],
    ["to its host 0", { dst: "10.0.1.0" }, "NotPermitted"],
  ])("%s, in silence", (_, fields, reason) => {
    const lab = routerLab();
    expect(lab.receive(0, toRouter(fields))).toEqual([]);
    expect(dropped(lab)).toEqual({ [reason]: 1 });
  });

  test("a broadcast frame with a unicast destination", () => {
    const lab = routerLab();
    expect(lab.receive(0, toRouter({}, BROADCAST))).toEqual([]);
    expect(dropped(lab)).toEqual({ CannotForward: 1 });
  });

  test("anything while forwarding is off", () => {
    const lab = routerLab(2, { "net.inet.ip.forwarding": 0 });
    expect(lab.receive(0, toRouter({}))).toEqual([]);
    expect(dropped(lab)).toEqual({ CannotForward: 1 });
  });
});

describe("errors of forwarding", () => {
  const withMtu = (mtu: number) =>
    routerLab(2, {}, (config) => {
      config.interfaces[1]!.mtu = mtu;
    });

  test.each([
    ["TTL 1", { ttl: 1 }, "11/0", "TtlExceeded"],
    ["TTL 0", { ttl: 0 }, "11/0", "TtlExceeded"],
    ["TTL before route", { ttl: 1, dst: "99.0.0.1" }, "11/0", "TtlExceeded"],
    ["no route", { dst: "99.0.0.1" }, "3/1", "NoRoute"],
  ])("%s", (_, fields, error, reason) => {
    const lab = routerLab();
    const sent = lab.receive(0, toRouter(fields));
    expect(sent.map(icmpOf)).toEqual([error]);
    expect(dropped(lab)).toEqual({ [reason]: 1 });
  });

  test("too long with DF is told the next hop's MTU", () => {
    const lab = withMtu(600);
    const [error] = lab.receive(0, toRouter({ fragment: 0x4000, payload: new Uint8Array(700) }));
    expect([icmpOf(error!), get32(ipOf(error!), 24)]).toEqual(["3/4", 600]);
  });

  test("an interface that is down is an unreachable host", () => {
    const lab = routerLab(2, {}, (config) => {
      config.interfaces[1]!.up = false;
    });
    expect(lab.receive(0, toRouter({})).map(icmpOf)).toEqual(["3/1"]);
    expect(dropped(lab)).toEqual({ InterfaceDown: 1 });
  });
});

describe("fragments", () => {
  const cut = (fields: Parameters<typeof toRouter>[0], mtu: number) => {
    const lab = routerLab(2, {}, (config) => {
      config.interfaces[1]!.mtu = mtu;
    });
    const pieces = lab.receive(0, toRouter(fields)).map(ipOf);
    expect(lab.reference.counts()).toMatchObject({ forwarded: pieces.length, cloned: pieces.length - 1 });
    for (const piece of pieces) expect(checksum(piece, 0, (piece[0]! & 15) * 4)).toBe(0);
    return pieces;
  };
  const payload = Uint8Array.from({ length: 101 }, (_, index) => index);
  const shape = (pieces: Uint8Array[]) => pieces.map((piece) => [(piece[0]! & 15) * 4, get16(piece, 2), get16(piece, 6).toString(16)]);

  test("carry (mtu - hlen) & ~7 bytes and cover the payload once", () => {
    const pieces = cut({ payload }, 68);
    expect(shape(pieces)).toEqual([
      [20, 68, "2000"],
      [20, 68, "2006"],
      [20, 25, "c"],
    ]);
    expect(pieces.flatMap((piece) => [...piece.subarray(20)])).toEqual([...payload]);
  });

  test("of a fragment keep its offset, and MF on the last", () => {
    expect(shape(cut({ payload, fragment: 0x2010 }, 68)).map(([, , field]) => field)).toEqual(["2010", "2016", "201c"]);
  });

  test("after the first keep only copied options and no-operations", () => {
    const options = [1, 130, 3, 0, 7, 7, 8, 0, 0, 0, 0, 0];
    const pieces = cut({ payload, options }, 84);
    expect(shape(pieces)).toEqual([
      [32, 80, "2000"],
      [24, 72, "2006"],
      [24, 29, "c"],
    ]);
    expect([...pieces[1]!.subarray(20, 24)]).toEqual([1, 130, 3, 0]);
    expect(pieces[0]![26]).toBe(8);
  });
});

describe("redirects", () => {
  const back = { src: "10.0.0.9", dst: "20.0.0.1" };

  test("follow the datagram when its sender could have used the gateway itself", () => {
    const lab = routerLab(2, {}, (config) => void config.arp!.push({ if: "p0", ip: "10.0.0.9", mac: mac(0x99) }));
    const sent = lab.receive(0, toRouter(back));
    expect(sent.map(({ data }) => data[5])).toEqual([0xa0, 0x99]);
    expect([icmpOf(sent[1]!), get32(ipOf(sent[1]!), 24)]).toEqual(["5/1", parseIp("10.0.0.2")]);
  });

  test.each([
    ["the sender is not a neighbour", { ...back, src: "20.0.0.5" }, {}],
    ["they are switched off", back, { "net.inet.ip.redirect": 0 }],
    ["the route is the default route", { ...back, dst: "99.0.0.1" }, {}],
  ])("are not sent if %s", (_, fields, sysctl) => {
    const lab = routerLab(2, sysctl, (config) => void config.routes!.push({ dst: "default", via: "10.0.0.2" }));
    expect(lab.receive(0, toRouter(fields))).toHaveLength(1);
  });
});

test("without any address every unicast datagram is for us", () => {
  const lab = labOf({ interfaces: [{ name: "p0", mac: mac(1) }] });
  expect(lab.receive(0, toRouter({ protocol: 6, payload: new Uint8Array(20).fill(0x50, 12, 13) }))).toEqual([]);
  expect(lab.reference.counts().delivered).toBe(1);
});

test("a wrong version is dropped before its checksum is looked at", () => {
  const lab = routerLab();
  const frame = toRouter({});
  frame[14] = 0x65;
  put16(frame, 24, 0);
  lab.receive(0, frame);
  expect(dropped(lab)).toEqual({ IpBadVersion: 1 });
});
