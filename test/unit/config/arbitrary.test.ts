import fc from "fast-check";
import { expect, test } from "vitest";
import { formatIp, formatMac, formatPrefix } from "../../../src/addresses.ts";
import { resolveConfig } from "../../../src/config/index.ts";
import { ConfigError } from "../../../src/errors.ts";
import { KNOBS } from "../../../src/knobs.ts";
import type { EngineConfig } from "../../../src/types.ts";
import { everything } from "./samples.ts";

const outcome = (given: unknown): "resolved" | "refused" => {
  try {
    resolveConfig(given);
    return "resolved";
  } catch (error) {
    if (error instanceof ConfigError && error.path !== "" && error.expected !== "") return "refused";
    throw error;
  }
};

/** Every place in a JSON value, as the object that holds it and its key. */
const places = (value: unknown): { holder: Record<string, unknown>; key: string }[] =>
  typeof value !== "object" || value === null
    ? []
    : Object.keys(value).flatMap((key) => {
        const holder = value as Record<string, unknown>;
        return [{ holder, key }, ...places(holder[key])];
      });

/** Junk that has keys and values of the real thing more often than chance would. */
const junk = fc.oneof(
  fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }),
  fc.jsonValue(),
  fc.constantFrom("em1", "em2", "vlan5", "bridge0", "default", "192.0.2.1", "192.0.2.0/24", "02:00:00:00:00:01", 0, -0, 5, 4095, 1e9, {}, [], true),
);

test("any value is resolved or refused with a ConfigError", () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...Object.keys(everything()), "__proto__"), junk)), (given) => {
      expect(["resolved", "refused"]).toContain(outcome(given));
    }),
    { numRuns: 300 },
  );
});

test("a configuration with junk in three places is resolved or refused with a ConfigError", () => {
  const change = fc.tuple(fc.nat(), junk);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const config = everything();
      for (const [at, value] of changes) {
        const all = places(config).filter(({ holder, key }) => Object.getOwnPropertyDescriptor(holder, key)!.writable);
        const place = all[at % Math.max(1, all.length)];
        if (place !== undefined) place.holder[place.key] = structuredClone(value);
      }
      expect(["resolved", "refused"]).toContain(outcome(config));
    }),
    { numRuns: 500 },
  );
});

/** A configuration made of parts that are right for each other by construction: numbers of ports, and small choices. */
const rightConfig = fc
  .record({
    interfaces: fc.integer({ min: 1, max: 12 }),
    vlans: fc.integer({ min: 0, max: 12 }),
    bridges: fc.integer({ min: 0, max: 4 }),
    routes: fc.integer({ min: 0, max: 20 }),
    cpus: fc.integer({ min: 1, max: 64 }),
    mtu: fc.integer({ min: 68, max: 60_000 }),
    length: fc.integer({ min: 8, max: 30 }),
    knob: fc.constantFrom(...Object.values(KNOBS)),
    pick: fc.nat({ max: 1000 }),
    keysReversed: fc.boolean(),
  })
  .map((choice): { config: EngineConfig; ports: number } => {
    const { pick, length } = choice;
    const names = Array.from({ length: choice.interfaces }, (_, i) => `em${i}`);
    const vlanNames = Array.from({ length: choice.vlans }, (_, i) => `vlan${i}`);
    const subnet = (i: number) => formatPrefix({ address: (((10 + i) << 24) >>> 0) + 1, length });
    const config: EngineConfig = {
      cpus: choice.cpus,
      interfaces: names.map((name, i) => ({
        name,
        mac: formatMac(BigInt(i + 1)),
        ip: [subnet(i)],
        mtu: choice.mtu,
        receiveMtu: choice.mtu + pick,
        cpu: (i + pick) % choice.cpus,
        promisc: pick % 2 === 0,
      })),
      vlans: vlanNames.map((name, i) => ({ name, parent: names[(i + pick) % names.length]!, vid: 1 + i, ip: [subnet(30 + i)] })),
      bridges: Array.from({ length: choice.bridges }, (_, b) => ({
        name: `bridge${b}`,
        members: [...names, ...vlanNames]
          .filter((_, i) => i % choice.bridges === b)
          .map((name, i) => ({ if: name, span: i > 0 && (i + pick) % 5 === 0 })),
      })),
      routes: Array.from({ length: choice.routes }, (_, i) => {
        const dst = `192.0.${i}.0/24`;
        const to = (i + pick) % names.length;
        return i % 2 ? { dst, via: formatIp((((10 + to) << 24) >>> 0) + 2) } : { dst, if: names[to]! };
      }),
      arp: names.map((name, i) => ({ if: name, ip: `192.168.0.${i}`, mac: "02:00:00:00:00:ff" })),
      sysctl: { [choice.knob.name]: choice.knob.min + (pick % (choice.knob.max - choice.knob.min + 1)) },
    };
    const given = choice.keysReversed ? (Object.fromEntries(Object.entries(config).reverse()) as unknown as EngineConfig) : config;
    return { config: given, ports: choice.interfaces + choice.vlans + choice.bridges };
  });

test("a configuration made of valid parts is resolved, with every name turned into its port", () => {
  fc.assert(
    fc.property(rightConfig, ({ config, ports }) => {
      const resolved = resolveConfig(config);
      expect(resolved.ports.map(({ index }) => index)).toEqual(Array.from({ length: ports }, (_, i) => i));
      const nameOf = (port: number) => resolved.ports[port]!.name;
      expect(resolved.bridges.map(({ members }) => members.map(({ port }) => nameOf(port)))).toEqual(
        config.bridges!.map(({ members }) => members.map((member) => member.if)),
      );
      expect(config.vlans!.map(({ name }) => nameOf(resolved.ports.find((port) => port.name === name)!.parent))).toEqual(
        config.vlans!.map(({ parent }) => parent),
      );
      expect(resolved.sysctl).toMatchObject(config.sysctl!);
      for (const [i, route] of config.routes!.entries()) {
        const port = resolved.ports[resolved.routes[i]!.port]!;
        if (route.if !== undefined) expect(port.name).toBe(route.if);
        else expect(route.via).toBe(formatIp(port.ip[0]!.address + 1));
      }
    }),
    { numRuns: 200 },
  );
});

test("the same configuration gives the same result whatever the order of its sections", () => {
  const forwards = everything();
  const backwards = Object.fromEntries(Object.entries(forwards).reverse());
  expect(resolveConfig(backwards)).toEqual(resolveConfig(forwards));
});
