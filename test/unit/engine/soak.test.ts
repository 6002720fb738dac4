import { expect, test } from "vitest";
import type { Engine } from "../../../src/engine.ts";
import type { EngineConfig } from "../../../src/types.ts";
import type { Build } from "../../support/engines.ts";
import { station } from "../../support/frames.ts";
import { Labs, ownMac, seconds } from "../../support/lab.ts";
import { LONG, LONG_TIMEOUT } from "../../support/long.ts";
import { FrameStream, INTERFACES } from "./soak_frames.ts";

const BATCH = 5000;

/** Three subnets with a next router each, the third behind a bridge of em2 and em3 with a small MTU; a vlan on em1. */
const config = (cpus: number): EngineConfig => ({
  cpus,
  mbufs: 512,
  interfaces: Array.from({ length: INTERFACES }, (_, n) => ({
    name: `em${n}`,
    mac: ownMac(n),
    cpu: n % cpus,
    rss: n === 1,
    ...(n < 2 ? { ip: [`10.0.${n}.1/24`] } : {}),
  })),
  vlans: [{ name: "vlan5", parent: "em1", vid: 5, ip: ["10.0.5.1/24"] }],
  bridges: [
    { name: "br0", mac: ownMac(2 + INTERFACES), ip: ["10.0.2.1/24"], mtu: 1000, maxaddr: 40, timeout: 7, members: [{ if: "em2" }, { if: "em3" }] },
  ],
  routes: [0, 1, 2].map((n) => ({ dst: `20.${n}.0.0/16`, via: `10.0.${n}.2`, if: n < 2 ? `em${n}` : "br0" })),
  arp: [0, 1].map((n) => ({ if: `em${n}`, ip: `10.0.${n}.2`, mac: station(n) })),
  sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1, "net.inet.ip.sourceroute": 1, "net.link.bridge.prune_intvl": 5 },
});

/** What must hold at any time between two runs. */
const check = (engine: Engine, memory: ArrayBufferLike): void => {
  const { conservation } = engine.counters();
  if (!conservation.holds) throw new Error(JSON.stringify(conservation));
  if (engine.exports.brokenGuards() !== 0) throw new Error("a frame was written outside its cluster");
  if (engine.exports.memory.buffer !== memory) throw new Error("memory has grown");
};

test.each([
  ["release", 4, 1, LONG ? 10_000_000 : 50_000],
  ["release", 1, 2, LONG ? 1_000_000 : 20_000],
  ["debug", 3, 3, LONG ? 1_000_000 : 20_000],
  ["stutter", 4, 4, LONG ? 1_000_000 : 20_000],
] satisfies [Build, number, number, number][])(
  "random and mutated frames through bridge and router end in counted places, and every mbuf comes back: %s build, %i CPUs, seed %i, %i frames",
  (build, cpus, seed, frames) => {
    const { engine } = new Labs(build).of(config(cpus));
    const stream = new FrameStream(seed);
    const memory = engine.exports.memory.buffer;
    let sent = 0;
    for (let done = 0; done < frames; done += BATCH) {
      engine.receive(stream.take(BATCH));
      engine.run();
      sent += engine.take().length;
      check(engine, memory);
    }
    // Until no ARP entry lives on: their packets have been given up.
    engine.run(engine.now + seconds(5000));
    check(engine, memory);
    const { conservation, paths, drops, stats } = engine.counters();
    expect([conservation.received, conservation.queued, engine.exports.mbufsInUse()]).toEqual([frames, 0, 0]);
    expect(sent + engine.take().length).toBe(paths.Bridged! + paths.Fastforwarded! + paths.Forwarded! + paths.Originated!);
    // Everything that the stream is made for has happened.
    for (const path of Object.keys(paths)) expect(paths[path], path).toBeGreaterThan(frames / 5000);
    for (const drop of ["Runt", "TooLong", "IpBadChecksum", "NoRoute", "TtlExceeded", "ArpHeldReplaced", "BridgeSamePort", "NoVlan", "ArpBad"])
      expect(drops[drop], drop).toBeGreaterThan(0);
    for (const stat of ["ips_fragmented", "brc_flooded", "brc_moved", "brc_full", "arps_timeouts", "ipf_hits"])
      expect(stats[stat], stat).toBeGreaterThan(0);
  },
  LONG_TIMEOUT,
);
