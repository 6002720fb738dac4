/** Timers of protocols: each CPU has one message for each timer, which is not sent again before it has been handled (arptimer, sys/netinet/if_ether.c). */
import { expect, test } from "vitest";
import type { WorkConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { brokenIdentities } from "../support/identities.ts";
import { workOnly } from "../support/kernel_work.ts";
import { SECOND } from "./closed_beds.ts";

/** An interrupt, which netisr_cpu of its CPU waits for, with a second of work under the BGL. */
const busy = (cpu: number, phase: string): WorkConfig => ({
  name: `busy${cpu}`,
  cpu,
  class: "interrupt",
  arrivals: "constant",
  interval: "1s",
  phase,
  hold: "1s",
  count: 1,
});

test("a tick that finds a CPU's last message on its way still is counted, and sends none", async () => {
  // ARP's handler needs the BGL, which is CPU 2's from 0.5 to 1.5 s, and CPU 3's from then to 2.5 s: what is sent at 1 s is not handled at 2 s.
  const config = workOnly([busy(2, "500ms"), busy(3, "600ms")], { cpus: 4, lock: "fifo" });
  const engine = await makeEngine("virtual", { ...config, sysctl: { "net.link.ether.inet.prune_intvl": 1 } });
  const seen = [1.9, 2.4, 2.6, 3.1, 4.1].map((time) => {
    engine.run((BigInt(time * 10) * SECOND) / 10n);
    const { stats, threads } = engine.counters();
    const handled = threads.filter(({ name }) => name.startsWith("netisr_cpu")).map(({ releases }) => releases);
    return [time, stats.timer_coalesced, handled];
  });
  const each = (count: number): number[] => Array(4).fill(count);
  expect(seen).toEqual([
    [1.9, 0, each(0)],
    [2.4, 4, each(0)],
    [2.6, 4, each(1)],
    [3.1, 4, each(2)],
    [4.1, 4, each(3)],
  ]);
  expect(brokenIdentities(engine)).toEqual([]);
});
