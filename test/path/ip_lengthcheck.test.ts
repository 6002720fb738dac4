/** ip_lengthcheck: every reason in its order, with its counter, on the interrupt thread. */
import { expect, test } from "vitest";
import { frame, IP, station } from "../support/frames.ts";
import { onEachMachine, ownMac } from "../support/lab.ts";
import { ICMP, type IpFields, ipv4, MF, TCP, tcp, UDP } from "../support/packets.ts";

interface Bad extends IpFields {
  /** Bytes of the packet that are there. */
  cut?: number;
}
const OPTIONS = [1, 1, 1, 0];

/** What is wrong, the packet, the counter, the drop. */
const BAD: [string, Bad, string, string][] = [
  ["no byte of the packet is there", { cut: 0 }, "ips_tooshort", "IpTooShort"],
  ["19 bytes are there", { cut: 19 }, "ips_tooshort", "IpTooShort"],
  ["19 bytes are there, and the header length is bad too", { cut: 19, headerWords: 4 }, "ips_tooshort", "IpTooShort"],
  ["the header length is 0", { headerWords: 0 }, "ips_badhlen", "IpBadHeaderLength"],
  ["the header length is 16", { headerWords: 4 }, "ips_badhlen", "IpBadHeaderLength"],
  ["the header length is 16, and the total length too long", { headerWords: 4, length: 9999 }, "ips_badhlen", "IpBadHeaderLength"],
  ["the header is longer than the packet", { headerWords: 15, payload: [], length: 20 }, "ips_badhlen", "IpBadHeaderLength"],
  [
    "the header is longer than the packet, and the total length too",
    { headerWords: 15, payload: [], length: 9999 },
    "ips_badhlen",
    "IpBadHeaderLength",
  ],
  ["the total length is longer than the packet", { length: 47 }, "ips_tooshort", "IpTooShort"],
  ["the total length is longer than the packet, with a short TCP header", { length: 47, protocol: TCP }, "ips_tooshort", "IpTooShort"],
  ["a later fragment is shorter than its header", { fragment: 5, length: 19 }, "ips_badlen", "IpBadLength"],
  ["a later fragment of TCP is shorter than its header", { fragment: 5, length: 19, protocol: TCP }, "ips_badlen", "IpBadLength"],
  ["TCP with 19 bytes of header", { protocol: TCP, payload: tcp(), length: 39 }, "tcps_rcvshort", "TcpTooShort"],
  ["TCP with 19 bytes of header behind options", { protocol: TCP, options: OPTIONS, payload: tcp(), length: 43 }, "tcps_rcvshort", "TcpTooShort"],
  ["TCP shorter than its IP header", { protocol: TCP, payload: tcp(), length: 0 }, "tcps_rcvshort", "TcpTooShort"],
  ["TCP with a data offset of 16", { protocol: TCP, payload: tcp({ offset: 4 }) }, "tcps_rcvbadoff", "TcpBadOffset"],
  ["TCP with a data offset behind its end", { protocol: TCP, payload: tcp({ offset: 6 }) }, "tcps_rcvbadoff", "TcpBadOffset"],
  ["a first fragment of TCP that is short", { protocol: TCP, fragment: MF, payload: tcp(), length: 39 }, "tcps_rcvshort", "TcpTooShort"],
  ["UDP with 7 bytes of header", { protocol: UDP, length: 27 }, "udps_hdrops", "UdpTooShort"],
  ["UDP shorter than its IP header", { protocol: UDP, length: 0 }, "udps_hdrops", "UdpTooShort"],
  ["ICMP shorter than its IP header", { protocol: ICMP, length: 19 }, "ips_badlen", "IpBadLength"],
  ["another protocol shorter than its IP header with options", { protocol: 253, options: OPTIONS, length: 23 }, "ips_badlen", "IpBadLength"],
];

/** What is not wrong for it, though ip_input may not like it. */
const GOOD: [string, Bad][] = [
  ["a TCP header that ends the packet", { protocol: TCP, payload: tcp() }],
  ["a TCP header with options that ends the packet", { protocol: TCP, payload: [...tcp({ offset: 6 }), 1, 1, 1, 1] }],
  ["a UDP header that ends the packet", { protocol: UDP, payload: [0, 1, 0, 1, 0, 8, 0, 0] }],
  ["a UDP length field that is wrong", { protocol: UDP, payload: [0, 1, 0, 1, 9, 9, 0, 0] }],
  ["bytes behind the packet", { length: 40 }],
  ["a packet of a header only", { protocol: ICMP, payload: [] }],
  ["a later fragment of a header only", { protocol: TCP, fragment: 5, payload: [] }],
  ["version 5", { version: 5 }],
  ["a wrong checksum", { checksum: 0x1234 }],
  ["no time to live", { ttl: 0 }],
];

const bytes = ({ cut, ...fields }: Bad): Uint8Array => frame({ dst: ownMac(0), src: station(1), type: IP, payload: ipv4(fields).subarray(0, cut) });

onEachMachine((labs) => {
  test.each(BAD)("%s", (_, fields, counter, reason) => {
    const lab = labs.routerOf(2);
    const { stats, drops, threads } = lab.changes(() => expect(lab.receive("em0", bytes(fields))).toEqual([]));
    expect([stats, drops]).toEqual([{ [counter]: 1 }, { [reason]: 1 }]);
    expect(Object.keys(threads)).toEqual(["ithread em0"]);
  });

  test.each(GOOD)("it lets pass %s", (_, fields) => {
    const lab = labs.routerOf(2);
    const { stats, threads } = lab.changes(() => lab.receive("em0", bytes(fields)));
    expect(stats.ips_total).toBe(1);
    expect(Object.keys(threads).length).toBeGreaterThan(1);
  });
});
