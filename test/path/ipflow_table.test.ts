/** Which packets make a flow, on which CPU; the limit of 256 and its reaper; idle flows and statistics. */
import { expect, test } from "vitest";
import { cacheOf, isKnown, ofFlow, pathOf, useFlows } from "../support/flows.ts";
import { station } from "../support/frames.ts";
import { type Lab, onEachMachine, toRouter } from "../support/lab.ts";
import { DF, ICMP, icmp, MF, udp } from "../support/packets.ts";

const flows = (lab: Lab): number[] => lab.engine.counters().flows;
const big = udp({ data: Array(800).fill(1) });

onEachMachine((labs) => {
  test.each([
    ["a packet that was forwarded", ofFlow(1), 1],
    ["a packet that was fragmented", ofFlow(1, { payload: big }), 1],
    ["a fragment", ofFlow(1, { fragment: MF }), 1],
    ["a packet with options", ofFlow(1, { options: [1, 1, 1, 0] }), 1],
    ["a packet that waits for ARP", ofFlow(1, { dst: "10.0.1.77" }), 1],
    ["an ICMP packet", ofFlow(1, { protocol: ICMP, payload: icmp() }), 0],
    ["a packet that was redirected", toRouter({ src: "10.0.0.7", dst: "20.0.0.9" }), 0],
    ["a packet for us", ofFlow(1, { dst: "10.0.1.1" }), 0],
    ["a packet without a route", ofFlow(1, { dst: "9.9.9.9" }), 0],
    ["a packet whose time is over", ofFlow(1, { ttl: 1 }), 0],
    ["a packet that must not be fragmented", ofFlow(1, { payload: big, fragment: DF }), 0],
    ["a bad packet", ofFlow(1, { checksum: 1 }), 0],
  ])("%s, case %#, makes a flow or none", (_, data, count) => {
    const lab = cacheOf(labs, { ports: { em1: { mtu: 576 } } });
    lab.receive("em0", data);
    expect(flows(lab)).toEqual([count]);
    expect(lab.stat("ipf_create")).toBe(count);
  });

  test("no flow is made while fastforwarding is off", () => {
    const lab = cacheOf(labs, { sysctl: { "net.inet.ip.fastforwarding": 0 } });
    lab.receive("em0", ofFlow(1));
    expect(flows(lab)).toEqual([0]);
  });

  test("a packet that found no room in the output queue makes no flow", () => {
    const lab = cacheOf(labs, { ports: { em1: { queue: 1 } } });
    expect(lab.changes(() => lab.receive("em0", ofFlow(1))).drops).toEqual({ QueueFull: 1 });
    expect(flows(lab)).toEqual([0]);
  });

  test("a flow that is made again is the same flow, with its statistics flushed", () => {
    const lab = cacheOf(labs);
    useFlows(lab, 1, 1);
    lab.receive("em0", ofFlow(1));
    const { stats } = lab.changes(() => lab.receive("em0", ofFlow(1, { options: [1, 1, 1, 0] })));
    expect(stats).toMatchObject({ ips_fastforward: 1, ips_total: 2, ips_forward: 2 });
    expect([flows(lab), lab.stat("ipf_create")]).toEqual([[1], 1]);
  });

  test("each CPU has a table of its own, shared by its three protocol threads", () => {
    const lab = cacheOf(labs, { cpus: 2 });
    const onCpu = (sport: number) => ofFlow(1, { dst: "20.1.0.1", payload: udp({ sport, dport: 0 }) });
    expect(pathOf(lab, onCpu(0))).toBe("Forwarded");
    expect(flows(lab)).toEqual([1, 0]);
    expect(pathOf(lab, onCpu(1))).toBe("Forwarded");
    expect(flows(lab)).toEqual([1, 1]);
    expect(pathOf(lab, ofFlow(1, { dst: "20.1.0.1", protocol: 47 }))).toBe("Fastforwarded"); // netisr_cpu 0, by the flow of udp_thread 0
  });

  test("a fragment is looked for on CPU 0, whatever CPU its flow is on", () => {
    const lab = cacheOf(labs, { cpus: 2 });
    const fields = { dst: "20.1.0.1", payload: udp({ sport: 1, dport: 0 }) };
    lab.receive("em0", ofFlow(1, fields));
    expect(flows(lab)).toEqual([0, 1]);
    expect(lab.changes(() => lab.receive("em0", ofFlow(1, { ...fields, fragment: MF }))).stats).toMatchObject({ ipf_misses: 1 });
  });

  test("a CPU has 256 flows at most: each further one takes the place of another", () => {
    const lab = cacheOf(labs);
    useFlows(lab, 1, 256);
    expect([flows(lab), lab.stat("ipf_reaped")]).toEqual([[256], 0]);
    useFlows(lab, 257, 260);
    expect([flows(lab), lab.stat("ipf_reaped")]).toEqual([[256], 4]);
  });

  test("of flows that are all alike the newest is reaped", () => {
    const lab = cacheOf(labs);
    useFlows(lab, 1, 257);
    expect([257, 255, 1, 256].map((n) => isKnown(lab, n))).toEqual([true, true, true, false]);
  });

  test("the flow with the smallest timer is reaped", () => {
    const lab = cacheOf(labs);
    useFlows(lab, 1, 256);
    lab.until(1);
    useFlows(lab, 1, 76);
    useFlows(lab, 78, 256);
    useFlows(lab, 257, 257);
    expect([256, 257, 1, 76, 78].map((n) => isKnown(lab, n))).toEqual([true, true, true, true, true]);
    expect(isKnown(lab, 77)).toBe(false);
  });

  test("of flows with the same timer the one with the fewest uses is reaped, those of the tick before counted", () => {
    const lab = cacheOf(labs);
    useFlows(lab, 1, 256);
    useFlows(lab, 1, 4, 4);
    useFlows(lab, 5, 5, 3);
    useFlows(lab, 6, 256, 4);
    lab.until(0.5);
    useFlows(lab, 1, 256); // 5 has 3 + 1, the others 4 + 1
    useFlows(lab, 257, 257);
    expect([256, 4, 6, 257].map((n) => isKnown(lab, n))).toEqual([true, true, true, true]);
    expect(isKnown(lab, 5)).toBe(false);
  });

  test("the newest flow whose route is gone is reaped before any other", () => {
    const lab = cacheOf(labs);
    lab.engine.setRoute({ dst: "20.7.0.0/16", via: "10.0.1.2", if: "em1" });
    useFlows(lab, 1, 1);
    for (const n of [300, 301]) for (const _uses of [1, 2, 3]) lab.receive("em0", ofFlow(n, { dst: "20.7.0.9" }));
    useFlows(lab, 2, 254);
    lab.engine.deleteRoute("20.7.0.0/16");
    lab.engine.setRoute({ dst: "20.7.0.0/16", via: "10.0.1.2", if: "em1" });
    useFlows(lab, 400, 401);
    expect([1, 2, 254, 400, 401].map((n) => isKnown(lab, n))).toEqual([true, true, true, true, true]);
    expect([flows(lab), lab.stat("ipf_reaped")]).toEqual([[256], 2]);
  });

  test.each([
    [0, 5],
    [0.1, 5],
    [0.499, 5],
    [0.5, 5.5],
    [3.7, 8.5],
  ])("a flow that was last used at %d s ends at %d s", (used, end) => {
    const lab = cacheOf(labs);
    lab.receive("em0", ofFlow(1), used);
    lab.until(end - 0.001);
    expect(flows(lab)).toEqual([1]);
    expect(lab.changes(() => lab.until(end)).stats).toMatchObject({ ipf_expired: 1 });
    expect(flows(lab)).toEqual([0]);
  });

  test("each use starts the time of a flow again", () => {
    const lab = cacheOf(labs);
    for (const time of [0, 4.9, 9.4]) expect(pathOf(lab, ofFlow(1), time)).toBe(time ? "Fastforwarded" : "Forwarded");
    lab.until(13.9);
    expect(flows(lab)).toEqual([1]);
    lab.until(14);
    expect(flows(lab)).toEqual([0]);
  });

  test("packets of a flow reach the statistics at the next tick, or when the flow ends, and not before", () => {
    const lab = cacheOf(labs);
    useFlows(lab, 1, 1);
    const { stats } = lab.changes(() => [1, 2, 3].map(() => lab.receive("em0", ofFlow(1), 0.2)));
    expect(stats).toEqual({ ipf_hits: 3 });
    expect(lab.changes(() => lab.until(0.499)).stats).toEqual({});
    expect(lab.changes(() => lab.until(0.5)).stats).toEqual({ ips_total: 3, ips_forward: 3, ips_fastforward: 3 });
    expect(lab.changes(() => lab.until(4)).stats).toEqual({});
  });

  test("a flow that is reaped gives its statistics first", () => {
    const lab = cacheOf(labs);
    useFlows(lab, 1, 255);
    lab.receive("em0", ofFlow(256));
    useFlows(lab, 1, 256);
    expect(lab.changes(() => lab.receive("em0", ofFlow(257))).stats).toMatchObject({ ips_fastforward: 1, ips_total: 2, ips_forward: 2 });
  });

  test("a flow that made its way by ARP goes fast once the address is known", () => {
    const lab = cacheOf(labs, { arp: [{ if: "em1", ip: "10.0.1.77", mac: station(77) }] });
    expect([1, 2].map(() => pathOf(lab, ofFlow(1, { dst: "10.0.1.77" })))).toEqual(["Forwarded", "Fastforwarded"]);
  });
});
