import { expect, test } from "vitest";
import { parseIp, parseMac, prefixContains } from "../../../src/addresses.ts";
import { madeUp } from "../../../src/cli/run/made_up.ts";
import { DEFAULTS, type MadeUp } from "../../../src/cli/run/options.ts";
import { resolveConfig } from "../../../src/config/index.ts";

const system = (more: Partial<MadeUp>): MadeUp => ({ ...DEFAULTS, cpus: 3, interfaces: 3, flows: 7, rate: 700n, ...more });

test.each([1n, 2n, 3n, 5n, 1000n, 1_000_001n])("%i packets a second over three interfaces are as many together", (rate) => {
  const traffic = madeUp(system({ rate, flows: 256 })).virtual!.traffic!;
  expect(traffic.reduce((sum, one) => sum + Number(one.rate), 0)).toBe(Number(rate));
});

test("flows are spread over the interfaces, which are spread over the CPUs; every flow has the same rate", () => {
  const { interfaces, virtual } = madeUp(system({ cpus: 2 }));
  expect(interfaces.map(({ name, cpu }) => [name, cpu])).toEqual([
    ["em0", 0],
    ["em1", 1],
    ["em2", 0],
  ]);
  expect(virtual!.traffic!.map(({ if: name, flows, rate }) => [name, flows, rate])).toEqual([
    ["em0", 3, 300],
    ["em1", 2, 200],
    ["em2", 2, 200],
  ]);
  expect(madeUp(system({ flows: 2 })).virtual!.traffic!.map((one) => one.if)).toEqual(["em0", "em1"]);
});

test("a router's traffic goes to the network behind the next interface, whose gateway it knows", () => {
  const { routes, arp, virtual } = resolveConfig(madeUp(system({})));
  for (const { port, dstIp, dstIps, srcIp } of virtual!.traffic) {
    const towards = (ip: number) => routes.find(({ dst }) => prefixContains(dst, ip))!;
    expect(towards(dstIp).port).toBe((port + 1) % 3);
    expect(towards(dstIp + dstIps - 1).port).toBe((port + 1) % 3);
    expect(towards(srcIp).port).toBe(port);
    expect(arp).toContainEqual(expect.objectContaining({ port: (port + 1) % 3, ip: towards(dstIp).via }));
  }
});

test("a bridge knows every station of its traffic, at the interface where it is", () => {
  for (const flows of [2, 7, 300]) {
    const { bridges, virtual } = madeUp(system({ as: "bridge", flows }));
    const known = new Map(bridges![0]!.static!.map((entry) => [parseMac(entry.mac)!, entry.if]));
    expect(bridges![0]!.maxaddr).toBeGreaterThanOrEqual(known.size);
    for (const { if: name, srcMac, srcMacs, dstMac, dstMacs } of virtual!.traffic!) {
      const next = `em${(Number(name.slice(2)) + 1) % 3}`;
      for (let i = 0n; i < BigInt(srcMacs!); i++) expect(known.get(parseMac(srcMac!)! + i)).toBe(name);
      for (let i = 0n; i < BigInt(dstMacs!); i++) expect(known.get(parseMac(dstMac!)! + i)).toBe(next);
    }
  }
});

test("addresses of a router's flows differ, so that hashes spread them over the CPUs", () => {
  const [first] = madeUp(system({ flows: 300 })).virtual!.traffic!;
  expect(first).toMatchObject({ srcIps: 100, dstIps: 100 });
  expect(parseIp(first!.srcIp!)! & 255).toBe(parseIp(first!.dstIp!)! & 255);
});

test("the largest one can be resolved", () => {
  expect(resolveConfig(madeUp(system({ as: "bridge", interfaces: 64, flows: 1_048_576 }))).bridges[0]!.static).toHaveLength(1_048_576);
  expect(resolveConfig(madeUp(system({ interfaces: 64, flows: 1_048_576 }))).virtual!.traffic).toHaveLength(64);
});
