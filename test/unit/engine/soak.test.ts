import { expect, test } from "vitest";
import type { Engine } from "../../../src/engine.ts";
import type { Build } from "../../support/engines.ts";
import { FrameStream, streamConfig } from "../../support/frame_stream.ts";
import { Labs, seconds } from "../../support/lab.ts";
import { LONG, LONG_TIMEOUT } from "../../support/long.ts";

const BATCH = 5000;

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
    const { engine } = new Labs(build).of(streamConfig(cpus));
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
