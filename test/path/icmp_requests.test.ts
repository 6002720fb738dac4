/** ICMP messages for this host: requests that are answered, and what is counted. */
import { expect, test } from "vitest";
import { BROADCAST, bytesOf, destination, filler, station } from "../support/frames.ts";
import { type Lab, type LabOptions, onEachMachine, toRouter } from "../support/lab.ts";
import { ICMP, type IpFields, icmp, ipFrame, readIcmp, readIp } from "../support/packets.ts";

const message = (fields: Parameters<typeof icmp>[0], ip: IpFields = {}) =>
  toRouter({ dst: "10.0.0.1", protocol: ICMP, payload: icmp(fields), ...ip });
const countersOf = (lab: Lab, data: Uint8Array) => lab.changes(() => lab.receive("em0", data));

onEachMachine((labs) => {
  const host = (more: LabOptions = {}) => labs.routerOf(2, more);

  test("an echo request is answered with the same data, identification and type of service, from the address that was asked", () => {
    const rest = [0xab, 0xcd, 0, 7, ...filler(100)];
    const lab = host();
    for (const dst of ["10.0.0.1", "10.0.1.1"]) {
      const [sent, ...more] = lab.sent("em0", message({ rest }, { dst, ttl: 3, tos: 0x10, id: 0x4321, fragment: 0x4000 }));
      const reply = readIcmp(sent!.data);
      expect(more).toEqual([]);
      expect(reply).toMatchObject({
        type: 0,
        code: 0,
        intact: true,
        checksumIsRight: true,
        src: dst,
        dst: "20.0.0.9",
        ttl: 255,
        tos: 0x10,
        fragment: 0,
      });
      expect([...reply.word, ...reply.rest]).toEqual(rest);
      expect([destination(sent!.data), sent!.path]).toEqual([station(0), "Originated"]);
    }
  });

  test("a request ends as delivered; its reply is a packet of our own", () => {
    const { paths, stats } = countersOf(host(), message({}));
    expect(paths).toEqual({ Delivered: 1, Originated: 1 });
    expect(stats).toMatchObject({ ips_delivered: 1, icps_received: 1, icps_reflect: 1, generated: 1, ips_localout: 1 });
  });

  test.each([0, 1, 7, 1472])("an echo of %i bytes of data, odd lengths too", (length) => {
    const rest = [0, 1, 0, 1, ...filler(length)];
    expect(readIcmp(host().sent("em0", message({ rest }))[0]!.data)).toMatchObject({ intact: true, rest: Array.from(filler(length)) });
  });

  test("options go into the reply, but no source route", () => {
    const [sent] = host().sent("em0", message({}, { options: [7, 7, 4, 0, 0, 0, 0, 0] }));
    expect(readIp(sent!.data).options).toEqual([7, 7, 8, 10, 0, 0, 1, 0]);
  });

  test("a timestamp request is answered with the times of day at which it came and went", () => {
    const lab = host({ options: { epochMs: 86_390_000 } });
    const times = [...bytesOf(1234, 4), ...Array(8).fill(0)];
    const [sent] = lab.sent("em0", message({ type: 13, rest: [0, 1, 0, 2, ...times] }), 15);
    const reply = readIcmp(sent!.data);
    expect(reply).toMatchObject({ type: 14, word: [0, 1, 0, 2], intact: true });
    expect(reply.rest).toEqual([...bytesOf(1234, 4), ...bytesOf(5000, 4), ...bytesOf(5000, 4)]);
  });

  test.each(["10.0.0.255", "255.255.255.255", "224.0.0.1"])(
    "an echo request to %s is answered only if bmcastecho says so, from the interface's address",
    (dst) => {
      const data = ipFrame({ dst: BROADCAST, src: station(0) }, { dst, protocol: ICMP, payload: icmp() });
      const lab = host();
      expect(countersOf(lab, data)).toMatchObject({ stats: { icps_bmcastecho: 1 }, paths: { Delivered: 1 } });
      lab.set("net.inet.icmp.bmcastecho", 1);
      expect(lab.sent("em0", data).map((sent) => readIcmp(sent.data))).toMatchObject([{ type: 0, src: "10.0.0.1", dst: "20.0.0.9" }]);
    },
  );

  test.each(["0.0.0.0", "224.0.0.9", "255.255.255.255", "10.0.0.255", "10.0.1.1"])(
    "a request from %s, which is no other host, is not answered",
    (src) => {
      const { paths } = countersOf(host(), message({}, { src }));
      expect(paths).toEqual({ Delivered: 1 });
    },
  );

  test("a request whose way back is not known is not answered", () => {
    expect(countersOf(host(), message({}, { src: "9.9.9.9" }))).toMatchObject({ paths: { Delivered: 1 }, drops: {} });
  });

  test.each([
    ["shorter than 8 bytes", message({ rest: [1, 2, 3] }), "icps_tooshort"],
    ["with a bad checksum", toRouter({ dst: "10.0.0.1", protocol: ICMP, payload: [8, 0, 1, 1, 0, 1, 0, 1] }), "icps_checksum"],
    ["a timestamp request without all of its times", message({ type: 13, rest: Array(15).fill(0) }), "icps_badlen"],
  ])("a message %s is bad", (_, data, counter) => {
    const { drops, stats } = countersOf(host(), data);
    expect([drops, stats[counter]]).toEqual([{ IcmpBad: 1 }, 1]);
  });

  test.each([
    [0, "icps_echoreply"],
    [3, "icps_unreach"],
    [4, "icps_sourcequench"],
    [5, "icps_redirect"],
    [11, "icps_timxceed"],
    [12, "icps_paramprob"],
    [14, "icps_tstampreply"],
  ])("a message of type %i is counted as %s and not answered", (type, counter) => {
    const { paths, stats } = countersOf(host(), message({ type, rest: [0, 0, 0, 0, ...filler(28)] }));
    expect([paths, stats[counter]]).toEqual([{ Delivered: 1 }, 1]);
  });

  test("replies are not limited as errors are", () => {
    expect(host().burst("em0", Array(300).fill(message({})))).toHaveLength(300);
  });
});
