/** Toeplitz in place of the exclusive or: as `options RSS`, and from the hardware of an interface. */
import { expect, test } from "vitest";
import { station } from "../support/frames.ts";
import { type Lab, type LabOptions, type Labs, onEachMachine, toRouter } from "../support/lab.ts";
import { ICMP, type IpFields, icmp, ipFrame, MF, TCP, tcp, UDP, udp } from "../support/packets.ts";

const ownerOf = (lab: Lab, data: Uint8Array): string => {
  const { threads } = lab.changes(() => lab.receive("em0", data));
  return Object.keys(threads).filter((name) => !name.startsWith("ithread") && !name.startsWith("ifnet"))[0]!;
};

/** Test vectors: the hash of addresses and ports, and that of addresses. */
const TUPLES = [
  ["66.9.149.187", 2794, "161.142.100.80", 1766, 0x9fcc9fcc, 0x0a590a59],
  ["199.92.111.2", 14230, "65.69.140.83", 4739, 0x60d760d7, 0x7ba97ba9],
  ["10.0.0.1", 1024, "10.0.1.2", 80, 0xcc30cc30, 0x00cd00cd],
  ["192.168.1.10", 53, "192.168.2.20", 5353, 0x4fd24fd2, 0x58ef58ef],
] as const;
const packet = ([src, sport, dst, dport]: (typeof TUPLES)[number], protocol: number, more: IpFields = {}) =>
  toRouter({ src, dst, protocol, payload: protocol === TCP ? tcp({ sport, dport }) : udp({ sport, dport }), ...more });

const byKnob = (labs: Labs): Lab => labs.routerOf(2, { cpus: 8, sysctl: { "net.netisr.rss": 1 } });
const byHardware = (labs: Labs, more: LabOptions = {}): Lab => labs.routerOf(2, { cpus: 8, ports: { em0: { rss: true } }, ...more });

onEachMachine((labs) => {
  both("TCP goes by the hash of addresses and ports", (lab) => {
    for (const tuple of TUPLES) expect(ownerOf(lab, packet(tuple, TCP))).toBe(`tcp_thread ${tuple[4] & 7}`);
  });

  both("UDP goes by the hash of addresses alone", (lab) => {
    for (const tuple of TUPLES) expect(ownerOf(lab, packet(tuple, UDP))).toBe(`udp_thread ${tuple[5] & 7}`);
  });

  both("fragments and other protocols belong to netisr_cpu 0", (lab) => {
    expect(ownerOf(lab, packet(TUPLES[0], TCP, { fragment: MF }))).toBe("netisr_cpu 0");
    expect(ownerOf(lab, packet(TUPLES[0], UDP, { fragment: 5 }))).toBe("netisr_cpu 0");
    expect(ownerOf(lab, toRouter({ protocol: ICMP, payload: icmp() }))).toBe("netisr_cpu 0");
  });

  both("UDP to a group goes by its hash too: no exception", (lab) => {
    const owner = ownerOf(lab, ipFrame({ dst: "01:00:5e:00:00:05", src: station(0) }, { src: "10.0.0.1", dst: "224.0.0.5" }));
    const { exports } = lab.engine;
    expect(owner).toBe(`udp_thread ${exports.toeplitzAddresses(0x0a000001, 0xe0000005) & 7}`);
  });

  test("hardware that finds options leaves the packet to software", () => {
    const ports = { sport: 1, dport: 2 };
    expect(ownerOf(byHardware(labs), toRouter({ options: [1, 1, 1, 0], payload: udp(ports) }))).toBe("udp_thread 3"); // 9 ^ 9 ^ 1 ^ 2
  });

  test("a packet that hardware sorted is still length checked, by the thread that it went to", () => {
    const lab = byHardware(labs);
    const { drops, stats, threads } = lab.changes(() => lab.receive("em0", packet(TUPLES[2], UDP, { length: 27 })));
    expect([drops, stats]).toMatchObject([{ UdpTooShort: 1 }, { udps_hdrops: 1 }]);
    expect(threads["udp_thread 5"]).toMatchObject({ messages: 1 });
  });

  test("what an interface without rss receives goes by the exclusive or, on the same system", () => {
    const lab = byHardware(labs);
    const [src, sport, dst, dport] = TUPLES[2];
    const { threads } = lab.changes(() => lab.receive("em1", toRouter({ src, dst, protocol: TCP, payload: tcp({ sport, dport }) }, 1)));
    expect(threads["tcp_thread 3"]).toMatchObject({ messages: 1 });
  });

  function both(rule: string, check: (lab: Lab) => void): void {
    test(`net.netisr.rss: ${rule}`, () => check(byKnob(labs)));
    test(`an interface with rss: ${rule}`, () => check(byHardware(labs)));
  }
});
