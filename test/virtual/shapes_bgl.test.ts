import { describe, expect, test } from "vitest";
import { COST_BY_NAME, type CostInfo, presetCosts } from "../../src/costs.ts";
import type { Between, SystemOptions } from "../support/systems.ts";
import { MS, makeSystem, measure, NO_TRANSFER } from "../support/systems.ts";

// One lock for all: what CPUs with interrupts of their own carry together when they are offered more than that.

const COSTS = presetCosts("opteron-2008");
const ns = (...stages: CostInfo["name"][]): number => stages.reduce((sum, name) => sum + Number(COSTS[COST_BY_NAME.get(name)!]!) / 1000, 0);

/** Of a packet through the flow cache, locks left out. */
const FAST = ns("Service", "EtherOncpu", "IpFlow", "EtherOutput", "IfqEnqueue", "IfStart");
const LINE_TRANSFER = ns("LineTransfer");
/** Each CPU could carry 0.83 Mpps by itself. */
const OVERLOAD = 1_000_000;
const CPUS = [2, 4, 8];
/** Every message asks for the BGL, as before the mail of September 2008. */
const NOT_MPSAFE = { "net.link.ether.input_mpsafe": 0 };

const during = async (options: Omit<SystemOptions, "rate">, from = MS / 2n, to = (7n * MS) / 2n): Promise<Between> =>
  measure(await makeSystem({ rate: OVERLOAD, ...options }), from, to);

const shareOf = ({ shares, bgl }: Between, n: number): number[] => shares.slice(0, n).map(({ gets }) => gets / bgl.gets);
/** Share of the protocol CPUs' time that IPIs take. They interrupt who holds the BGL like any other. */
const ipiShare = ({ cpus, elapsed }: Between, n: number): number => cpus.slice(0, n).reduce((sum, { Ipi }) => sum + Ipi!, 0) / n / elapsed;

describe.each(CPUS)("mode 0, %i CPUs", (n) => {
  test("together they carry 1 / (work under the BGL), never more, if the lock's line moves for nothing", async () => {
    const run = await during({ n, mode: 0, as: "fast", costs: NO_TRANSFER });
    const bound = 1 / (run.bgl.hold / run.carried);
    expect(run.carried / run.elapsed).toBeLessThanOrEqual(bound);
    expect(run.carried / run.elapsed).toBeGreaterThan(0.98 * bound);
    // The hold is the packet's own work, stretched by IPIs.
    const work = run.carried * FAST * 1000;
    expect(work / (run.elapsed * (1 - ipiShare(run, n)))).toBeCloseTo(1, 2);
  });

  test("the time in which nobody has the BGL is that of its hand-overs", async () => {
    const run = await during({ n, mode: 0, as: "fast", lock: "fifo", traffic: (i) => ({ start: i * 1000 }) });
    expect(Math.abs(run.elapsed - run.bgl.hold - run.bgl.handover)).toBeLessThan(1e-6 * run.elapsed);
    expect(run.bgl.handover).toBe(run.bgl.handovers * LINE_TRANSFER * 1000);
  });
});

describe.each(CPUS)("mode 1 with messages that are not MPSAFE, %i CPUs", (n) => {
  test("fifo: equal shares; the time in which nobody has the BGL is that of a line transfer for every packet", async () => {
    // IPIs on the way of a hand-over would lengthen it.
    const run = await during({ n, mode: 1, as: "fast", lock: "fifo", sysctl: NOT_MPSAFE, costs: { IpiReceive: 0, PutLocal: 0 } });
    for (const share of shareOf(run, n)) expect(share * n).toBeCloseTo(1, 1.7);
    expect(Math.abs(run.elapsed - run.bgl.hold - run.bgl.handover)).toBeLessThan(1e-4 * run.elapsed);
    expect(run.bgl.handovers).toBeGreaterThan(0.999 * run.bgl.gets);
    expect(run.bgl.handover).toBe(run.bgl.handovers * LINE_TRANSFER * 1000);
  });

  test("random: shares within three deviations of as many lots", async () => {
    const run = await during({ n, mode: 1, as: "fast", lock: "random", sysctl: NOT_MPSAFE });
    const deviation = Math.sqrt((1 / n) * (1 - 1 / n) * run.bgl.gets) / run.bgl.gets;
    for (const share of shareOf(run, n)) expect(Math.abs(share - 1 / n)).toBeLessThan(3 * deviation);
  });

  test("cas: the monopoly of the keeper, who has it back before anybody has noticed that it was free", async () => {
    const run = await during({ n, mode: 1, as: "fast", lock: "cas", sysctl: NOT_MPSAFE });
    expect(shareOf(run, n).sort()).toEqual([...Array(n - 1).fill(0), 1]);
    expect(run.bgl.gets).toBeGreaterThan(1000);
    expect(run.bgl.handovers).toBe(0);
  });

  test("cas: a keeper who is away for longer than a line transfer is one of many", async () => {
    // ip_input is asked for behind the service loop, which takes 200 + 40 + 30 ns.
    const run = await during({ n, mode: 1, as: "slow", lock: "cas", costs: { Service: 200 } });
    const deviation = Math.sqrt((1 / n) * (1 - 1 / n) * run.bgl.gets) / run.bgl.gets;
    for (const share of shareOf(run, n)) expect(Math.abs(share - 1 / n)).toBeLessThan(3 * deviation);
  });

  test("cas: ip_input is asked for so soon that the keeper keeps it, unless a waiter comes back from an IPI in between", async () => {
    expect(ns("Service", "EtherOncpu", "NetisrRun")).toBeLessThan(LINE_TRANSFER);
    const run = await during({ n, mode: 1, as: "slow", lock: "cas" });
    expect(run.bgl.handovers).toBeLessThan(0.01 * run.bgl.gets);
    expect(Math.max(...shareOf(run, n))).toBeGreaterThan(0.5);
  });
});
