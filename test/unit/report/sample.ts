import type { ReplayReport } from "../../../src/report/index.ts";
import type { PortCounters, ThreadCounters } from "../../../src/types.ts";

export const port = (name: string, more: Partial<PortCounters> = {}): PortCounters => ({
  name,
  kind: "interface",
  counters: {},
  drops: {},
  ends: {},
  ...more,
});

export const thread = (name: string, more: Partial<ThreadCounters> = {}): ThreadCounters => ({
  name,
  cpu: 0,
  messages: 0,
  gets: 0,
  releases: 0,
  keeps: 0,
  recursiveGets: 0,
  violations: 0,
  highWater: 0,
  ...more,
});

/** A small record in which every section has something to say. */
export const sample = (): ReplayReport => ({
  version: "1.2.3",
  command: "replay",
  options: {
    captures: ["in.pcap"],
    config: "lan.json",
    as: null,
    assign: "interface",
    loop: 1,
    outbound: false,
    set: {},
    cpus: null,
    write: "out.pcapng",
    typed: { config: "lan.json", write: "out.pcapng" },
  },
  system: { cpus: 2, mbufs: 2048, seed: 1, sysctl: { "net.netisr.mpsafe_thread": 1 } },
  input: {
    frames: 1234,
    bytes: 74_040,
    firstNs: 1_795_441_342_281_902_895n,
    durationNs: 5_478_878_301n,
    passes: 1,
    periodNs: null,
    stations: [],
    files: [
      {
        file: "in.pcap",
        packing: null,
        frames: 1234,
        bytes: 74_040,
        wireBytes: 74_040,
        cutShort: 0,
        outOfOrder: 0,
        withoutTime: 0,
        outbound: 0,
        fault: null,
        interfaces: [{ index: 0, name: null, port: "em0", matchedBy: "order", frames: 1234, bytes: 74_040 }],
      },
    ],
  },
  output: { file: "out.pcapng", format: "pcapng", frames: 1, bytes: 60, dropped: 0, unwritten: 0, readerGone: false, stalled: false },
  memory: {
    total: 3_145_728,
    regions: [
      { name: "Kernel", base: 0, bytes: 100 },
      { name: "Clusters", base: 100, bytes: 2_097_152 },
    ],
  },
  counters: {
    now: 5_478_878_301_000n,
    ports: [
      port("em0", {
        counters: { received: 1234, if_ipackets: 1230, if_ibytes: 73_800, if_opackets: 0, if_obytes: 0 },
        drops: { NotForUs: 4, NoRoute: 1 },
        ends: { Delivered: 1229, Bridged: 0 },
      }),
      port("em1", { counters: { if_opackets: 1, if_obytes: 60 }, ends: { Bridged: 1 } }),
    ],
    threads: [
      thread("netisr_cpu 0", { messages: 1230, gets: 7, releases: 7, highWater: 3 }),
      thread("netisr_cpu 1", { cpu: 1 }),
      thread("ithread em0", { messages: 40 }),
      thread("ithread em1", { cpu: 1, messages: 2 }),
    ],
    stats: { generated: 1, cloned: 0, ips_total: 1230, ips_noroute: 1, icps_error: 0 },
    drops: { NotForUs: 4, NoRoute: 1, HostDown: 2 },
    paths: { Delivered: 1229, Bridged: 1, Fastforwarded: 0, Forwarded: 0, Originated: 0 },
    bridges: [{ name: "bridge0", addresses: 2, maxaddr: 100 }],
    flows: [0, 17],
    locks: { BGL: 7 },
    conservation: { received: 1234, generated: 3, cloned: 0, delivered: 1229, forwarded: 0, bridged: 1, dropped: 7, queued: 0, holds: true },
  },
  interrupted: false,
  exitCode: 0,
});
