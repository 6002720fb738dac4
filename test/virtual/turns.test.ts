/** What a CPU does at one moment, when others come first at that very moment. */
import { expect, test } from "vitest";
import type { EngineConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { station } from "../support/frames.ts";
import { ipFrame } from "../support/packets.ts";

const US = 1_000_000n;
const interfaces = [0, 1].map((n) => ({ name: `em${n}`, mac: `02:00:00:00:00:0${n + 1}`, cpu: n }));

/** A bridge of two CPUs without the BGL, in which only an IPI takes time: it arrives after 1 us. */
const bridge: EngineConfig = {
  cpus: 2,
  interfaces,
  bridges: [
    {
      name: "bridge0",
      members: interfaces.map(({ name }) => ({ if: name })),
      static: interfaces.map(({ name }, n) => ({ mac: station(n), if: name })),
    },
  ],
  sysctl: { "net.netisr.mpsafe_thread": 2 },
  virtual: { costs: { preset: "zero", set: { IpiLatency: 1000 } }, interfaces: { "*": { rate: 0, delay: 0, txDelay: "none" } } },
};

/** From one side to the other. `cpu`: whose flow it is, which the source decides. */
const frame = (from: 0 | 1, cpu: 0 | 1, time: bigint) => ({
  interface: `em${from}`,
  time,
  data: ipFrame({ src: station(from), dst: station(1 - from) }, { src: `10.0.${from}.${cpu === 0 ? 9 : 8}`, dst: `10.0.${1 - from}.9` }),
});

test("a CPU that an IPI has given a packet serves it at that moment, even if another IPI is raised for it meanwhile", async () => {
  const engine = await makeEngine("virtual", bridge);
  engine.receive([frame(0, 0, 0n), frame(0, 1, 0n), frame(1, 0, US), frame(0, 1, US)]);
  engine.run(10n * US);
  // At 1 us the IPI with the second packet arrives at CPU 1, and CPU 0 raises the one with the fourth.
  expect(engine.take().map(({ cause, time, cpu }) => [cause, time, cpu])).toEqual([
    [0, 0n, 0],
    [1, US, 1],
    [2, 2n * US, 0],
    [3, 2n * US, 1],
  ]);
});
