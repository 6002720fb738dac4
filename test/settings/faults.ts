/** For every option of every kind of fault. */
import type { EngineConfig, FaultConfig } from "../../src/types.ts";
import { ownMac, station } from "../support/frames.ts";
import {
  type Cases,
  carried,
  cases,
  dropped,
  drops,
  interrupts,
  latency,
  lock,
  longest,
  port,
  type Reading,
  reordered,
  type SettingCase,
  stat,
  under,
} from "./case.ts";
import { bridge, load, router } from "./systems.ts";

type Kind = FaultConfig["kind"];
type Rows = Record<string, Partial<SettingCase> & Pick<SettingCase, "values">>;

const routed = router({ traffic: [load(200_000, { flows: 1 })] });
const bridged = bridge({
  traffic: [0, 1].map((n) => load(50_000, { if: `em${n}`, srcMac: station(n), dstMac: station(1 - n), flows: 1 })),
});
/** Two CPUs that put packets into one output queue, without the BGL but for the first. */
const twoCpus = router({ traffic: [load(100_000)] }, { sysctl: { "net.inet.ip.fastforwarding": 1 } });
const single = router({ traffic: [load(1_000_000, { count: 1 })] });
/** A router whose neighbours on em1 are not known, with two bridges beside it. */
const tables: EngineConfig = {
  ...routed,
  interfaces: [...routed.interfaces, ...[3, 4, 5, 6].map((n) => ({ name: `em${n}`, mac: ownMac(n) }))],
  bridges: [3, 5].map((n, i) => ({ name: `br${i}`, members: [{ if: `em${n}` }, { if: `em${n + 1}` }] })),
  sysctl: { ...routed.sysctl, "net.inet.ip.fastforwarding": 1 },
  virtual: {
    traffic: [
      load(100_000),
      load(100_000, { dstIp: "10.0.1.50", dstIps: 16 }),
      load(50_000, { if: "em3", srcMac: station(100), srcMacs: 8, dstMac: station(200) }),
    ],
  },
};
const withFault = (config: EngineConfig, fault: object): EngineConfig => ({
  ...config,
  virtual: { ...config.virtual, faults: [fault as FaultConfig] },
});

interface KindCase {
  /** All that it needs, but for times. */
  fault: object;
  /** How much of it was suffered. */
  read: Reading;
  base?: EngineConfig;
  own: (of: (fault: object, config?: EngineConfig) => EngineConfig) => Rows;
}

const chance = (of: (fault: object) => EngineConfig, fault: object): Rows => ({
  p: { base: of(fault), values: [0.1, 0.5], goes: "up" },
  nth: { base: of(fault), values: [9, 2], goes: "up" },
});
const other: Rows = { if: { values: ["em0", "em2"], goes: "down" } };
const ON = { if: "em0" };

/** Packets x ps. */
const inRing: Reading = (engine) => engine.results().queues.find(({ name }) => name === "ring em0")!.integral;

