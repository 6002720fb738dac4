/** For entries of tables that a system begins with, the handlers of protocols, and knobs of one CPU. */
import type { Engine } from "../../src/engine.ts";
import type { EngineConfig, PollingResult, ProtocolName } from "../../src/types.ts";
import { arp, BROADCAST, frame, IPV6, station } from "../support/frames.ts";
import { toRouter } from "../support/lab.ts";
import { busy, type Cases, cases, drops, interrupts, lock, port, results, stat, under } from "./case.ts";
import { bridge, load, router } from "./systems.ts";

const by = (name: string) => port(name, "if_opackets");
const toEm1 = router({ traffic: [load(50_000)] });
const withEntries = (entries: Partial<EngineConfig>): EngineConfig => ({ ...toEm1, ...entries });
const oneRoute = (route: object): EngineConfig => withEntries({ routes: [{ dst: "20.1.0.0/16", via: "10.0.1.2", if: "em1", ...route }] });
const neighbour = withEntries({ arp: [{ if: "em1", ip: "10.0.1.2", mac: station(1) }] });
const stationOnEm1 = bridge(
  { traffic: [load(50_000, { srcMac: station(0), dstMac: station(1) })] },
  { bridges: [{ name: "br0", members: [0, 1, 2].map((n) => ({ if: `em${n}` })), static: [{ mac: station(1), if: "em1" }] }] },
);

/** Hosts are behind the bridge, which has an address of its own. */
const behindBridge: EngineConfig = {
  ...neighbour,
  interfaces: toEm1.interfaces.map(({ name, mac, ip = [] }) => ({ name, mac, ip: name === "em0" ? ip : [] })),
  bridges: [
    {
      name: "br0",
      mac: "02:00:00:00:00:f0",
      ip: ["10.0.1.1/24"],
      members: [1, 2].map((n) => ({ if: `em${n}` })),
      static: [1, 2].map((n) => ({ mac: station(n), if: `em${n}` })),
    },
  ],
  routes: [{ dst: "20.1.0.0/16", via: "10.0.1.2", if: "br0" }],
  arp: [{ if: "br0", ip: "10.0.1.2", mac: station(1) }],
};

const to = (type: number, payload?: number[]): Uint8Array => frame({ dst: BROADCAST, src: station(7), type, ...(payload && { payload }) });
/** 802.3 with SNAP: AppleTalk, phase 2. */
const snap = [0xaa, 0xaa, 3, 8, 0, 7, 0x80, 0x9b, ...Array(38).fill(0)];
const FRAMES: Record<ProtocolName, Uint8Array> = {
  ip: toRouter(),
  arp: arp({ senderMac: station(7), sender: "10.0.0.7", target: "10.0.0.1" }),
  ipv6: to(IPV6),
  ipx: to(0x8137),
  ns: to(0x0600),
  aarp: to(0x80f3),
  atalk1: to(0x809b),
  atalk2: to(snap.length, snap),
  mpls: to(0x8847),
};
const given =
  (name: ProtocolName) =>
  (engine: Engine): void => {
    if (name !== "ip" && name !== "arp") engine.setHandler(name, () => "taken");
    engine.receive([{ interface: "em0", time: 0n, data: FRAMES[name] }]);
  };

/** em0 is polled, and always has frames. */
const polled = router({ interfaces: { em0: { polling: true } }, traffic: [load(1_000_000)] });
const polling = (field: keyof PollingResult) => results((all) => Number(all.polling![0]![field]));

export const SYSTEM_CASES: Cases = {
  ...cases(
    { base: oneRoute({}) },
    under("routes[].", {
      dst: { values: ["20.1.0.0/16", "20.9.0.0/16"], read: drops("NoRoute"), goes: "up" },
      via: { values: ["10.0.1.2", "10.0.1.3"], read: stat("arps_requests_sent"), goes: "up" },
      if: { values: ["em1", "em2"], read: by("em2"), goes: "up" },
    }),
  ),
  ...cases(
    { base: neighbour, read: stat("arps_requests_sent"), goes: "up" },
    under("arp[].", {
      if: { values: ["em1", "em2"] },
      ip: { values: ["10.0.1.2", "10.0.1.3"] },
      mac: { base: behindBridge, values: [station(1), station(2)], read: by("em2") },
    }),
  ),
  ...cases(
    { base: stationOnEm1, read: by("em2"), goes: "up" },
    under("bridges[].static[].", { mac: { values: [station(1), station(9)] }, if: { values: ["em1", "em2"] } }),
  ),
  ...cases(
    { read: lock("BGL", "gets"), goes: "down" },
    Object.fromEntries(
      (Object.keys(FRAMES) as ProtocolName[]).map((name) => [
        `handlers.${name}.mpsafe`,
        { base: router(), values: [false, true], feed: given(name) },
      ]),
    ),
  ),
  ...cases(
    { base: polled, us: 10_000 },
    under("sysctl.kern.polling.0.", {
      enable: { values: [1, 0], read: interrupts, goes: "up" },
      pollhz: { values: [2000, 1000], read: polling("ticks"), goes: "down" },
      burst_max: { values: [150, 10], read: polling("frames"), goes: "down" },
      each_burst: { values: [5, 2], read: polling("polls"), goes: "up" },
      user_frac: { values: [0, 99], read: polling("frames"), goes: "down" },
      reg_frac: { values: [20, 1], read: busy },
    }),
  ),
};
