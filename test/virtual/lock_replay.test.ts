/**
 * Traces of loaded systems, read lock by lock: nobody gets what another has or leaves what he has not, and a thread of mode 0 works on a packet only while
 * its CPU has the BGL, though it loses that whenever it sleeps for another lock.
 */
import { expect, test } from "vitest";
import type { EngineConfig, TraceRecord, TrafficConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { ownMac, station } from "../support/frames.ts";
import { brokenIdentities } from "../support/identities.ts";
import { drawn } from "../support/kernel_work.ts";
import { MS } from "../support/systems.ts";

const CPUS = 4;
const LOCKS = ["cas", "fifo", "random"] as const;
const numbers = Array.from({ length: CPUS }, (_, n) => n);

/** All send to em0, UDP in mode 0 and TCP in mode 2, and each CPU has other work under the BGL. */
const systemOf = (to: "bridge" | "router", lock: (typeof LOCKS)[number]): EngineConfig => {
  const interfaces = numbers.map((n) => ({ name: `em${n}`, mac: ownMac(n), cpu: n, ...(to === "router" && { ip: [`10.0.${n}.1/24`] }) }));
  const traffic = numbers.map((n): TrafficConfig => {
    const ends = to === "bridge" ? { srcMac: station(n), dstMac: station(0) } : { srcMac: station(n) };
    return {
      if: `em${n}`,
      arrivals: "poisson",
      rate: 150_000,
      flows: 40,
      protocols: { udp: 1, tcp: 1 },
      srcIp: `10.0.${n}.9`,
      dstIp: "10.0.0.9",
      ...ends,
    };
  });
  return {
    cpus: CPUS,
    interfaces,
    ...(to === "bridge"
      ? {
          bridges: [
            {
              name: "bridge0",
              members: interfaces.map(({ name }) => ({ if: name })),
              static: numbers.map((n) => ({ mac: station(n), if: `em${n}` })),
            },
          ],
        }
      : { arp: numbers.map((n) => ({ if: `em${n}`, ip: `10.0.${n}.9`, mac: station(n) })) }),
    sysctl: {
      "net.inet.udp.mpsafe_thread": 0,
      "net.inet.tcp.mpsafe_thread": 2,
      "net.inet.ip.forwarding": 1,
      "net.inet.ip.fastforwarding": 1,
    },
    virtual: {
      lock,
      traffic,
      costs: { set: { AdaptiveSpin: 100 } },
      interfaces: { "*": { delay: 0 } },
      work: [{ name: "call", cpus: "all", class: "user", rate: 20_000, hold: drawn(5) }],
    },
  };
};

interface Replay {
  wrong: string[];
  /** Threads that slept for a lock, lost the BGL meanwhile, and had both again. */
  slept: number;
}

const replay = (records: TraceRecord[]): Replay => {
  const owners = new Map<string, { thread: string; cpu: number }>();
  /** Threads of mode 0 that wait for a lock other than the BGL: whether they have lost that meanwhile. */
  const waiting = new Map<string, boolean>();
  const wrong: string[] = [];
  let slept = 0;
  for (const { time, kind, thread, cpu, what, place } of records) {
    const say = (text: string) => wrong.push(`${time}: ${thread} ${kind} ${place} ${what}: ${text}`);
    const ours = thread.startsWith("udp_thread");
    const works = (kind === "Step" && place !== "Service") || (kind === "Got" && what !== "BGL");
    if (ours && works && owners.get("BGL")?.cpu !== cpu) say("without the BGL");
    if (kind === "Wait" && ours && what !== "BGL") waiting.set(thread, false);
    if (kind === "Got") {
      if (owners.has(what)) say(`${owners.get(what)!.thread} has it`);
      owners.set(what, { thread, cpu });
      if (what !== "BGL" && waiting.get(thread)) slept++;
      if (what !== "BGL") waiting.delete(thread);
    }
    if (kind === "Left") {
      if (owners.get(what)?.thread !== thread) say("has not got it");
      owners.delete(what);
      if (what === "BGL" && waiting.has(thread)) waiting.set(thread, true);
    }
  }
  return { wrong, slept };
};

test.each(LOCKS.flatMap((lock) => (["bridge", "router"] as const).map((to) => [to, lock] as const)))("%s, %s", async (to, lock) => {
  const engine = await makeEngine("virtual", systemOf(to, lock), { collect: false, trace: { from: 0n, records: 1 << 18 } });
  engine.run(8n * MS);
  const { records, lost } = engine.trace();
  expect(lost).toBe(0);
  expect(brokenIdentities(engine)).toEqual([]);
  const { wrong, slept } = replay(records);
  expect(wrong).toEqual([]);
  expect(slept).toBeGreaterThan(80);
});
