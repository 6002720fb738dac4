import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../../src/config/index.ts";
import { ConfigError } from "../../../src/errors.ts";
import type { ResolvedWork, WorkConfig } from "../../../src/types.ts";
import { em, everything } from "./samples.ts";

const NS = 1000n;
const US = 1_000_000n;
const NO_LIMIT = 2n ** 63n - 1n;

const workOf = (...work: unknown[]): ResolvedWork[] =>
  resolveConfig({ cpus: 2, interfaces: [em(0)], virtual: { work } as { work: WorkConfig[] } }).virtual!.work;

test("an entry is a thread for each of its CPUs, as often as it says, with a name of its own", () => {
  const { work } = resolveConfig(everything()).virtual!;
  expect(work.map(({ name, cpu }) => [name, cpu])).toEqual([
    ["syscall 1.0", 1],
    ["syscall 1.1", 1],
    ["syscall 3.0", 3],
    ["syscall 3.1", 3],
    ["disk 2", 2],
    ...[0, 1, 2, 3].map((cpu) => [`sleeper ${cpu}`, cpu]),
  ]);
});

test("times are picoseconds; what is left out is filled in", () => {
  const { work } = resolveConfig(everything()).virtual!;
  expect(work[3]).toEqual({
    name: "syscall 3.1",
    cpu: 3,
    class: "user",
    closed: false,
    gap: { ps: 100n * US, exponential: false },
    outside: { ps: US, exponential: true },
    hold: { ps: 2n * US, exponential: false },
    locked: true,
    start: 1003n * US,
    early: true,
    stop: 2000n * US,
    count: 9n,
    queue: 16,
  });
  const nothing = { ps: 0n, exponential: false };
  const rest = { hold: nothing, locked: false, start: 0n, early: false, stop: 2n ** 54n, count: NO_LIMIT };
  const disk = { name: "disk 2", cpu: 2, class: "interrupt", closed: false, queue: 1024 };
  expect(work[4]).toEqual({ ...rest, ...disk, gap: { ps: 1500n * NS, exponential: true }, outside: { ps: 700n * NS, exponential: false } });
  const sleeper = { name: "sleeper 0", cpu: 0, class: "soft", closed: true, queue: 1 };
  expect(work[5]).toEqual({ ...rest, ...sleeper, gap: { ps: 1000n * US, exponential: true }, outside: { ps: NS, exponential: false } });
});

const CALL = { name: "call", class: "user", rate: 1000, work: 5 };
const { rate: _, ...RATELESS } = CALL;
const { work: __, ...WORKLESS } = CALL;

describe("refused where it stands, with what was expected", () => {
  test.each<[work: unknown[], path: string, expected: string]>([
    [[{ ...CALL, name: "0" }], "[0].name", "a name of 1 to 15 letters"],
    [[{ ...CALL, name: "ifnet" }], "[0].name", "a name that no other thread has"],
    [[CALL, CALL], "[1].name", "a name that no other thread has"],
    [[{ ...CALL, class: "system" }], "[0].class", 'one of "interrupt", "soft", "user"'],
    [[{ ...CALL, cpu: 2 }], "[0].cpu", "integers from 0 to 1, as `cpus` is 2"],
    [[{ ...CALL, cpus: [0, 2] }], "[0].cpus", "integers from 0 to 1, as `cpus` is 2"],
    [[{ ...CALL, cpus: [] }], "[0].cpus", "at least one CPU"],
    [[{ ...CALL, cpus: [1, 1] }], "[0].cpus", "each CPU once"],
    [[{ ...CALL, cpus: "both" }], "[0].cpus", '"all", or an array of CPUs'],
    [[{ ...CALL, cpu: 0, cpus: "all" }], "[0].cpus", "no `cpus` beside `cpu`"],
    [[{ ...CALL, threads: 0 }], "[0].threads", "an integer from 1 to 256"],
    [
      [
        { ...CALL, cpus: "all", threads: 128 },
        { ...CALL, name: "more" },
      ],
      "[1]",
      "at most 256 threads in all",
    ],
    [[{ ...CALL, rate: 0 }], "[0].rate", 'jobs per second from 1 to 10^9, as in 500 or "10kHz"'],
    [[{ ...CALL, rate: "10kbps" }], "[0].rate", "jobs per second"],
    [[{ ...CALL, interval: 5 }], "[0].interval", "no `interval` beside `rate`"],
    [[{ ...RATELESS, interval: "999ps" }], "[0].interval", "from 1 ns to below 2^54 ps"],
    [[{ ...CALL, think: 5 }], "[0].think", "no `think` beside `rate`"],
    [[RATELESS], "[0]", "one of rate, interval, think"],
    [[{ ...RATELESS, think: 5, arrivals: "poisson" }], "[0].arrivals", "no `arrivals` beside `think`"],
    [[{ ...RATELESS, think: 5, queue: 5 }], "[0].queue", "no `queue` beside `think`"],
    [[{ ...CALL, queue: 0 }], "[0].queue", "an integer from 1 to 1048576"],
    [[{ ...CALL, phase: 5 }], "[0].phase", 'no phase, unless `arrivals` is "constant"'],
    [[{ ...CALL, start: 5, stop: 5 }], "[0].stop", "a time after `start`"],
    [[{ ...CALL, hold: 5 }], "[0].hold", "no `hold` beside `work`"],
    [[{ ...CALL, lock: "bgl" }], "[0].lock", "no `lock` beside `work`"],
    [[{ ...WORKLESS, lock: "serializer", hold: 5 }], "[0].lock", 'one of "bgl"'],
    [[{ ...WORKLESS, lock: "bgl" }], "[0]", "`hold`: how long a job takes"],
    [[{ ...WORKLESS, outside: 5 }], "[0]", "`hold`: how long a job takes"],
    [[WORKLESS], "[0]", "`work`, or `hold`: how long a job takes"],
    [[{ ...CALL, work: "2s" }], "[0].work", 'nanoseconds (a number), or text as in "20us", up to 1 s'],
    [[{ ...CALL, work: { value: 5 } }], "[0].work.law", 'one of "constant", "exponential"'],
    [[{ ...RATELESS, think: 0, work: 0 }], "[0].think", "a time above 0, as the jobs take none"],
    [[{ ...CALL, speed: 5 }], "[0].speed", "a known key"],
  ])("%j: %s, %s", (work, path, expected) => {
    expect.assertions(2);
    try {
      workOf(...work);
    } catch (error) {
      expect((error as ConfigError).path).toBe(`virtual.work${path}`);
      expect((error as ConfigError).expected).toContain(expected);
    }
  });

  test("it is a ConfigError", () => {
    expect(() => workOf({ ...CALL, cpu: 5 })).toThrow(ConfigError);
  });
});

test("as many threads as there may be", () => {
  expect(workOf({ ...CALL, cpus: "all", threads: 128 })).toHaveLength(256);
});
