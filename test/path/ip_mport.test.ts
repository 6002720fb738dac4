/** ip_mport: which thread owns a packet. Every row of its table, by which thread got the message. */
import { expect, test } from "vitest";
import { arp, frame, IPV6, station } from "../support/frames.ts";
import { type Lab, type LabOptions, type Labs, onEachMachine, ownMac, toRouter } from "../support/lab.ts";
import { DF, ICMP, type IpFields, icmp, ipFrame, MF, TCP, tcp, UDP, udp } from "../support/packets.ts";

/** The protocol thread that got a frame from em0. */
const ownerOf = (lab: Lab, data: Uint8Array): string => {
  const { threads } = lab.changes(() => lab.receive("em0", data));
  return Object.keys(threads).filter((name) => !name.startsWith("ithread") && !name.startsWith("ifnet"))[0]!;
};
const router = (labs: Labs, more: LabOptions = {}) => labs.routerOf(2, { cpus: 4, ...more });
/** Last octets 9 and 9: the ports decide. */
const flow = (sport: number, dport: number, protocol = UDP): IpFields => ({
  protocol,
  payload: protocol === TCP ? tcp({ sport, dport }) : udp({ sport, dport }),
});
const toGroup = (dst: string, fields: IpFields = flow(1, 2)) => ipFrame({ dst: "01:00:5e:00:00:05", src: station(0) }, { ...fields, dst });

onEachMachine((labs) => {
  test.each([
    [UDP, "udp_thread"],
    [TCP, "tcp_thread"],
  ])("protocol %i goes to %s of the CPU that the exclusive or of last octets and low port bytes gives", (protocol, thread) => {
    const lab = router(labs);
    for (const [sport, dport, cpu] of [
      [0, 0, 0],
      [1, 0, 1],
      [1, 2, 3],
      [0x0103, 0x0701, 2],
      [0xff00, 0x00fe, 2],
    ] as const)
      expect(ownerOf(lab, toRouter(flow(sport, dport, protocol)))).toBe(`${thread} ${cpu}`);
    expect(ownerOf(lab, toRouter({ ...flow(0, 0, protocol), src: "20.0.0.8" }))).toBe(`${thread} 1`);
    expect(ownerOf(lab, toRouter({ ...flow(0, 0, protocol), src: "20.0.3.9" }))).toBe(`${thread} 0`);
  });

  test("both directions of a flow belong to one thread", () => {
    const lab = router(labs);
    const there = toRouter({ src: "20.0.0.7", dst: "20.1.0.44", ...flow(1234, 80, TCP) });
    const back = toRouter({ src: "20.1.0.44", dst: "20.0.0.7", ...flow(80, 1234, TCP) });
    expect(ownerOf(lab, there)).toBe(ownerOf(lab, back));
  });

  test("ports lie behind the options", () => {
    expect(ownerOf(router(labs), toRouter({ options: [1, 1, 1, 0], ...flow(1, 2) }))).toBe("udp_thread 3");
  });

  test.each([
    ["more fragments", MF],
    ["a later fragment", 5],
    ["a later fragment with more to come", MF | 5],
  ])("%s: netisr_cpu 0, the first one included", (_, fragment) => {
    const lab = router(labs);
    for (const protocol of [TCP, UDP]) expect(ownerOf(lab, toRouter({ fragment, ...flow(1, 2, protocol) }))).toBe("netisr_cpu 0");
  });

  test("a packet that must not be fragmented is no fragment", () => {
    expect(ownerOf(router(labs), toRouter({ fragment: DF, ...flow(1, 2) }))).toBe("udp_thread 3");
  });

  test("UDP to a multicast group belongs to udp_thread 0", () => {
    expect(ownerOf(router(labs), toGroup("224.0.0.5"))).toBe("udp_thread 0");
    expect(ownerOf(router(labs), toGroup("239.1.2.3"))).toBe("udp_thread 0");
  });

  test.each(["10.0.0.255", "255.255.255.255"])("UDP to %s, a broadcast of the receiving interface, belongs to udp_thread 0", (dst) => {
    expect(ownerOf(router(labs), toRouter({ ...flow(1, 3), dst, src: "20.0.0.9" }))).toBe("udp_thread 0");
  });

  test("UDP to the broadcast of another interface goes by its hash", () => {
    expect(ownerOf(router(labs), toRouter({ ...flow(1, 2), dst: "10.0.1.255", src: "20.0.0.9" }))).toBe("udp_thread 1"); // 255 ^ 9 ^ 1 ^ 2
  });

  test("TCP to a multicast or broadcast address goes by its hash all the same", () => {
    expect(ownerOf(router(labs), toGroup("224.0.0.5", flow(1, 2, TCP)))).toBe("tcp_thread 3"); // 9 ^ 5 ^ 1 ^ 2, of 4
    expect(ownerOf(router(labs), toRouter({ ...flow(1, 2, TCP), dst: "10.0.0.255" }))).toBe("tcp_thread 1");
  });

  test.each([
    ["ICMP", toRouter({ protocol: ICMP, payload: icmp() })],
    ["GRE", toRouter({ protocol: 47, src: "20.0.0.8" })],
    ["IGMP", toRouter({ protocol: 2 })],
    ["ARP", arp({ senderMac: station(7), sender: "10.0.0.7", target: "10.0.0.1" })],
    ["IPv6", frame({ dst: ownMac(0), src: station(1), type: IPV6 })],
  ])("%s belongs to netisr_cpu 0", (_, data) => {
    expect(ownerOf(router(labs, { ports: { em0: { cpu: 2 } } }), data)).toBe("netisr_cpu 0");
  });

  test.each([
    [1, ["0", "0", "0", "0"]],
    [2, ["0", "1", "0", "1"]],
    [3, ["0", "1", "0", "1"]],
    [6, ["0", "1", "2", "3"]],
  ])("with %i CPUs the ports 0 to 3 go to the threads %o", (cpus, owners) => {
    const lab = router(labs, { cpus });
    expect([0, 1, 2, 3].map((sport) => ownerOf(lab, toRouter(flow(sport, 0))).slice(-1))).toEqual(owners);
  });

  test("the interface's CPU has no say", () => {
    for (const cpu of [0, 1, 2, 3]) expect(ownerOf(router(labs, { ports: { em0: { cpu } } }), toRouter(flow(1, 2)))).toBe("udp_thread 3");
  });
});
