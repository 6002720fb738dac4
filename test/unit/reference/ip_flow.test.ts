import { describe, expect, test } from "vitest";
import { parseIp } from "../../../src/addresses.ts";
import { checksum, get16, put16 } from "../../../src/reference/bytes.ts";
import { decrementTtl, ipflowHash } from "../../../src/reference/index.ts";
import { arpFrame, ipOf, ipPacket, mac, ms, routerLab, toRouter } from "./support.ts";

const ON = { "net.inet.ip.fastforwarding": 1 };
const fast = (lab: ReturnType<typeof routerLab>) => lab.reference.counts().fastforwarded;

test.each([
  ["66.9.149.187", "161.142.100.80", 28],
  ["199.92.111.2", "65.69.140.83", 31],
  ["10.0.0.1", "10.0.1.2", 59],
  ["192.168.1.10", "192.168.2.20", 46],
])("the bucket of %s -> %s is %i", (src, dst, bucket) => {
  expect(ipflowHash(parseIp(dst)!, parseIp(src)!, 0)).toBe(bucket);
});

test("the incremental checksum is that of a full recomputation, for each header sum and TTL", () => {
  let wrong = 0;
  for (let id = 0; id < 0x10000; id += 1) {
    const ip = ipPacket({ id, ttl: 1 + (id % 255) }).subarray(0, 20);
    decrementTtl(ip);
    if (checksum(ip, 0, 20) !== 0 || get16(ip, 10) === 0xffff) wrong++;
  }
  expect(wrong).toBe(0);
  const edge = new Uint8Array(20).fill(9, 8, 9);
  put16(edge, 10, 0xfeff);
  decrementTtl(edge);
  expect(get16(edge, 10)).toBe(0);
});

describe("which packets the flow cache takes", () => {
  test("the second of a flow, whatever its ports, byte for byte as the slow path", () => {
    const [slow, quick] = [routerLab(), routerLab(2, ON)];
    const frame = toRouter({ payload: Uint8Array.from([1, 2, 3, 4, 0, 8, 0, 0]) });
    const expected = slow.receive(0, frame);
    quick.receive(0, toRouter({}));
    expect(quick.receive(0, frame)).toEqual(expected);
    expect(fast(quick)).toBe(1);
  });

  test.each([
    ["another TOS", { tos: 4 }],
    ["another source", { src: "10.0.0.3" }],
    ["options", { options: [1, 1, 1, 1] }],
    ["a TTL of 1", { ttl: 1 }],
  ])("not %s", (_, fields) => {
    const lab = routerLab(2, ON);
    lab.receive(0, toRouter({}));
    lab.receive(0, toRouter(fields));
    expect(fast(lab)).toBe(0);
  });

  test("not a wrong checksum, nor a group frame, nor anything while forwarding is off", () => {
    const lab = routerLab(2, ON);
    lab.receive(0, toRouter({}));
    const broken = toRouter({});
    broken[24]! ^= 1;
    lab.receive(0, broken);
    lab.receive(0, toRouter({}, "ff:ff:ff:ff:ff:ff"));
    lab.reference.setKnob("net.inet.ip.forwarding", 0);
    lab.receive(0, toRouter({}));
    expect(fast(lab)).toBe(0);
    expect(lab.reference.counts().dropped).toEqual({ IpBadChecksum: 1, CannotForward: 2 });
  });

  test("not a packet whose padding exceeds the MTU, though it fits without", () => {
    const lab = routerLab(2, ON, (config) => {
      config.interfaces[1]!.mtu = 68;
    });
    lab.receive(0, toRouter({}));
    const padded = Uint8Array.from([...toRouter({}), ...new Uint8Array(60)]);
    expect(lab.receive(0, padded).map((sent) => sent.data.length)).toEqual([42]);
    expect(fast(lab)).toBe(0);
    expect(lab.receive(0, padded.subarray(0, 14 + 68)).map((sent) => sent.data.length)).toEqual([42]);
    expect(fast(lab)).toBe(1);
  });

  test("fragments are taken, ICMP makes no flow but may use one", () => {
    const lab = routerLab(2, ON);
    lab.receive(0, toRouter({ protocol: 1 }));
    expect(lab.reference.flows()).toHaveLength(0);
    lab.receive(0, toRouter({ fragment: 0x2000 }));
    lab.receive(0, toRouter({ fragment: 1 }));
    lab.receive(0, toRouter({ protocol: 1 }));
    expect(fast(lab)).toBe(2);
  });

  test("a packet that causes a redirect makes no flow", () => {
    const lab = routerLab(2, ON);
    lab.receive(0, toRouter({ src: "10.0.0.9", dst: "20.0.0.1" }));
    expect(lab.reference.flows()).toHaveLength(0);
    lab.reference.setKnob("net.inet.ip.redirect", 0);
    lab.receive(0, toRouter({ src: "10.0.0.9", dst: "20.0.0.1" }));
    expect(lab.reference.flows()).toHaveLength(1);
  });

  test("a host that is down is no reason for an ICMP error here", () => {
    const lab = routerLab(2, ON);
    const frame = toRouter({ dst: "10.0.1.77" });
    for (let second = 0; second < 6; second++) lab.receive(0, frame, second);
    expect(lab.receive(0, frame, 7)).toEqual([]);
    expect(lab.reference.counts().dropped).toMatchObject({ HostDown: 1 });
  });
});

