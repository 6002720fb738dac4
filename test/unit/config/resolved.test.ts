import { expect, test } from "vitest";
import { parseMac } from "../../../src/addresses.ts";
import { resolveConfig } from "../../../src/config/index.ts";
import { KNOBS } from "../../../src/knobs.ts";
import type { EngineConfig, ResolvedConfig } from "../../../src/types.ts";
import { em, everything } from "./samples.ts";

const portNamed = (config: ResolvedConfig, name: string) => config.ports.find((port) => port.name === name)!;

test("a configuration of one interface is completed with the documented defaults", () => {
  const resolved = resolveConfig({ interfaces: [em(1)] });
  expect(resolved).toEqual({
    cpus: 1,
    mbufs: 2048,
    seed: 1,
    ports: [
      {
        index: 0,
        kind: "interface",
        name: "em1",
        mac: 0x020000000001n,
        ip: [],
        mtu: 1500,
        receiveMtu: 1500,
        cpu: 0,
        promisc: false,
        mpsafe: true,
        rss: false,
        up: true,
        monitor: false,
        noarp: false,
        staticarp: false,
        rxRing: 64,
        txRing: 256,
        queue: 50,
        parent: 255,
        vid: 0,
      },
    ],
    bridges: [],
    routes: [],
    arp: [],
    sysctl: Object.fromEntries(Object.values(KNOBS).map((knob) => [knob.name, knob.default])),
    handlers: Object.fromEntries(["ip", "arp", "ipv6", "ipx", "ns", "aarp", "atalk1", "atalk2", "mpls"].map((name) => [name, { mpsafe: false }])),
    limits: { routes: 16, arp: 16, input: 131_072, output: 131_072 },
  });
});

test("a bridge and its members are completed with the documented defaults", () => {
  const resolved = resolveConfig({ interfaces: [em(1)], bridges: [{ name: "bridge0", members: [{ if: "em1" }] }] });
  expect(resolved.ports[1]).toMatchObject({
    kind: "bridge",
    mac: 0n,
    ip: [],
    mtu: 1500,
    receiveMtu: 1500,
    cpu: 0,
    promisc: false,
    up: true,
    monitor: false,
  });
  const member = { port: 0, learning: true, discover: true, stp: "none", span: false };
  expect(resolved.bridges).toEqual([{ port: 1, members: [member], maxaddr: 100, timeout: 1200, static: [], key: 0 }]);
});

