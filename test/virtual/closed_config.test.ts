import { describe, expect, test } from "vitest";
import { NO_PORT } from "../../assembly/abi.ts";
import { parseIp } from "../../src/addresses.ts";
import { madeUp } from "../../src/cli/run/made_up.ts";
import { DEFAULTS } from "../../src/cli/run/options.ts";
import { resolveConfig } from "../../src/config/index.ts";
import { ConfigError } from "../../src/errors.ts";
import type { ClosedConfig, EngineConfig, TcpConfig } from "../../src/types.ts";

const configOf = (closed: Partial<ClosedConfig>[], tcp: Partial<TcpConfig>[] = [], more: Partial<EngineConfig> = {}): EngineConfig => ({
  interfaces: [1, 2].map((n) => ({ name: `em${n}`, mac: `02:00:00:00:00:0${n}` })),
  ...more,
  virtual: {
    closed: closed.map((one) => ({ if: "em1", outstanding: 1, ...one })),
    tcp: tcp.map((one) => ({ if: "em1", receiver: { if: "em2" }, ...one })),
  },
});
const virtualOf = (...given: Parameters<typeof configOf>) => resolveConfig(configOf(...given)).virtual!;

describe("what is left out", () => {
  test("of a source of requests", () => {
    expect(virtualOf([{}]).closed[0]).toEqual({
      port: 0,
      srcMac: 0x026e_6300_0000n,
      dstMac: 0x0200_0000_0001n,
      srcIp: parseIp("198.18.0.1"),
      dstIp: parseIp("198.19.0.1"),
      back: NO_PORT,
      backSrcMac: 0x026e_7200_0000n,
      backDstMac: 0x026e_6300_0000n,
      start: 0n,
      outstanding: 1,
      think: { mean: 0n, exponential: false },
      timeout: 10n ** 12n,
      bytes: 60,
      flows: 1,
      stop: 2n ** 54n,
      count: 2n ** 63n - 1n,
      service: { mean: 0n, exponential: false },
      answerBytes: 60,
    });
  });

  test("of a source of TCP", () => {
    expect(virtualOf([], [{}]).tcp[0]).toMatchObject({
      port: 0,
      back: 1,
      srcMac: 0x026e_6300_0000n,
      dstMac: 0x0200_0000_0001n,
      backSrcMac: 0x026e_7200_0001n,
      backDstMac: 0x0200_0000_0002n,
      connections: 1,
      bytes: 0,
      mss: 1460,
      rtoMin: 10n ** 12n,
      rtoMax: 60n * 10n ** 12n,
      window: 65_535,
      every: 1,
      ackDelay: 10n ** 11n,
      loss: 0,
    });
  });

  test("in a bridge the stations send to each other", () => {
    const bridges = [{ name: "bridge0", members: [{ if: "em1" }, { if: "em2" }] }];
    const { closed, tcp } = virtualOf([{ answer: { if: "em2" } }], [{}], { bridges });
    for (const one of [closed[0]!, tcp[0]!]) {
      expect([one.srcMac, one.dstMac]).toEqual([0x026e_6300_0000n, 0x026e_7200_0001n]);
      expect([one.backSrcMac, one.backDstMac]).toEqual([one.dstMac, one.srcMac]);
    }
  });
});

const refusals: [string, ...Parameters<typeof configOf>][] = [
  ["virtual.closed[0].if: expected the name of an interface", [{ if: "em9" }]],
  ["virtual.closed[1].outstanding: expected at most 65536 requests at a time in all", [{ outstanding: 65_536 }, {}]],
  ["virtual.closed[0].bytes: expected an integer from 60 to 1514", [{ bytes: 1515 }]],
  ["virtual.closed[0].stop: expected a time after `start`", [{ start: "2ms", stop: "2ms" }]],
  ["virtual.closed[0].answer.if: expected another interface than em1", [{ answer: { if: "em1" } }]],
  ["virtual.closed[0].answer.bytes: expected an integer from 60 to 1514", [{ answer: { if: "em2", bytes: 2000 } }]],
  ["virtual.tcp[1].connections: expected at most 4096 connections in all", [], [{ connections: 4096 }, {}]],
  ["virtual.tcp[0].mss: expected an integer from 64 to 1460, the largest segment that em1 accepts", [], [{ mss: 1461 }]],
  ["virtual.tcp[0].rtoMax: expected a time that is not below `rto` and `rtoMin`", [], [{ rtoMax: "10ms" }]],
  ["virtual.tcp[0].receiver.if: expected another interface than em1", [], [{ receiver: { if: "em1" } }]],
  ["virtual.tcp[0].receiver.window: expected an integer from 1460", [], [{ receiver: { if: "em2", window: 1459 } }]],
];
test.each(refusals)("%s", (message, ...given) => {
  expect(() => resolveConfig(configOf(...given))).toThrow(ConfigError);
  expect(() => resolveConfig(configOf(...given))).toThrow(message);
});

describe("a loop on whose way nothing takes time", () => {
  const free = { costs: { preset: "zero" }, interfaces: { "*": { rate: 0, delay: 0 } } } as const;
  const given = (...parts: Parameters<typeof configOf>): EngineConfig => {
    const config = configOf(...parts);
    return { ...config, virtual: { ...config.virtual, ...free } };
  };

  test("is refused if nothing ends it", () => {
    expect(() => resolveConfig(given([{}]))).toThrow("virtual.closed[0].think: expected a time above 0 (or a `count`)");
    expect(() => resolveConfig(given([], [{}]))).toThrow("virtual.tcp[0].bytes: expected a number of bytes");
  });

  test("is not, if something does", () => {
    for (const config of [given([{ think: "1ns" }]), given([{ count: 5 }]), given([], [{ bytes: 10_000 }])])
      expect(resolveConfig(config).virtual!.closed.length + resolveConfig(config).virtual!.tcp.length).toBe(1);
  });
});

test.each(["router", "bridge"] as const)("made up, a %s has users and connections from each interface to the next", (as) => {
  const system = { ...DEFAULTS, as, cpus: 3, interfaces: 3, silent: true, closed: 7, tcp: 2, think: 5_000_000n };
  const { closed, tcp, traffic } = resolveConfig(madeUp(system)).virtual!;
  expect(traffic).toEqual([]);
  expect(closed.map(({ port, outstanding, think }) => [port, outstanding, think.mean, think.exponential])).toEqual([
    [0, 3, 5_000_000n, true],
    [1, 2, 5_000_000n, true],
    [2, 2, 5_000_000n, true],
  ]);
  expect(tcp.map(({ port, back, connections }) => [port, back, connections])).toEqual([
    [0, 1, 1],
    [1, 2, 1],
  ]);
});
