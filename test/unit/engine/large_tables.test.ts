/** Tables so large that the instant machine reads ahead for a burst: what comes out is what the tables say, whatever the burst. */
import { describe, expect, test } from "vitest";
import { makeEngine } from "../../support/engines.ts";
import { BROADCAST, frame, station } from "../../support/frames.ts";
import { ipFrame } from "../../support/packets.ts";

const ports = [0, 1, 2].map((n) => ({ name: `em${n}`, mac: `02:00:00:00:00:0${n + 1}` }));
const BUILDS = ["debug", "release"] as const;
const BURSTS = [1, 64, 256];

describe.each(BUILDS)("%s", (build) => {
  test.each(BURSTS)(
    "6,000 routes, bursts of %i: packets of known and unknown prefixes, longer ones and frames of other kinds between them",
    async (burst) => {
      const prefixOf = (n: number): string => `${20 + (n >> 8)}.${n & 255}`;
      const wayOf = (n: number): number => 1 + (n % 2);
      const routes = Array.from({ length: 3000 }, (_, n) => [
        { dst: `${prefixOf(n)}.7.0/24`, via: `10.0.${wayOf(n)}.9` },
        { dst: `${prefixOf(n)}.7.128/25`, via: `10.0.${3 - wayOf(n)}.9` },
      ]).flat();
      const engine = await makeEngine(
        build,
        {
          interfaces: ports.map((port, n) => ({ ...port, ip: [`10.0.${n}.1/24`] })),
          arp: [1, 2].map((n) => ({ if: `em${n}`, ip: `10.0.${n}.9`, mac: station(n) })),
          routes,
          limits: { routes: 6100 },
          sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 0 },
        },
        { burst },
      );
      const numbers = Array.from({ length: 500 }, (_, i) => (i * 1187) % 3000);
      const packet = (dst: string) => ({ interface: "em0", data: ipFrame({ dst: ports[0]!.mac, src: station(3) }, { src: "10.0.0.9", dst }) });
      const arrivals = numbers.flatMap((n, i) => [
        packet(`${prefixOf(n)}.7.${i % 128}`),
        packet(`${prefixOf(n)}.7.${128 + (i % 128)}`),
        packet(`${prefixOf(n)}.8.1`),
        { interface: "em0", data: frame({ dst: BROADCAST, src: station(3) }) },
      ]);
      engine.receive(arrivals);
      engine.run();
      const sent = engine.take().filter(({ port }) => port !== 0);
      expect(sent.map(({ port }) => port)).toEqual(numbers.flatMap((n) => [wayOf(n), 3 - wayOf(n)]));
      expect(engine.counters().drops.NoRoute).toBe(500);
    },
  );

  test.each(BURSTS)("12,000 stations, bursts of %i: each frame goes where its station is, unknown ones everywhere", async (burst) => {
    const engine = await makeEngine(
      build,
      { interfaces: ports, bridges: [{ name: "bridge0", maxaddr: 12_000, members: ports.map(({ name }) => ({ if: name })) }] },
      { burst },
    );
    const at = (n: number): number => n % 3;
    const mac = (n: number): string => `02:73:00:00:${(n >> 8).toString(16).padStart(2, "0")}:${(n & 255).toString(16).padStart(2, "0")}`;
    engine.receive(Array.from({ length: 12_000 }, (_, n) => ({ interface: `em${at(n)}`, data: frame({ dst: BROADCAST, src: mac(n) }) })));
    engine.run();
    engine.take();
    const pairs = Array.from({ length: 1000 }, (_, i) => [(i * 7919) % 12_000, (i * 104_729 + 1) % 12_500] as const).filter(
      ([from, to]) => at(from) !== at(to),
    );
    engine.receive(pairs.map(([from, to]) => ({ interface: `em${at(from)}`, data: frame({ dst: mac(to), src: mac(from) }) })));
    engine.run();
    const expected = pairs.flatMap(([from, to]) => (to < 12_000 ? [at(to)] : [0, 1, 2].filter((port) => port !== at(from))));
    expect(engine.take().map(({ port }) => port)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(600);
  });
});
