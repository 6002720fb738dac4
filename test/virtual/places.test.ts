/** Where packets spend their time: exact numbers of small systems in which little else takes any. */
import { describe, expect, test } from "vitest";
import type { EngineConfig, Results } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { station } from "../support/frames.ts";
import { ipFrame } from "../support/packets.ts";

const US = 1_000_000;
const macs = ["02:00:00:00:00:01", "02:00:00:00:00:02"];

/** Two interfaces, each with a CPU, and links without a rate. What is not in `costs` takes no time. */
const system = (config: Partial<EngineConfig>, costs: Record<string, number>): EngineConfig => ({
  cpus: 2,
  interfaces: macs.map((mac, i) => ({ name: `em${i}`, mac, cpu: i })),
  ...config,
  virtual: { lock: "fifo", costs: { preset: "zero", set: costs }, interfaces: { "*": { rate: 0, delay: 0, txDelay: "none" } } },
});

const router = (costs: Record<string, number>): EngineConfig =>
  system(
    {
      interfaces: macs.map((mac, i) => ({ name: `em${i}`, mac, cpu: i, ip: [`10.0.${i}.1/24`] })),
      arp: macs.map((_, i) => ({ if: `em${i}`, ip: `10.0.${i}.9`, mac: station(i + 1) })),
      sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 0, "net.netisr.mpsafe_thread": 1 },
    },
    costs,
  );

/** Microseconds: of all packets together, and the most. */
const seen = ({ places }: Results): Record<string, [sum: number, max: number]> =>
  Object.fromEntries(Object.entries(places).map(([name, { sum, max }]) => [name, [Number(sum) / US, Number(max) / US]]));

/** What is seen of a packet from each side. `from`: last byte of the source, which decides about the flow's CPU: the same for 9 and 9. */
const crossing = async (config: EngineConfig, from: readonly [number, number], later = 0n): Promise<Results> => {
  const engine = await makeEngine("virtual", config);
  const frames = from.map((host, i) => {
    const dst = config.bridges ? station(2 - i) : macs[i]!;
    return ipFrame({ src: station(i + 1), dst }, { src: `10.0.${i}.${host}`, dst: `10.0.${1 - i}.9` });
  });
  engine.receive(frames.map((data, i) => ({ interface: `em${i}`, time: i ? later : 0n, data })));
  engine.run(100n * BigInt(US));
  const results = engine.results();
  expect(results.latency.all.count).toBe(2n);
  for (const name of ["Ring", "Lock", "Service", "Output"] as const) expect(results.places[name].count).toBe(2n);
  return results;
};

describe("ip_input of 3 us under the BGL", () => {
  const config = router({ IpInput: 3000 });

  test("on two CPUs at once: the thread of the second packet waits for the lock", async () => {
    const results = await crossing(config, [9, 8]);
    expect(seen(results)).toEqual({ Ring: [0, 0], Port: [0, 0], Lock: [3, 3], Service: [6, 3], Output: [0, 0] });
    expect(results.cpus.map(({ BglSpin }) => BglSpin)).toContain(3n * BigInt(US));
  });

  test("of one CPU: the second packet waits in the port, and for no lock", async () => {
    const results = await crossing(config, [9, 9]);
    expect(seen(results)).toEqual({ Ring: [0, 0], Port: [3, 3], Lock: [0, 0], Service: [6, 3], Output: [0, 0] });
  });

  test("an interrupt that needs it waits, too: its frame meanwhile is in the ring", async () => {
    const needed = { ...config, sysctl: { ...config.sysctl, "kern.intr_mpsafe": 0 } };
    const results = await crossing(needed, [9, 9], BigInt(US));
    expect(seen(results)).toEqual({ Ring: [2, 2], Port: [0, 0], Lock: [0, 0], Service: [6, 3], Output: [0, 0] });
  });
});

test("the bridge's serializer, under which a look-up takes 3 us: the second thread sleeps meanwhile", async () => {
  const members = macs.map((_, i) => ({ if: `em${i}` }));
  const known = macs.map((_, i) => ({ mac: station(i + 1), if: `em${i}` }));
  const results = await crossing(system({ bridges: [{ name: "bridge0", members, static: known }] }, { BridgeLookup: 3000 }), [9, 8]);
  expect(seen(results)).toEqual({ Ring: [0, 0], Port: [0, 0], Lock: [3, 3], Service: [6, 3], Output: [0, 0] });
  expect(results.locks.find(({ name }) => name === "serializer bridge0")!.wait).toBe(3n * BigInt(US));
});
