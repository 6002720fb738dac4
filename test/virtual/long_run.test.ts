/** 10^9 packets through one engine with NETISR_LONG=1; else as many as take byte counters past 2^32, with the longest frames. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { LONG } from "../support/long.ts";
import type { LongOutcome, LongRun } from "./long_engine.ts";

const HOUR = 3_600_000;
const MIB = 2 ** 20;
/** NETISR_PACKETS: how many of 60 bytes in a long run, if not 10^9. */
const RUN: LongRun = LONG
  ? { packets: Number(process.env.NETISR_PACKETS ?? 1_000_000_000), bytes: 60, rate: 300_000 }
  : { packets: 3_000_000, bytes: 1514, rate: 150_000 };

const runEngine = async (run: LongRun): Promise<LongOutcome> => {
  const script = fileURLToPath(new URL("long_engine.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", "--import", "tsx", script, JSON.stringify(run)]);
  return JSON.parse(stdout);
};

describe(`${RUN.packets} packets of ${RUN.bytes} bytes`, () => {
  let all: LongOutcome;
  const packets = `${RUN.packets}`;

  beforeAll(async () => {
    all = await runEngine(RUN);
    const [first, last] = [all.resident[0]!, all.resident.at(-1)!].map((bytes) => (bytes / MIB).toFixed(0));
    console.info(`${RUN.packets} packets: ${all.seconds.toFixed(0)} s, ${first} MiB after a tenth, ${last} MiB at the end`);
  }, HOUR);

  test("memory is flat: what the process has after a tenth is what it has at the end, to 16 MiB", () => {
    expect(all.resident).toHaveLength(10);
    expect(Math.max(...all.resident) - all.resident[0]!).toBeLessThan(16 * MIB);
    expect(new Set(all.memory).size).toBe(1);
    expect(all.brokenGuards).toBe(0);
  });

  test("counters are right, those of bytes past 2^32, too", () => {
    const bytes = RUN.packets * RUN.bytes;
    if (RUN.bytes * RUN.packets > 2 ** 32) expect(all.ports[0]!.ibytes).toBeGreaterThan(2 ** 32);
    expect(all.generated).toEqual([packets, `${bytes}`]);
    expect(all.ports[0]).toEqual({ ipackets: RUN.packets, ibytes: bytes, opackets: 0, obytes: 0 });
    expect(all.ports[1]).toEqual({ ipackets: 0, ibytes: 0, opackets: RUN.packets, obytes: bytes });
    expect(all.hits + all.misses).toBe(RUN.packets);
    expect(all.misses).toBe(256);
  });

  test("every packet has ended, in one place", () => {
    expect(all.conservation).toMatchObject({ received: RUN.packets, forwarded: RUN.packets, dropped: 0, queued: 0, holds: true });
    expect(all.latency).toEqual({ count: packets, buckets: packets });
    expect(all.places).toEqual(["Ring", "Port", "Lock", "Service", "Output"].map((name) => ({ name, count: packets })));
  });

  test("the time of the CPU adds up, to the picosecond", () => {
    expect(BigInt(all.elapsed)).toBeGreaterThan((BigInt(RUN.packets) * 10n ** 12n * 9n) / (BigInt(RUN.rate) * 10n));
    expect(all.cpus).toEqual([all.elapsed]);
  });

  test("of every queue the integral of its length is the sum of the stays: it is empty again", () => {
    expect(all.queues.map(({ name }) => name)).toEqual(expect.arrayContaining(["ring em0", "output em1", "transmit em1", "udp_thread 0"]));
    for (const { puts, takes, length, integral, stays } of all.queues) expect([takes, length, integral]).toEqual([puts, "0", stays]);
    for (const name of ["ring em0", "output em1", "transmit em1", "udp_thread 0"])
      expect(all.queues.find((queue) => queue.name === name)!.puts, name).toBe(packets);
  });

  test("every lock that was got has been given back, and each hold is in its histogram", () => {
    expect(all.locks.length).toBeGreaterThan(2);
    for (const { gets, holds } of all.locks) expect(holds).toBe(gets);
  });
});
