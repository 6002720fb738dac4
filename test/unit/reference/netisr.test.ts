import { describe, expect, test } from "vitest";
import { netisrRunDecision, netmsgServiceDecision } from "../../../src/reference/index.ts";
import { bridgeLab, etherFrame, type Lab, routerLab, STATION_A, STATION_B, toRouter } from "./support.ts";

const MODE = "net.netisr.mpsafe_thread";

describe("netmsg_service decides by mode, message and what it holds", () => {
  const [keep, get, rel, pair, nothing] = ["keep", "get", "rel", "pair", "nothing"] as const;
  test.each([
    // mode, mpsafe, mplocked before, what happens
    [0, false, false, get],
    [0, true, false, get],
    [0, true, true, keep],
    [0, false, true, keep],
    [1, true, false, nothing],
    [1, true, true, rel],
    [1, false, false, pair],
    [2, true, false, nothing],
    [2, false, false, nothing],
    [2, false, true, rel],
    [7, true, false, get],
  ])("mode %i, mpsafe %s, locked %s: %s", (mode, mpsafe, mplocked, expected) => {
    const decision = netmsgServiceDecision(mode, mpsafe, mplocked);
    expect({
      get: decision.get,
      releaseBefore: decision.releaseBefore,
      releaseAfter: decision.releaseAfter,
      locked: decision.locked,
      mplocked: decision.mplocked,
    }).toEqual({
      get: expected === get || expected === pair,
      releaseBefore: expected === rel,
      releaseAfter: expected === pair,
      locked: expected === get || expected === pair || expected === keep,
      mplocked: expected === get || expected === keep,
    });
  });

  test("a lock left over from mode 0 serves the first message of mode 1 and is then given back", () => {
    expect(netmsgServiceDecision(1, false, true)).toMatchObject({ get: false, locked: true, releaseAfter: true, mplocked: false });
  });

  test("only mode 2 violates", () => {
    expect([0, 1, 2].map((mode) => netmsgServiceDecision(mode, false, false).violation)).toEqual([false, false, true]);
    expect(netmsgServiceDecision(2, true, false).violation).toBe(false);
  });

  test("the lazy policy keeps the lock until an MPSAFE message comes", () => {
    expect(netmsgServiceDecision(1, false, false, true)).toMatchObject({ get: true, releaseAfter: false, mplocked: true });
    expect(netmsgServiceDecision(1, true, true, true)).toMatchObject({ releaseBefore: true, locked: false, mplocked: false });
  });
});

test("netisr_run takes the lock for a handler that is not MPSAFE, or deepens it", () => {
  expect([netisrRunDecision(true, 0), netisrRunDecision(true, 1), netisrRunDecision(false, 0), netisrRunDecision(false, 2)]).toEqual([
    "call",
    "call",
    "get",
    "deepen",
  ]);
});

describe("what frames cost in locks", () => {
  const cost = (lab: Lab, port: number, frame: Uint8Array) => {
    const before = lab.reference.locks();
    lab.receive(port, frame);
    const after = lab.reference.locks();
    return Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - before[name as keyof typeof before]]));
  };
  const none = { gets: 0, releases: 0, keeps: 0, recursiveGets: 0, violations: 0 };

  test("known unicast over the bridge costs none, a flood one pair for each copy", () => {
    const lab = bridgeLab(4);
    expect(cost(lab, 0, etherFrame(STATION_B, STATION_A))).toEqual({ ...none, messages: 4, gets: 3, releases: 3 });
    lab.receive(1, etherFrame(STATION_A, STATION_B));
    expect(cost(lab, 0, etherFrame(STATION_B, STATION_A))).toEqual({ ...none, messages: 1 });
  });

  test("mode 0 gets the lock once for a thread and keeps it", () => {
    const lab = bridgeLab(4, [], {}, { sysctl: { [MODE]: 0 } });
    expect(cost(lab, 0, etherFrame(STATION_B, STATION_A))).toEqual({ ...none, messages: 4, gets: 1, keeps: 4 });
    expect(cost(lab, 0, etherFrame(STATION_B, STATION_A))).toEqual({ ...none, messages: 4, keeps: 4 });
  });

  test("mode 2 runs flood copies without the lock and counts the violations", () => {
    const lab = bridgeLab(3, [], {}, { sysctl: { [MODE]: 2 } });
    expect(cost(lab, 0, etherFrame(STATION_B, STATION_A))).toEqual({ ...none, messages: 3, violations: 2 });
  });

  test("the slow path costs one pair in netisr_run, the flow cache none", () => {
    const lab = routerLab(2, { "net.inet.ip.fastforwarding": 1 });
    expect(cost(lab, 0, toRouter({}))).toEqual({ ...none, messages: 1, gets: 1, releases: 1 });
    expect(cost(lab, 0, toRouter({}))).toEqual({ ...none, messages: 1 });
  });

  test("under the lock of mode 0 netisr_run only counts deeper, and mode 2 still locks there", () => {
    const lab = routerLab(2, { [MODE]: 0 });
    expect(cost(lab, 0, toRouter({}))).toEqual({ ...none, messages: 1, gets: 1, keeps: 1, recursiveGets: 1 });
    lab.reference.setKnob(MODE, 2);
    expect(cost(lab, 0, toRouter({}))).toEqual({ ...none, messages: 1, releases: 2, gets: 1 });
  });

  test("the mode of UDP's threads overrides that of all threads", () => {
    const lab = routerLab(2, { [MODE]: 0, "net.inet.udp.mpsafe_thread": 1 });
    expect(cost(lab, 0, toRouter({}))).toMatchObject({ gets: 1, releases: 1, keeps: 0 });
    expect(cost(lab, 0, toRouter({ protocol: 47 }))).toMatchObject({ gets: 1, releases: 0, keeps: 1 });
  });
});
