/** One scenario on the engine or on the reference, as what can be compared: frames, counts and tables. */
import { ThreadKind } from "../../assembly/abi.ts";
import { formatIp, formatMac } from "../../src/addresses.ts";
import { resolveConfig } from "../../src/config/index.ts";
import type { Engine } from "../../src/engine.ts";
import { createReference } from "../../src/reference/index.ts";
import type { Mac } from "../../src/types.ts";
import { macToWire } from "../../src/wasm/attach.ts";
import { type Build, makeEngine } from "../support/engines.ts";
import { changeEngine, changeReference } from "./changes.ts";
import type { Scenario } from "./generate.ts";

export interface Observation {
  /** By interface, in the order in which they left: time in picoseconds, and the bytes in hexadecimal. */
  sent: string[][];
  /** Where packets came from, and how they ended if they were not dropped. */
  counts: Record<string, number>;
  /** By name of the reason; zeros left out. */
  dropped: Record<string, number>;
  /** Of the BGL, over all protocol threads. */
  locks: Record<string, number>;
  /** Addresses of each bridge, newest first. */
  bridges: string[][];
  /** Every neighbour that the reference has an entry for, with the address that is known for it. */
  arp: string[];
  flows: number;
}

const lineOf = (time: bigint, data: Uint8Array): string => `${time} ${Buffer.from(data).toString("hex")}`;
const addressLine = (mac: Mac, port: number, isStatic: boolean): string => `${formatMac(mac)} behind ${port}${isStatic ? " for ever" : ""}`;
const neighbourLine = (port: number, ip: number, mac: Mac | undefined): string => `${formatIp(ip)} on ${port}: ${mac ? formatMac(mac) : "unknown"}`;

const PROTOCOL_THREADS: readonly number[] = [ThreadKind.Netisr, ThreadKind.Tcp, ThreadKind.Udp];
/** In the order of ThreadCounter. */
const LOCK_COUNTS = ["messages", "gets", "releases", "keeps", "recursiveGets", "violations"] as const;

export interface ReferenceRun {
  observed: Observation;
  neighbours: { port: number; ip: number }[];
}

export function onReference({ config, arrivals, end }: Scenario): ReferenceRun {
  const resolved = resolveConfig(config);
  const reference = createReference(resolved);
  const sent: string[][] = resolved.ports.map(() => []);
  const portOf = (name: string) => resolved.ports.findIndex((port) => port.name === name);
  for (const { interface: port, data, time, change } of arrivals) {
    if (change) changeReference(reference, change, portOf);
    for (const frame of reference.receive(port, data, time)) sent[frame.port]!.push(lineOf(time, frame.data));
  }
  reference.advance(end);
  const { dropped, delivered, bridged, fastforwarded, forwarded, originated, ...counts } = reference.counts();
  const paths = { Delivered: delivered, Bridged: bridged, Fastforwarded: fastforwarded, Forwarded: forwarded, Originated: originated };
  const neighbours = reference.arpEntries();
  const addresses = (port: number) => reference.bridgeAddresses(port).map((entry) => addressLine(entry.mac, entry.port, entry.static));
  const observed = {
    sent,
    counts: { ...counts, ...paths },
    dropped,
    locks: { ...reference.locks() },
    bridges: resolved.bridges.map(({ port }) => addresses(port).reverse()),
    arp: neighbours.map(({ port, ip, mac }) => neighbourLine(port, ip, mac)),
    flows: reference.flows().length,
  };
  return { observed, neighbours };
}

export async function onEngine(build: Build, one: Scenario, burst: number, neighbours: ReferenceRun["neighbours"] = []): Promise<Observation> {
  const engine = await makeEngine(build, one.config, { burst });
  runScenario(engine, one);
  const observed = observe(engine, neighbours);
  engine.dispose();
  return observed;
}

/** A change comes at the time of the frame before it, even if the interface refused that frame, which by itself does not move the clock. */
export function runScenario(engine: Engine, { arrivals, end }: Scenario): void {
  let time = 0n;
  for (const arrival of arrivals) {
    if (arrival.change) {
      engine.run(time);
      changeEngine(engine, arrival.change);
    }
    engine.receive([arrival]);
    time = arrival.time;
  }
  engine.run(end);
}

export function observe(engine: Engine, neighbours: ReferenceRun["neighbours"]): Observation {
  const { exports, config } = engine;
  const counters = engine.counters();
  const sent: string[][] = config.ports.map(() => []);
  for (const { port, time, data } of engine.take()) sent[port]!.push(lineOf(time, data));
  const { received, generated, cloned, queued } = counters.conservation;
  const known = (port: number, ip: number) => macToWire(BigInt.asUintN(64, exports.arpMac(0, port, ip)));
  return {
    sent,
    counts: { received, generated, cloned, queued, ...counters.paths },
    dropped: Object.fromEntries(Object.entries(counters.drops).filter(([, count]) => count > 0)),
    locks: lockCounts(engine),
    bridges: config.bridges.map((_, number) => bridgeLines(engine, number)),
    arp: neighbours.map(({ port, ip }) => neighbourLine(port, ip, known(port, ip))),
    flows: counters.flows.reduce((sum, flows) => sum + flows, 0),
  };
}

function lockCounts({ exports, config }: Engine): Record<string, number> {
  const threads = Array.from({ length: config.cpus * 4 }, (_, thread) => thread);
  const ours = threads.filter((thread) => PROTOCOL_THREADS.includes(exports.threadKind(thread)));
  const total = (counter: number) => ours.reduce((sum, thread) => sum + Number(exports.threadCounter(thread, counter)), 0);
  return Object.fromEntries(LOCK_COUNTS.map((name, counter) => [name, total(counter)]));
}

function bridgeLines({ exports }: Engine, number: number): string[] {
  const lines: string[] = [];
  for (let entry = exports.bridgeFirst(number); entry; entry = exports.bridgeNext(number, entry))
    lines.push(addressLine(exports.bridgeMac(number, entry), exports.bridgePort(number, entry), exports.bridgeIsStatic(number, entry) !== 0));
  return lines;
}

/** The first place where two values differ, as a line for the reader; undefined if they are equal. */
export function difference(got: unknown, wanted: unknown, place = ""): string | undefined {
  if (got === wanted) return undefined;
  if (typeof got !== "object" || typeof wanted !== "object" || got === null || wanted === null) return `${place}: got ${got}, wanted ${wanted}`;
  const keys = new Set([...Object.keys(got), ...Object.keys(wanted)]);
  for (const key of keys) {
    const found = difference((got as Record<string, unknown>)[key], (wanted as Record<string, unknown>)[key], `${place}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
