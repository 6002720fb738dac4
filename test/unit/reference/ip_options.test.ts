import { describe, expect, test } from "vitest";
import { parseIp } from "../../../src/addresses.ts";
import { checksum, get32 } from "../../../src/reference/bytes.ts";
import { icmp, icmpOf, ipOf, routerLab, toRouter } from "./support.ts";

const octets = (text: string): number[] => text.split(".").map(Number);
const optionsOf = (ip: Uint8Array) => [...ip.subarray(20, (ip[0]! & 15) * 4)];
const FOLLOW = { "net.inet.ip.sourceroute": 1 };

/** What comes out of the options of a datagram from 10.0.0.2. */
function pass(options: number[], dst = "20.1.0.9", sysctl = {}, time = 0) {
  const lab = routerLab(2, sysctl);
  const sent = lab.receive(0, toRouter({ options, dst }), time);
  return { lab, sent, ip: sent[0] && ipOf(sent[0]) };
}

describe("recording our address", () => {
  test("record route writes the address of the interface by which the datagram leaves", () => {
    const { ip } = pass([7, 7, 4, 0, 0, 0, 0, 0]);
    expect(optionsOf(ip!)).toEqual([7, 7, 8, ...octets("10.0.1.1"), 0]);
    expect(checksum(ip!, 0, 28)).toBe(0);
  });

  test("a full record is passed on unchanged", () => {
    expect(optionsOf(pass([7, 7, 8, 1, 2, 3, 4, 0]).ip!)).toEqual([7, 7, 8, 1, 2, 3, 4, 0]);
  });

  test("a timestamp is the milliseconds of engine time, with or without address", () => {
    expect(optionsOf(pass([68, 8, 5, 0, 0, 0, 0, 0], undefined, {}, 3).ip!)).toEqual([68, 8, 9, 0, 0, 0, 11, 0xb8]);
    const both = pass([68, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0], undefined, {}, 3);
    expect(optionsOf(both.ip!)).toEqual([68, 12, 13, 1, ...octets("10.0.1.1"), 0, 0, 11, 0xb8]);
  });

  test("a prespecified timestamp is written only behind an address of ours", () => {
    expect(optionsOf(pass([68, 12, 5, 3, ...octets("10.0.0.1"), 0, 0, 0, 0], undefined, {}, 1).ip!)).toEqual([
      68, 12, 13, 3, 10, 0, 0, 1, 0, 0, 3, 0xe8,
    ]);
    const other = [68, 12, 5, 3, ...octets("10.0.0.7"), 0, 0, 0, 0];
    expect(optionsOf(pass(other).ip!)).toEqual(other);
  });

  test("a full timestamp counts the overflow, up to 15", () => {
    expect(optionsOf(pass([68, 8, 9, 0xe0, 1, 2, 3, 4]).ip!)).toEqual([68, 8, 9, 0xf0, 1, 2, 3, 4]);
    expect(pass([68, 8, 9, 0xf0, 1, 2, 3, 4]).sent.map(icmpOf)).toEqual(["12/0"]);
  });
});

test.each([
  ["an option without length", [1, 1, 1, 7], 24],
  ["a length of 1", [7, 1, 4, 0], 21],
  ["a length past the header", [1, 7, 4, 4], 22],
  ["record route without pointer", [7, 2, 0, 0], 21],
  ["a pointer into the option's head", [7, 7, 3, 0, 0, 0, 0, 0], 22],
  ["a timestamp without flags", [68, 3, 5, 0], 21],
  ["a timestamp's pointer into its head", [68, 8, 4, 0, 0, 0, 0, 0], 22],
  ["an unknown kind of timestamp", [68, 8, 5, 2, 0, 0, 0, 0], 23],
  ["no room for address and timestamp", [68, 8, 5, 1, 0, 0, 0, 0], 22],
])("%s is a parameter problem at its byte", (_, options, pointer) => {
  const { lab, sent } = pass(options);
  expect(sent.map(icmpOf)).toEqual(["12/0"]);
  expect(ipOf(sent[0]!)[24]).toBe(pointer);
  expect(lab.reference.counts().dropped).toEqual({ IpBadOption: 1 });
});

describe("source routes", () => {
  const loose = (pointer: number, ...hops: string[]) => [131, 3 + 4 * hops.length, pointer, ...hops.flatMap(octets), 0];

  test("are refused by default", () => {
    const { lab, sent } = pass(loose(4, "20.1.0.9"), "10.0.0.1");
    expect(sent.map(icmpOf)).toEqual(["3/5"]);
    expect(lab.reference.counts().dropped).toEqual({ SourceRoute: 1 });
  });

  test("lead on to the next hop, and record the interface towards it", () => {
    const { ip, sent } = pass(loose(4, "20.1.0.9"), "10.0.0.1", FOLLOW);
    expect(sent[0]!.port).toBe(1);
    expect([get32(ip!, 16), optionsOf(ip!)]).toEqual([parseIp("20.1.0.9"), loose(8, "10.0.1.1")]);
  });

  test("cause no redirect, though they lead back by the same interface", () => {
    expect(pass(loose(4, "20.0.0.9"), "10.0.0.1", FOLLOW).sent).toHaveLength(1);
  });

  test("are passed on while they are loose and not our turn, and are over when used up", () => {
    expect(optionsOf(pass(loose(4, "30.0.0.1"), "20.1.0.9", FOLLOW).ip!)).toEqual(loose(4, "30.0.0.1"));
    const over = pass(loose(8, "10.0.0.7"), "10.0.0.1", FOLLOW);
    expect(over.lab.reference.counts().delivered).toBe(1);
  });

  test.each([
    ["strict and not our turn", [137, 7, 4, ...octets("10.0.1.2"), 0], "20.1.0.9"],
    ["strict to a host that is no neighbour", [137, 7, 4, ...octets("20.1.0.9"), 0], "10.0.0.1"],
    ["loose without a route", loose(4, "99.0.0.1"), "10.0.0.1"],
    ["to ourselves again", loose(4, "10.0.1.1"), "10.0.0.1"],
  ])("fail if %s", (_, options, dst) => {
    expect(pass(options, dst, FOLLOW).sent.map(icmpOf)).toEqual(["3/5"]);
  });

  test("strict ones reach a neighbour", () => {
    expect(optionsOf(pass([137, 7, 4, ...octets("10.0.1.2"), 0], "10.0.0.1", FOLLOW).ip!)).toEqual([137, 7, 8, ...octets("10.0.1.1"), 0]);
  });
});

test("an error quotes the options as they came, and an echo reply carries them as we updated them, without source routes", () => {
  const record = [7, 7, 4, 0, 0, 0, 0, 0];
  const error = ipOf(pass(record, "99.0.0.1").sent[0]!);
  expect([optionsOf(error.subarray(28)), error.length]).toEqual([record, 28 + 28 + 8]);
  const lab = routerLab(2, FOLLOW);
  const options = [131, 7, 8, 10, 0, 0, 7, 7, 7, 4, 0, 0, 0, 0, 0, 0];
  const [reply] = lab.receive(0, toRouter({ dst: "10.0.0.1", protocol: 1, payload: icmp(8), options }));
  const ip = ipOf(reply!);
  expect(optionsOf(ip)).toEqual([7, 7, 8, 10, 0, 0, 1, 0]);
  expect([ip[28], checksum(ip, 28, ip.length), ip.length]).toEqual([0, 0, 36]);
});
