import { describe, expect, test } from "vitest";
import { percent, rate, time } from "../../../src/report/quantities.ts";
import { bar, cpuLines } from "../../../src/report/run_cpus.ts";
import { lockLines, lockTitle, shareLine } from "../../../src/report/run_locks.ts";
import { pollingLines } from "../../../src/report/run_polling.ts";
import type { RunLock, RunWork } from "../../../src/report/run_report.ts";
import { besides, changeLines } from "../../../src/report/run_text.ts";
import { workLines } from "../../../src/report/run_work.ts";
import type { PollingResult } from "../../../src/types.ts";
import { cpu, lock, simulated, times, US } from "./simulated.ts";

test("packets that are neither carried nor dropped are named, so that the figures add up", () => {
  const conservation = { received: 40, generated: 2, cloned: 1000, delivered: 0, forwarded: 1035, bridged: 0, dropped: 0, queued: 7, holds: true };
  const said = (more: object): string => besides(simulated({ conservation: { ...conservation, ...more } }));
  expect(said({})).toBe("besides 7 inside at the end, 1,000 came as copies (floods, fragments), 2 made by this host");
  expect(said({ generated: 0, cloned: 0, delivered: 7, queued: 0 })).toBe("besides 7 delivered to this host");
  expect(said({ generated: 0, cloned: 0, queued: 0 })).toBe("");
});

describe("CPU bars", () => {
  test("letters are shares of the time, and fill the bar whatever the rounding", () => {
    expect(bar(cpu({ Interrupt: 100n, Protocol: 300n, Ipi: 50n, BglSpin: 50n, SerializerWait: 50n, Switch: 50n }), 1000n, 20)).toBe(
      "IIPPPPPPXBLs........",
    );
    const thirds = bar(cpu({ Interrupt: 333n, Protocol: 333n, Switch: 334n }), 1000n, 10);
    expect(thirds).toBe("IIIPPPPsss");
    expect(bar(cpu({ Protocol: 1n }), 1000n, 10)).toBe("..........");
    expect(bar(cpu({}), 0n, 5)).toBe(".....");
  });

  test("up to sixteen CPUs have a bar each; more are summed up, with the busiest and the idlest", () => {
    const cpus = Array.from({ length: 17 }, (_, i) => cpu({ Protocol: BigInt(i) * 10n }));
    expect(cpuLines(simulated({ cpus: cpus.slice(0, 16) }))).toHaveLength(16);
    const lines = cpuLines(simulated({ cpus })).map((line) => line.trim().split(/\s+\S*[P.]{50}\s+|\s{2,}/)[0]);
    expect(lines).toEqual(["all 17", "CPU 16", "CPU 15", "CPU 14", "CPU 13", "...", "CPU 1", "CPU 0"]);
  });
});