test("ports are numbered interfaces first, then vlans, then bridges, wherever they stand in the document", () => {
  const { interfaces, bridges, vlans, ...rest } = everything();
  const { ports } = resolveConfig({ bridges, vlans, ...rest, interfaces });
  expect(ports.map(({ name }) => name)).toEqual(["em1", "em2", "em3", "vlan5", "vlan6", "bridge0"]);
  expect(ports.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(ports.map(({ kind }) => kind)).toEqual(["interface", "interface", "interface", "vlan", "vlan", "bridge"]);
});

test("every value of an interface reaches its port", () => {
  const [given] = everything().interfaces;
  const ip = [
    { address: 0xc0000201, length: 24 },
    { address: 0xc6336401, length: 25 },
  ];
  expect(resolveConfig(everything()).ports[0]).toEqual({ ...given, mac: parseMac(given!.mac), ip, index: 0, kind: "interface", parent: 255, vid: 0 });
});

test("a vlan is as its parent in what it has no key for, but does not monitor", () => {
  const resolved = resolveConfig(everything());
  const { index: parent, ...em1 } = portNamed(resolved, "em1");
  const own = { index: 4, kind: "vlan", name: "vlan6", ip: [], mtu: 9000, receiveMtu: 9216, up: false, monitor: false, parent, vid: 6 };
  expect(portNamed(resolved, "vlan6")).toEqual({ ...em1, ...own });
});

test("a vlan accepts packets as large as its parent does, or as it sends itself", () => {
  const resolved = resolveConfig(everything());
  expect(portNamed(resolved, "vlan5")).toMatchObject({ mtu: 9400, receiveMtu: 9400, up: true });
  expect(portNamed(resolved, "vlan6")).toMatchObject({ mtu: 9000, receiveMtu: 9216 });
});

test("every value of a bridge reaches it", () => {
  const resolved = resolveConfig(everything());
  const members = [
    { port: 1, learning: false, discover: false, stp: "forwarding", span: false },
    { port: 2, learning: true, discover: true, stp: "none", span: true },
  ];
  const table = { maxaddr: 10, timeout: 60, static: [{ mac: 0x020000000200n, port: 1 }], key: 0xffff_ffff };
  expect(resolved.bridges).toEqual([{ port: 5, members, ...table }]);
  expect(resolved.ports[5]).toMatchObject({ mac: 0x020000000100n, ip: [{ address: 0xcb007101, length: 29 }], mtu: 1400, up: false, monitor: true });
});

test("routes, ARP entries, knobs, handlers and limits reach the resolved configuration", () => {
  const resolved = resolveConfig(everything());
  expect(resolved).toMatchObject({ cpus: 4, mbufs: 4096, seed: 7, handlers: { ip: { mpsafe: true }, arp: { mpsafe: false } } });
  expect(resolved.routes).toEqual([
    { dst: { address: 0, length: 0 }, via: 0xc00002fe, port: 0 },
    { dst: { address: 0x0a090000, length: 16 }, via: undefined, port: 3 },
    { dst: { address: 0x0a080000, length: 16 }, via: 0xac100001, port: 1 },
  ]);
  expect(resolved.arp).toEqual([{ port: 0, ip: 0xc00002fe, mac: 0x020000000300n }]);
  expect(resolved.sysctl).toMatchObject({ "net.inet.ip.forwarding": 1, "net.inet.udp.mpsafe_thread": -1, "net.inet.ip.redirect": 1 });
  expect(resolved.limits).toEqual({ routes: 100, arp: 1024, input: 69_632, output: 2 ** 30 });
});

test("a route without `if` leaves by the smallest subnet that its gateway is in, of two equal ones by the first port's", () => {
  const portOf = (...subnets: string[]) => {
    const interfaces = subnets.map((subnet, i) => em(i, { ip: [subnet] }));
    return resolveConfig({ interfaces, routes: [{ dst: "default", via: "10.1.2.3" }] }).routes[0]!.port;
  };
  expect(portOf("10.0.0.1/8", "10.1.2.1/24", "10.1.0.1/16")).toBe(1);
  expect(portOf("10.1.2.1/24", "10.1.2.2/24")).toBe(0);
  expect(portOf("172.16.0.1/12", "192.0.2.1/0")).toBe(1);
});

test("tables grow with what the configuration puts into them, the ARP table to a power of two", () => {
  const routes = Array.from({ length: 1100 }, (_, i) => ({ dst: `10.${i >> 8}.${i & 255}.0/24`, if: "em1" }));
  const arp = Array.from({ length: 449 }, (_, i) => ({ if: "em1", ip: `10.0.${i >> 8}.${i & 255}`, mac: "02:00:00:00:03:00" }));
  const { limits } = resolveConfig({ interfaces: [em(1, { ip: ["192.0.2.1/24", "198.51.100.1/24"] })], routes, arp });
  expect(limits).toMatchObject({ routes: 1100 + 2 + 16, arp: 1024 });
});

test("an engine without IP has the smallest tables; one address, route or ARP entry gives the usual ones", () => {
  const limitsWith = (more: Partial<EngineConfig>) => resolveConfig({ interfaces: [em(1)], ...more }).limits;
  const arp = Array.from({ length: 17 }, (_, i) => ({ if: "em1", ip: `10.0.0.${i}`, mac: "02:00:00:00:03:00" }));
  expect(limitsWith({})).toMatchObject({ routes: 16, arp: 16 });
  expect(limitsWith({ interfaces: [em(1, { ip: ["192.0.2.1/24"] })] })).toMatchObject({ routes: 1024, arp: 512 });
  expect(limitsWith({ routes: [{ dst: "default", if: "em1" }] })).toMatchObject({ routes: 1024, arp: 512 });
  expect(limitsWith({ arp })).toMatchObject({ routes: 1024, arp: 512 });
});

test("limits of exactly what the configuration needs are accepted", () => {
  const arp = Array.from({ length: 16 }, (_, i) => ({ if: "em1", ip: `10.0.0.${i}`, mac: "02:00:00:00:03:00" }));
  const config = { interfaces: [em(1, { ip: ["192.0.2.1/24"] })], routes: [{ dst: "default", if: "em1" }], arp, limits: { routes: 2, arp: 16 } };
  expect(resolveConfig(config).limits).toMatchObject({ routes: 2, arp: 16 });
});

test("minus zero is zero", () => {
  expect(resolveConfig({ interfaces: [], seed: -0 }).seed).toBe(0);
});

test("both ends of a /31, and a /32, are hosts", () => {
  const resolved = resolveConfig({ interfaces: [em(1, { ip: ["192.0.2.0/31", "192.0.2.3/31", "192.0.2.9/32"] })] });
  expect(resolved.ports[0]!.ip.map(({ length }) => length)).toEqual([31, 31, 32]);
});

test("255 ports are accepted, a bridge may be empty, and a key may hold undefined", () => {
  const interfaces = Array.from({ length: 254 }, (_, i) => em(i + 1, { mtu: undefined as unknown as number }));
  const resolved = resolveConfig({ interfaces, bridges: [{ name: "bridge0", members: [] }], limits: undefined });
  expect(resolved.ports).toHaveLength(255);
  expect(resolved.ports[0]!.mtu).toBe(1500);
});

test("the given object is neither changed nor kept", () => {
  const given = everything();
  const resolved = resolveConfig(given);
  expect(given).toEqual(everything());
  resolved.sysctl["net.inet.ip.forwarding"] = 0;
  resolved.ports[0]!.ip.pop();
  expect(given).toEqual(everything());
  expect(resolveConfig({ interfaces: [] }).handlers).not.toBe(resolveConfig({ interfaces: [] }).handlers);
});
