/** One scenario on the engine or on the reference, as what can be compared: frames, counts and tables. */
import { ThreadKind } from "../../assembly/abi.ts";
import { resolveConfig } from "../../src/config/index.ts";
import type { Engine } from "../../src/engine.ts";
import { createReference } from "../../src/reference/index.ts";
import type { Mac } from "../../src/types.ts";
import { macToWire } from "../../src/wasm/attach.ts";
import { type Build, makeEngine } from "../support/engines.ts";
import type { Scenario } from "./generate.ts";

/** A frame that left: when, in picoseconds, and its bytes in hexadecimal. */
export type Line = string;

export interface Observation {
  /** By interface, in the order in which they left. */
  sent: Line[][];
  counts: Record<string, number>;
  /** By name; zeros left out. */
  dropped: Record<string, number>;
  /** Of the BGL, over all protocol threads. */
  locks: Record<string, number>;
  /** Addresses of each bridge, newest first. */
  bridges: string[][];
  /** Neighbours that the host knows, of those that it asked or was told. */
  arp: string[];
  flows: number;
}

const lineOf = (time: bigint, data: Uint8Array): Line => `${time} ${Buffer.from(data).toString("hex")}`;

const PROTOCOL_THREADS: readonly number[] = [ThreadKind.Netisr, ThreadKind.Tcp, ThreadKind.Udp];
const LOCK_COUNTS = ["messages", "gets", "releases", "keeps", "recursiveGets", "violations"] as const;

export async function onEngine(build: Build, { config, arrivals, end }: Scenario, burst: number): Promise<{ engine: Engine; observed: Observation }> {
  const engine = await makeEngine(build, config, { burst });
  engine.receive(arrivals);
  engine.run(end);
  return { engine, observed: observe(engine) };
}

function observe(engine: Engine): Observation {
  const { exports, config } = engine;
  const counters = engine.counters();
  const sent: Line[][] = config.ports.map(() => []);
  for (const { port, time, data } of engine.take()) sent[port]!.push(lineOf(time, data));
  const { received, generated, cloned, queued } = counters.conservation;
  const locks: Record<string, number> = Object.fromEntries(LOCK_COUNTS.map((name) => [name, 0]));
  for (let thread = 0; thread < config.cpus * 4; thread++)
    if (PROTOCOL_THREADS.includes(exports.threadKind(thread)))
      LOCK_COUNTS.forEach((name, index) => {
        locks[name]! += Number(exports.threadCounter(thread, index));
      });
  return {
    sent,
    counts: { received, generated, cloned, queued, ...counters.paths },
    dropped: Object.fromEntries(Object.entries(counters.drops).filter(([, count]) => count > 0)),
    locks,
    bridges: config.bridges.map((_, number) => bridgeLines(engine, number)),
    arp: [],
    flows: counters.flows.reduce((sum, flows) => sum + flows, 0),
  };
}

function bridgeLines({ exports }: Engine, number: number): string[] {
  const lines: string[] = [];
  for (let entry = exports.bridgeFirst(number); entry; entry = exports.bridgeNext(number, entry))
    lines.push(addressLine(exports.bridgeMac(number, entry), exports.bridgePort(number, entry), exports.bridgeIsStatic(number, entry) !== 0));
  return lines;
}

const addressLine = (mac: Mac, port: number, isStatic: boolean): string => `${mac.toString(16)} behind ${port}${isStatic ? " for ever" : ""}`;

/** With an engine, which has run the same scenario, the neighbours that the reference knows are looked up there as well. */
export function onReference({ config, arrivals, end }: Scenario): Observation & { known: { port: number; ip: number; mac: Mac }[] } {
  const resolved = resolveConfig(config);
  const reference = createReference(resolved);
  const sent: Line[][] = resolved.ports.map(() => []);
  for (const { interface: port, data, time } of arrivals)
    for (const frame of reference.receive(port, data, time)) sent[frame.port]!.push(lineOf(time, frame.data));
  reference.advance(end);
  const { received, generated, cloned, queued, dropped, delivered, bridged, fastforwarded, forwarded, originated } = reference.counts();
  const paths = { Delivered: delivered, Bridged: bridged, Fastforwarded: fastforwarded, Forwarded: forwarded, Originated: originated };
  return {
    sent,
    counts: { received, generated, cloned, queued, ...paths },
    dropped,
    locks: { ...reference.locks() },
    bridges: resolved.bridges.map(({ port }) =>
      reference
        .bridgeAddresses(port)
        .reverse()
        .map((entry) => addressLine(entry.mac, entry.port, entry.static)),
    ),
    arp: [],
    flows: reference.flows().length,
    known: reference.arpEntries().flatMap(({ port, ip, mac }) => (mac === undefined ? [] : [{ port, ip, mac }])),
  };
}

/** The neighbours in `known` as CPU 0 of an engine has them. */
export const knownTo = ({ exports }: Engine, known: { port: number; ip: number }[]): Mac[] =>
  known.map(({ port, ip }) => macToWire(BigInt.asUintN(64, exports.arpMac(0, port, ip))));