describe("locks", () => {
  test("the BGL first, then those that were waited for most", () => {
    const quiet = (name: string, mean: bigint): RunLock => lock(name, 0.1, { waits: times(mean) });
    const locks = [lock("BGL", 0.5), quiet("queue em0", 1n), quiet("queue em1", 9n * US), quiet("queue em2", 0n), quiet("queue em3", 2n)];
    expect(lockLines(simulated({ locks }))).toEqual([
      "  lock       gets  waited  mean wait  mean hold    held  hand-overs",
      "  BGL         200   5.0 %    3.00 us    1.50 us  50.0 %          20",
      "  queue em1   200   5.0 %    9.00 us    1.50 us  10.0 %          20",
      "  queue em3   200   5.0 %       2 ps    1.50 us  10.0 %          20",
      "  queue em0   200   5.0 %       1 ps    1.50 us  10.0 %          20",
    ]);
    expect(lockTitle(simulated({ locks }))).toBe("Locks, simulated; 1 lock that packets waited less for is left out");
    expect(lockTitle(simulated({ locks: locks.slice(0, 4) }))).toBe("Locks, simulated");
  });

  test("what was changed of many ports at once is one line, what was changed later another", () => {
    const polled = Array.from({ length: 16 }, (_, n) => ({ time: US, what: `em${n} polling`, from: "off", to: "on" }));
    const later = [
      { time: 2n * US, what: "net.netisr.mpsafe_thread", from: 0, to: 1 },
      { time: 2n * US, what: "route 10.0.0.0/8", from: "none", to: "em1" },
      { time: 3n * US, what: "em1", from: "up", to: "down" },
      { time: 3n * US, what: "em2", from: "up", to: "down" },
    ];
    expect(changeLines([...polled, ...later])).toEqual([
      "  at 1.00 us: em0, em1, em2 and 13 more polling off -> on",
      "  at 2.00 us: net.netisr.mpsafe_thread 0 -> 1",
      "  at 2.00 us: route 10.0.0.0/8 none -> em1",
      "  at 3.00 us: em1, em2 up -> down",
    ]);
    expect(changeLines([...polled, ...later, { time: 4n * US, what: "em3", from: "up", to: "down" }]).slice(4)).toEqual(["  ... and 1 more change"]);
  });

  test("a CPU that keeps the lock is seen in the shares; one that has it alone is not worth a line", () => {
    const having = (...gets: bigint[]) =>
      simulated({ locks: [lock("BGL", 0.5, { cpus: gets.map((n, i) => ({ name: `CPU ${i}`, gets: n, hold: 0n })) })] });
    expect(shareLine(having(10n, 30n))).toBe("  BGL taken by CPU 1 75.0 %, CPU 0 25.0 %");
    expect(shareLine(having(10n))).toBeUndefined();
  });
});

describe("no line is longer than a hundred columns", () => {
  const isWithin = (lines: readonly string[]): void => {
    expect(lines.filter((line) => line.length > 100 || !line.startsWith("  ") || /^ *$/.test(line))).toEqual([]);
  };
  const LONG = "abcdefghijklmno"; // as long as names are

  test("of polling", () => {
    const counts = { ticks: 12_345, polls: 123_456, frames: 1_234_567, burst: 150, lost_polls: 1_300, stalled: 13, skipped: 1_300 };
    const lines = pollingLines(simulated({ polling: [{ cpu: 31, ...counts }] as unknown as PollingResult[] }));
    isWithin(lines);
    expect(lines.join(" ")).toContain("1,300 interfaces left out");
  });

  test("of those that had the BGL", () => {
    const threads = Array.from({ length: 6 }, (_, cpu) => ({ name: `${LONG} ${cpu + 10}.10`, gets: 1n, hold: 1000n }));
    const none = { name: "w 0", class: "user", jobs: 0n, done: 0n, refused: 0n, wait: times(0n), response: times(0n) };
    const lines = workLines(simulated({ work: [none as unknown as RunWork], locks: [lock("BGL", 0.5, { threads })] })).slice(1);
    isWithin(lines);
    expect(lines.join("\n")).toMatch(/BGL held by .* 100\.0 %, \.\.\.$/);
  });

  test("of one thread more than there is room for", () => {
    const work = Array.from({ length: 9 }, (_, cpu) => ({
      name: `w ${cpu}`,
      class: "user",
      jobs: 0n,
      done: 0n,
      refused: 0n,
      wait: times(0n),
      response: times(0n),
    }));
    expect(workLines(simulated({ work: work as unknown as RunWork[] })).at(-1)).toBe("  ... and 1 more thread");
  });

  test("of changes", () => {
    const [from, to] = [`255.255.255.254 ${LONG}`, `255.255.255.253 ${LONG}`];
    isWithin(changeLines([{ time: 12_345n * US, what: "route 255.255.255.255/32", from, to }]));
  });
});

test("quantities have three digits that matter", () => {
  expect([0n, 1n, 999n, 1000n, 12_345n, 999_600n, 1_234_567n, 50_000_000n].map(time)).toEqual([
    "0",
    "1 ps",
    "999 ps",
    "1.00 ns",
    "12.3 ns",
    "1.00 us",
    "1.23 us",
    "50.0 us",
  ]);
  expect([0, 5, 1234, 999_600, 1_488_095].map(rate)).toEqual(["0 pps", "5 pps", "1.23 kpps", "1.00 Mpps", "1.49 Mpps"]);
  expect(percent(0.12345)).toBe("12.3 %");
});
