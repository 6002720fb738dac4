/** Senders that find no room: in a transmit ring, and in an IPI queue. */
import { expect, test } from "vitest";
import { makeEngine } from "../support/engines.ts";
import { station } from "../support/frames.ts";
import { ownMac } from "../support/lab.ts";
import { ipFrame } from "../support/packets.ts";

const US = 1_000_000n;

test.each([64, "none"] as const)(
  "a ring of one slot and txDelay %s: a transmitter that waits is told at the end of each frame, and the link never rests",
  async (txDelay) => {
    const engine = await makeEngine("virtual", {
      interfaces: [0, 1].map((n) => ({ name: `em${n}`, mac: ownMac(n), ip: [`10.0.${n}.1/24`], txRing: 1 })),
      arp: [{ if: "em1", ip: "10.0.1.9", mac: station(1) }],
      sysctl: { "net.inet.ip.forwarding": 1 },
      virtual: { costs: { preset: "zero" }, interfaces: { "*": { rate: "1Gbps", delay: 0, txDelay } } },
    });
    const data = ipFrame({ src: station(0), dst: ownMac(0) }, { src: "10.0.0.9", dst: "10.0.1.9" });
    engine.receive(Array.from({ length: 5 }, () => ({ interface: "em0", time: 10n * US, data })));
    engine.run(1000n * US);
    expect(engine.take().map(({ time }) => time)).toEqual([1, 2, 3, 4, 5].map((n) => 10n * US + BigInt(n) * 672_000n)); // 84 bytes at 1 Gbit/s
  },
);

test("interrupt threads of two CPUs that have no room in each other's IPI queues serve their own meanwhile, and both go on", async () => {
  const ports = [0, 1];
  const engine = await makeEngine(
    "virtualRelease",
    {
      cpus: 2,
      mbufs: 4096,
      interfaces: ports.map((n) => ({ name: `em${n}`, mac: ownMac(n), cpu: n, rxRing: 256, ip: [`10.0.${n}.1/24`] })),
      routes: [{ dst: "20.0.0.0/8", via: "10.0.1.2", if: "em1" }],
      arp: [{ if: "em1", ip: "10.0.1.2", mac: station(1) }],
      sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1 },
      virtual: {
        interfaces: { "*": { rate: 0, delay: 0, rxBurst: 1, txDelay: "none" } },
        traffic: ports.map((n) => ({
          if: `em${n}`,
          arrivals: "poisson" as const,
          rate: 1_500_000,
          flows: 64,
          dstIp: "20.0.0.1",
          dstIps: 64,
          srcIp: `30.${n}.0.1`,
          srcIps: 64,
        })),
      },
    },
    { collect: false },
  );
  const carried = (): bigint => engine.results().traffic[1]!.carried.frames;
  engine.run(5000n * US);
  const half = carried();
  expect(engine.counters().stats.ipiq_fifofull).toBeGreaterThan(5);
  engine.run(10_000n * US);
  expect(carried()).toBeGreaterThan(half);
});
