/** What is kept in golden.json, and the runs that make it. */
import { readFileSync } from "node:fs";
import { readCapture, withoutFcs } from "../../src/capture/index.ts";
import type { Engine } from "../../src/engine.ts";
import type { Arrival, Counters, EngineConfig } from "../../src/types.ts";
import { digestOf } from "../support/digest.ts";
import { type Build, makeEngine } from "../support/engines.ts";
import { FrameStream, streamConfig } from "../support/frame_stream.ts";

/** The sum of all that was sent, and every counter that is not zero. */
export interface Golden {
  sent: string;
  counters: Record<string, number>;
}

interface Run {
  config: EngineConfig;
  arrivals: Arrival[];
}

const examples = new URL("../../examples/", import.meta.url);
const PS_PER_NS = 1000n;

/** An example's capture as it arrived, the first frame at time 0. */
const exampleOf = (name: string): Run => {
  const config = JSON.parse(readFileSync(new URL(`${name}.json`, examples), "utf8")) as EngineConfig;
  const captured = readCapture(readFileSync(new URL(`captures/${name}.pcapng`, examples)));
  const arrivals = Array.from(captured, (frame): Arrival => ({ interface: frame.interfaceName!, time: frame.time!, data: withoutFcs(frame).data }));
  const first = arrivals[0]!.time!;
  for (const arrival of arrivals) arrival.time = (arrival.time! - first) * PS_PER_NS;
  return { config, arrivals };
};

const FRAMES = 5000;
const streamOf = (seed: number, cpus: number): Run => ({ config: streamConfig(cpus), arrivals: new FrameStream(seed).take(FRAMES) });

const RUNS: Record<string, () => Run> = {
  "bridge.pcapng on 1 CPU": () => exampleOf("bridge"),
  "router.pcapng on 1 CPU": () => exampleOf("router"),
  "bridge.pcapng on 4 CPUs": () => onCpus(4, exampleOf("bridge")),
  "router.pcapng on 4 CPUs": () => onCpus(4, exampleOf("router")),
  "stream 11 on 1 CPU": () => streamOf(11, 1),
  "stream 11 on 4 CPUs": () => streamOf(11, 4),
  "stream 12 on 1 CPU": () => streamOf(12, 1),
  "stream 12 on 4 CPUs": () => streamOf(12, 4),
};

const onCpus = (cpus: number, { config, arrivals }: Run): Run => ({
  config: { ...config, cpus, interfaces: config.interfaces.map((port, n) => ({ ...port, cpu: n % cpus })) },
  arrivals,
});

/** Modes of the lock: BGL, adaptive, none. */
const MODES = [0, 1, 2];

export const ENTRIES: readonly { name: string; run: string; mode: number }[] = Object.keys(RUNS).flatMap((run) =>
  MODES.map((mode) => ({ name: `${run}, mode ${mode}`, run, mode })),
);

export const makeGolden = async (build: Build, run: string, mode: number): Promise<Golden> => {
  const { config, arrivals } = RUNS[run]!();
  const engine: Engine = await makeEngine(build, { ...config, sysctl: { ...config.sysctl, "net.netisr.mpsafe_thread": mode } });
  engine.receive(arrivals);
  engine.run();
  const golden = { sent: digestOf(engine.take()), counters: flat(engine.counters()) };
  engine.dispose();
  return golden;
};

/** Counters by dotted names. */
const flat = ({ now, stats, drops, paths, locks, flows, bridges, threads, ports }: Counters): Record<string, number> => {
  const groups: Record<string, Record<string, number>> = { stats, drops, paths, locks };
  for (const { name, cpu: _cpu, ...counts } of threads) groups[name] = counts;
  for (const { name, counters } of ports) groups[name] = counters;
  for (const { name, addresses } of bridges) groups[`bridge ${name}`] = { addresses };
  groups.engine = { nanoseconds: Number(now / PS_PER_NS), flows: flows.reduce((total, n) => total + n, 0) };
  const entries = Object.entries(groups).flatMap(([group, counts]) =>
    Object.entries(counts).map(([name, n]): [string, number] => [`${group}.${name}`, n]),
  );
  return Object.fromEntries(entries.filter(([, n]) => n !== 0));
};

/** What is different, a line each. */
export const differences = (name: string, kept: Golden | undefined, made: Golden): string[] => {
  if (!kept) return [`${name}: not in golden.json`];
  const names = [...new Set([...Object.keys(kept.counters), ...Object.keys(made.counters)])];
  const lines = names
    .map((counter) => [counter, kept.counters[counter] ?? 0, made.counters[counter] ?? 0] as const)
    .filter(([, before, after]) => before !== after)
    .map(([counter, before, after]) => `${name}: ${counter} was ${before}, is ${after}`);
  return kept.sent === made.sent ? lines : [`${name}: the frames sent are not the same`, ...lines];
};