const KINDS: Record<Kind, KindCase> = {
  loss: {
    fault: { ...ON, nth: 3 },
    read: drops("WireLoss"),
    own: (of) => ({ ...other, ...chance(of, ON), side: { values: ["rx", "tx"] } }),
  },
  bitErrors: {
    fault: { ...ON, nth: 3 },
    read: drops("BadFcs"),
    own: (of) => ({
      ...other,
      ...chance(of, ON),
      side: { values: ["rx", "tx"] },
      ber: { base: of(ON), values: [1e-4, 1e-3] },
      fcs: { values: [true, false] },
    }),
  },
  duplication: { fault: { ...ON, nth: 3 }, read: port("em0", "received"), own: (of) => ({ ...other, ...chance(of, ON) }) },
  reordering: {
    fault: { ...ON, nth: 3, delay: "12us" },
    read: reordered,
    own: (of) => ({
      ...other,
      ...chance(of, { ...ON, delay: "12us" }),
      delay: { values: ["12us", "100us"], read: longest },
      frames: { base: of({ ...ON, nth: 3 }), values: [2, 10], read: longest },
    }),
  },
  mbufs: {
    fault: { count: 1_000_000 },
    read: drops("NoMbufs"),
    own: () => ({ count: { values: [10, 1_000_000] } }),
  },
  ring: { fault: ON, read: drops("RingFull"), own: () => ({ ...other, slots: { values: [2, 0] } }) },
  queue: {
    fault: { if: "em1" },
    read: drops("QueueFull"),
    own: () => ({ if: { values: ["em1", "em2"] }, limit: { values: [0, 50] } }),
  },
  lostInterrupts: {
    fault: { ...ON, nth: 2, watchdog: "100us" },
    read: latency,
    own: (of) => ({
      ...other,
      ...chance(of, ON),
      watchdog: { base: of({ ...ON, nth: 1, to: "100us" }, single), values: ["1s", "500us"], read: carried, goes: "up" },
    }),
  },
  duplicatedInterrupts: { fault: { ...ON, nth: 2 }, read: interrupts, own: (of) => ({ ...other, ...chance(of, ON) }) },
  storm: { fault: { ...ON, rate: 100_000 }, read: interrupts, own: () => ({ ...other, rate: { values: [100_000, 200_000] } }) },
  stall: { fault: { cpu: 0 }, read: inRing, own: (of) => ({ cpu: { base: of({ for: "300us", every: "500us" }), values: [0, 1] } }) },
  holder: {
    fault: { lock: "BGL", nth: 5, stall: "20us" },
    read: latency,
    own: (of) => ({
      lock: {
        base: (name) => of({ nth: 5, stall: "20us", ...(name !== "BGL" && { if: "em1" }) }, twoCpus),
        values: ["BGL", "serializer", "queue"],
      },
      if: { base: of({ lock: "serializer", nth: 5, stall: "20us" }), values: ["em1", "em2"] },
      ...chance(of, { lock: "BGL", stall: "20us" }),
      stall: { values: ["20us", "10us"], read: lock("BGL", "maxHold") },
    }),
  },
  flap: { fault: ON, read: drops("WireLoss"), own: () => other },
  table: {
    fault: { table: "bridge", if: "br0", limit: 1 },
    base: bridged,
    read: stat("brc_full"),
    own: (of) => ({
      table: {
        base: (name) => of({ limit: 2, ...(name === "bridge" && { if: "br0" }) }, tables),
        values: ["bridge", "arp", "flows"],
        read: (engine) => `${stat("brc_full")(engine)} ${drops("ArpTableFull")(engine)} ${stat("ipf_reaped")(engine)}`,
      },
      if: { base: of({ table: "bridge" }, tables), values: ["br0", "br1"] },
      limit: { base: of({ table: "bridge", if: "br0" }, tables), values: [1, 4] },
    }),
  },
  route: {
    fault: { dst: "20.1.0.0/16" },
    read: drops("NoRoute"),
    own: (of) => ({
      dst: { values: ["20.1.0.0/16", "20.2.0.0/16"] },
      via: { base: of({ dst: "20.1.0.0/16" }), values: ["10.0.1.2", "10.0.2.2"], read: port("em2", "if_opackets") },
      if: { base: of({ dst: "20.1.0.0/16", via: "10.0.1.2" }), values: ["em1", "em2"], read: port("em2", "if_opackets") },
    }),
  },
  arp: {
    fault: { if: "em1", ip: "10.0.1.2" },
    read: dropped,
    own: () => ({ if: { values: ["em1", "em2"] }, ip: { values: ["10.0.1.2", "10.0.1.3"] } }),
  },
};

const casesOf = (kind: Kind, { fault, read, base = routed, own }: KindCase): Cases => {
  const of = (more: object, config = base) => withFault(config, { kind, ...more });
  const recurring = { ...fault, for: "100us", every: "500us" };
  const times: Rows = {
    from: { values: ["100us", "1500us"], goes: "down" },
    to: { values: [undefined, "800us"], goes: "down" },
    for: { base: of(recurring), values: ["100us", "300us"], goes: "up" },
    every: { base: of(recurring), values: ["500us", "900us"], goes: "down" },
    law: { base: of(recurring), values: ["constant", "exponential"] },
  };
  return cases({ base: of(fault), read }, under(`virtual.faults[](${kind}).`, { ...times, ...own(of) }));
};

export const FAULT_CASES: Cases = Object.assign({}, ...Object.entries(KINDS).map(([kind, one]) => casesOf(kind as Kind, one)));
