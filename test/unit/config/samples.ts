/** Configurations for the tests of this folder. Each call makes a new one. */
import type { EngineConfig, InterfaceConfig, VirtualConfig } from "../../../src/types.ts";

export const em = (i: number, more: Partial<InterfaceConfig> = {}): InterfaceConfig => ({
  name: `em${i}`,
  mac: `02:00:00:00:00:${i.toString(16).padStart(2, "0")}`,
  ...more,
});

const virtual = (): VirtualConfig => ({
  costs: { preset: "unit", set: { Service: 800, Switch: { value: 0.25, law: "exponential" }, CopyByte: { value: 1, law: "constant" } } },
  lock: "fifo",
  interfaces: {
    "*": { rate: "100Mbps", delay: "1.5us", livelockLimit: 50_000, livelockLow: 10_000 },
    em1: {
      rate: "infinite",
      propagation: 5,
      delay: 0.5,
      count: 8,
      gap: "100us",
      txDelay: 1,
      rxBurst: 1,
      livelockLimit: 9_000,
      livelockLow: 9_000,
    },
  },
  traffic: [
    {
      if: "em1",
      arrivals: "poisson",
      rate: "1.2Mpps",
      bytes: 9230,
      flows: 1000,
      choice: "lot",
      start: "1ms",
      stop: 2_000_000,
      count: 77,
      srcMac: "02:00:00:00:05:00",
      srcMacs: 2,
      dstMac: "ff:ff:ff:ff:ff:fd",
      dstMacs: 3,
      srcIp: "10.0.0.1",
      srcIps: 4,
      dstIp: "223.255.255.255",
      dstIps: 1,
    },
    { if: "em2", arrivals: "constant", rate: 3 },
  ],
  work: [
    {
      name: "syscall",
      cpus: [1, 3],
      threads: 2,
      class: "user",
      rate: "10kHz",
      arrivals: "constant",
      phase: "3us",
      lock: "bgl",
      outside: { value: "1us", law: "exponential" },
      hold: 2000,
      start: "1ms",
      stop: "2ms",
      count: 9,
      queue: 16,
    },
    { name: "disk", cpu: 2, class: "interrupt", interval: "1.5us", work: { value: 700, law: "constant" } },
    { name: "sleeper", cpus: "all", class: "soft", think: { value: "1ms", law: "exponential" }, work: 1 },
  ],
});

/** Everything that a configuration can say, no value being its default. */
export const everything = (): EngineConfig => ({
  cpus: 4,
  mbufs: 4096,
  seed: 7,
  interfaces: [
    em(1, {
      ip: ["192.0.2.1/24", "198.51.100.1/25"],
      mtu: 9000,
      receiveMtu: 9216,
      cpu: 3,
      promisc: true,
      mpsafe: false,
      rss: true,
      up: false,
      monitor: true,
      noarp: true,
      staticarp: true,
      rxRing: 128,
      txRing: 512,
      queue: 100,
    }),
    em(2),
    em(3),
  ],
  bridges: [
    {
      name: "bridge0",
      mac: "02:00:00:00:01:00",
      ip: ["203.0.113.1/29"],
      mtu: 1400,
      members: [
        { if: "em2", learning: false, discover: false, stp: "forwarding" },
        { if: "em3", span: true },
      ],
      maxaddr: 10,
      timeout: 60,
      static: [{ mac: "02:00:00:00:02:00", if: "em2" }],
      key: 0xffff_ffff,
      up: false,
      monitor: true,
    },
  ],
  vlans: [
    { name: "vlan5", parent: "em1", vid: 5, ip: ["10.5.0.1/16"], mtu: 9400, up: true },
    { name: "vlan6", parent: "em1", vid: 6, up: false },
  ],
  routes: [
    { dst: "default", via: "192.0.2.254" },
    { dst: "10.9.0.0/16", if: "vlan5" },
    { dst: "10.8.0.0/16", via: "172.16.0.1", if: "em2" },
  ],
  arp: [{ if: "em1", ip: "192.0.2.254", mac: "02:00:00:00:03:00" }],
  sysctl: { "net.inet.ip.forwarding": 1, "net.inet.udp.mpsafe_thread": -1 },
  handlers: { ip: { mpsafe: true } },
  limits: { routes: 100, arp: 600, input: 69_632, output: 2 ** 30 },
  virtual: virtual(),
});
