/** IP options: record route, timestamp, source routes, and what cannot be parsed (RFC 791 3.1, RFC 1122 3.2.1.8, RFC 1812 5.3.13). */
import { expect, test } from "vitest";
import { bytesOf, ipBytes } from "../support/frames.ts";
import { type Lab, type LabOptions, onEachMachine, toRouter } from "../support/lab.ts";
import { type IpFields, ipv4, readIcmp, readIp } from "../support/packets.ts";

const US = "10.0.0.1";
const EMPTY = [0, 0, 0, 0];
/** Options filled up to words with end-of-list. */
const words = (...bytes: number[]): number[] => [...bytes, ...Array((4 - (bytes.length & 3)) & 3).fill(0)];
const rr = (pointer: number, ...slots: number[][]): number[] => words(7, 3 + 4 * slots.length, pointer, ...slots.flat());
const ts = (pointer: number, flags: number, ...slots: number[][]): number[] => words(68, 4 + 4 * slots.length, pointer, flags, ...slots.flat());
const route = (type: number, pointer: number, ...slots: string[]): number[] => words(type, 3 + 4 * slots.length, pointer, ...slots.flatMap(ipBytes));
const LSRR = 131;
const SSRR = 137;

/** The options with which a packet leaves by em1. */
const optionsAfter = (lab: Lab, options: number[], fields: IpFields = {}): number[] => {
  const sent = lab.sent("em0", toRouter({ options, ...fields }));
  expect(sent.map(({ interface: port }) => port)).toEqual(["em1"]);
  const packet = readIp(sent[0]!.data);
  expect(packet.checksumIsRight).toBe(true);
  return packet.options;
};