describe("routes under a flow", () => {
  test("a deleted route sends its flow back to the slow path", () => {
    const lab = routerLab(2, ON);
    lab.receive(0, toRouter({}));
    expect(lab.reference.deleteRoute({ address: parseIp("20.1.0.0")!, length: 16 })).toBe(true);
    lab.receive(0, toRouter({}));
    expect([fast(lab), lab.reference.counts().dropped]).toEqual([0, { NoRoute: 1 }]);
  });

  test("a more specific route is not seen until the flow has aged", () => {
    const lab = routerLab(3, ON);
    lab.receive(0, toRouter({}), 0);
    lab.reference.setRoute({ dst: { address: parseIp("20.1.0.9")!, length: 32 }, via: parseIp("10.0.2.2"), port: 2 });
    expect(lab.ports(0, toRouter({}), 1)).toEqual([1]);
    expect(lab.ports(0, toRouter({}), 6)).toEqual([2]);
  });
});

test("an idle flow is freed at the tenth tick after its last use", () => {
  const lab = routerLab(2, ON);
  lab.reference.receive(0, toRouter({}), ms(100));
  lab.reference.advance(ms(4999));
  expect(lab.reference.flows()).toHaveLength(1);
  lab.reference.advance(ms(5000));
  expect(lab.reference.flows()).toHaveLength(0);
});

test("a very long pause costs no more than the ticks that can matter", () => {
  const lab = routerLab(2, ON);
  lab.receive(0, toRouter({}), 0);
  lab.reference.advance(10n ** 18n);
  expect(lab.reference.flows()).toHaveLength(0);
});

test.each([
  [256, 200, 1],
  [257, 200, 0.963],
  [300, 1000, 0.778],
  [512, 200, 0],
])("%i flows at %i packets a second hit in %f of the second half of 20 s", (flows, pps, expected) => {
  const lab = routerLab(2, ON);
  const frames = Array.from({ length: flows }, (_, flow) => toRouter({ dst: `20.1.${flow >> 8}.${flow & 255}` }));
  const count = 20 * pps;
  let before = 0;
  for (let i = 0; i < count; i++) {
    if (i === count / 2) before = fast(lab);
    lab.reference.receive(0, frames[i % flows]!, ms((i * 1000) / pps));
  }
  expect((fast(lab) - before) / (count / 2)).toBeCloseTo(expected, 3);
});

test("what leaves by an unresolved next hop waits there, from either path", () => {
  const lab = routerLab(2, ON);
  const frame = toRouter({ dst: "10.0.1.77" });
  expect(lab.receive(0, frame, 0)).toHaveLength(1);
  expect(lab.receive(0, frame, 0)).toHaveLength(0);
  expect(lab.reference.counts()).toMatchObject({ queued: 1, dropped: { ArpHeldReplaced: 1 } });
  const sent = lab.receive(1, arpFrame({ op: 2, senderMac: mac(0x55), sender: "10.0.1.77", target: "10.0.1.1", dst: mac(2) }), 0);
  expect(sent.map((one) => ipOf(one)[8])).toEqual([63]);
  expect(fast(lab)).toBe(1);
});
