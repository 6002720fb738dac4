/** Which stays in queues took no time: those of messages that are no packets are timed, too. */
import { expect, test } from "vitest";
import { makeEngine } from "../support/engines.ts";
import { ownMac } from "../support/lab.ts";
import { MS } from "../support/systems.ts";

test("messages for ifnet threads wait while their CPU does something else", async () => {
  const engine = await makeEngine("virtualRelease", {
    cpus: 4,
    mbufs: 4096,
    interfaces: [0, 1].map((n) => ({ name: `em${n}`, mac: ownMac(n), ip: [`10.0.${n}.1/24`], cpu: n })),
    routes: [{ dst: "20.0.0.0/8", via: "10.0.1.2", if: "em1" }],
    arp: [{ if: "em1", ip: "10.0.1.2", mac: "02:73:00:00:00:01" }],
    sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1 },
    virtual: { traffic: [{ if: "em0", arrivals: "poisson", rate: 1_000_000, flows: 64, dstIp: "20.0.0.1", dstIps: 64, stop: "10ms" }] },
  });
  engine.run(20n * MS);
  const used = engine.results().queues.filter(({ name, takes }) => takes > 0n && /^(?:ifnet|netisr_cpu)/.test(name));
  expect(used.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^ifnet/));
  for (const { name, takes, waitless, stays } of used) {
    expect(waitless, name).toBeLessThanOrEqual(takes);
    expect(waitless === takes, name).toBe(stays === 0n);
  }
});