onEachMachine((labs) => {
  const router = (more: LabOptions = {}) => labs.routerOf(2, more);
  const sourceRouting = () => router({ sysctl: { "net.inet.ip.sourceroute": 1 } });

  test.each([
    ["nothing but no-operations", [1, 1, 1, 1]],
    ["an option that is not known", [148, 4, 0, 0]],
    ["an end of list, and nonsense behind it", [0, 7, 0, 9]],
    ["a known option behind an unknown one", [130, 3, 9, 1, 0, 0, 0, 0]],
  ])("%s goes through unchanged", (_, options) => {
    expect(optionsAfter(router(), options)).toEqual(options);
  });

  test("record route: a forwarded packet gets the address of the interface that it leaves by", () => {
    expect(optionsAfter(router(), rr(4, EMPTY, EMPTY))).toEqual(rr(8, ipBytes("10.0.1.1"), EMPTY));
    expect(optionsAfter(router(), rr(8, ipBytes("9.9.9.9"), EMPTY))).toEqual(rr(12, ipBytes("9.9.9.9"), ipBytes("10.0.1.1")));
  });

  test("record route: a full one goes through unchanged", () => {
    expect(optionsAfter(router(), rr(8, ipBytes("9.9.9.9")))).toEqual(rr(8, ipBytes("9.9.9.9")));
    expect(optionsAfter(router(), rr(6, EMPTY))).toEqual(rr(6, EMPTY));
  });

  test("record route without a route cannot be filled in: host unreachable", () => {
    const lab = router();
    const [error] = lab.sent("em0", toRouter({ dst: "9.9.9.9", options: rr(4, EMPTY) }));
    expect(readIcmp(error!.data)).toMatchObject({ type: 3, code: 1 });
  });

  test("timestamps: milliseconds since midnight, with our address if it is asked for", () => {
    const lab = router({ options: { epochMs: 86_399_000 } });
    lab.until(3);
    expect(optionsAfter(lab, ts(5, 0, EMPTY))).toEqual(ts(9, 0, bytesOf(2000, 4)));
    expect(optionsAfter(lab, ts(5, 1, EMPTY, EMPTY))).toEqual(ts(13, 1, ipBytes("10.0.1.1"), bytesOf(2000, 4)));
  });

  test("timestamps of named hosts: ours is filled in, another's is left", () => {
    const lab = router({ options: { epochMs: 7000 } });
    expect(optionsAfter(lab, ts(5, 3, ipBytes(US), EMPTY))).toEqual(ts(13, 3, ipBytes(US), bytesOf(7000, 4)));
    expect(optionsAfter(lab, ts(5, 3, ipBytes("9.9.9.9"), EMPTY))).toEqual(ts(5, 3, ipBytes("9.9.9.9"), EMPTY));
  });

  test("timestamps: a full list counts those that found no room, up to 15", () => {
    expect(optionsAfter(router(), ts(9, 0x00, EMPTY))).toEqual(ts(9, 0x10, EMPTY));
    expect(optionsAfter(router(), ts(9, 0xe1, EMPTY))).toEqual(ts(9, 0xf1, EMPTY));
  });

  /** Options, and the byte of the header at which they cannot be parsed. */
  test.each([
    ["a length of 0", [7, 0, 4, 0], 21],
    ["a length of 1", [7, 1, 4, 0], 21],
    ["no length at all", [1, 1, 1, 7], 24],
    ["a length behind the header", [7, 7, 4, 0], 21],
    ["an unknown option with a length behind the header", [148, 5, 0, 0], 21],
    ["record route without a pointer", [7, 2, 0, 0], 21],
    ["record route with a pointer of 3", rr(3, EMPTY), 22],
    ["a source route without a pointer", [LSRR, 2, 0, 0], 21],
    ["a source route with a pointer of 3", route(LSRR, 3, "20.1.0.9"), 22],
    ["a timestamp without flags", [68, 3, 5, 0], 21],
    ["a timestamp with a pointer of 4", ts(4, 0, EMPTY), 22],
    ["a timestamp of a kind that is not known", ts(5, 2, EMPTY, EMPTY), 23],
    ["a timestamp with address that has room for one half", ts(5, 1, EMPTY), 22],
    ["a timestamp whose overflow count overflows", ts(9, 0xf0, EMPTY), 23],
    ["a bad option behind a good one", [1, 1, 7, 9], 23],
  ])("%s is a parameter problem at its byte", (_, options, pointer) => {
    const lab = router();
    const fields = { options, ttl: 9 };
    const { drops, stats } = lab.changes(() => {
      const sent = lab.sent("em0", toRouter(fields));
      expect(sent.map(({ data }) => readIcmp(data))).toMatchObject([
        { type: 12, code: 0, word: [pointer, 0, 0, 0], rest: Array.from(ipv4(fields).subarray(0, 20 + options.length + 8)) },
      ]);
    });
    expect([drops, stats.ips_badoptions]).toEqual([{ IpBadOption: 1 }, 1]);
  });

  test.each([LSRR, SSRR])("source route %i is refused by default, whoever the packet is for", (type) => {
    for (const dst of [US, "20.1.0.9"]) {
      const lab = router();
      const { drops } = lab.changes(() => {
        const sent = lab.sent("em0", toRouter({ dst, options: route(type, 4, "20.1.0.9") }));
        expect(sent.map(({ data }) => readIcmp(data))).toMatchObject([{ type: 3, code: 5 }]);
      });
      expect(drops).toEqual({ SourceRoute: 1 });
    }
  });

  test("a loose source route is followed: the next address is the destination, ours takes its place", () => {
    const lab = sourceRouting();
    const [sent] = lab.sent("em0", toRouter({ dst: US, options: route(LSRR, 4, "20.1.0.9", "20.1.0.10") }));
    expect(sent!.interface).toBe("em1");
    expect(readIp(sent!.data)).toMatchObject({ dst: "20.1.0.9", options: route(LSRR, 8, "10.0.1.1", "20.1.0.10"), checksumIsRight: true, ttl: 63 });
  });

  test("a loose source route that is not ours yet goes through unchanged; a strict one is refused", () => {
    expect(optionsAfter(sourceRouting(), route(LSRR, 4, "20.0.0.9"))).toEqual(route(LSRR, 4, "20.0.0.9"));
    const lab = sourceRouting();
    const [error] = lab.sent("em0", toRouter({ options: route(SSRR, 4, "20.0.0.9") }));
    expect(readIcmp(error!.data)).toMatchObject({ type: 3, code: 5 });
  });

  test("a strict source route goes on only to a host on a subnet of ours", () => {
    const lab = sourceRouting();
    const [ok] = lab.sent("em0", toRouter({ dst: US, options: route(SSRR, 4, "10.0.1.2") }));
    expect(readIp(ok!.data)).toMatchObject({ dst: "10.0.1.2", options: route(SSRR, 8, "10.0.1.1") });
    const [error] = lab.sent("em0", toRouter({ dst: US, options: route(SSRR, 4, "20.1.0.9") }));
    expect(readIcmp(error!.data)).toMatchObject({ type: 3, code: 5 });
  });

  test("a source route that is used up is for us", () => {
    const lab = sourceRouting();
    for (const type of [LSRR, SSRR])
      expect(lab.changes(() => lab.receive("em0", toRouter({ dst: US, options: route(type, 8, "9.9.9.9") }))).stats).toMatchObject({
        udps_noport: 1,
      });
  });

  test("a source route to a host without a route fails", () => {
    const [error] = sourceRouting().sent("em0", toRouter({ dst: US, options: route(LSRR, 4, "9.9.9.9") }));
    expect(readIcmp(error!.data)).toMatchObject({ type: 3, code: 5 });
  });

  test("no redirect is sent about a source-routed packet", () => {
    const lab = sourceRouting();
    const { stats } = lab.changes(() => lab.receive("em0", toRouter({ src: "10.0.0.7", dst: US, options: route(LSRR, 4, "20.0.0.9") })));
    expect([stats.ips_forward, stats.ips_redirectsent]).toEqual([1, undefined]);
  });
});
