/** Simulates one system for two seconds under V8's sampling profiler; prints ns per packet, and the shares of the functions that are named in its third argument. */
import { Session } from "node:inspector/promises";
import { pathToFileURL } from "node:url";
import { DIST } from "../support/dist.ts";
import { packaged } from "../support/machine_builds.ts";
import { CALL_PACKETS, loadsOf, startRun } from "../support/machine_start.ts";
import { SYSTEMS } from "../support/machine_systems.ts";

const [wasm, name, names] = process.argv.slice(2) as [string, string, string];
const shareOf: Record<string, string> = JSON.parse(names);
const SECONDS = 2;
/** Microseconds between two samples. */
const INTERVAL = 200;

const system = SYSTEMS.get(name);
if (!system) throw new Error(`system: expected one of ${[...SYSTEMS.keys()].join("; ")}, but got ${JSON.stringify(name)}`);
const { normal } = await loadsOf(name, system);
const run = await startRun(packaged("with names", DIST, { wasm: pathToFileURL(wasm) }), name, system);
run.setRate(normal);
run.simulate(16, CALL_PACKETS);

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.setSamplingInterval", { interval: INTERVAL });
await session.post("Profiler.start");
const start = performance.now();
let packets = 0;
while (performance.now() - start < SECONDS * 1000) packets += run.simulate(1, CALL_PACKETS).carried;
const cost = ((performance.now() - start) * 1e6) / packets;
const { profile } = await session.post("Profiler.stop");

/** The share of each node of the call tree: of the nearest function with a name above it, itself included; without one, the machine's. */
const shares = new Map<number, string>();
const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
const visit = (id: number, above: string): void => {
  const { callFrame, children = [] } = nodes.get(id)!;
  const own = shareOf[callFrame.functionName] ?? above;
  shares.set(id, own);
  for (const child of children) visit(child, own);
};
visit(profile.nodes[0]!.id, "machine");

const samples = profile.samples ?? [];
const counts = Object.fromEntries(
  ["machine", ...Object.values(shareOf)].map((share) => [share, samples.filter((id) => shares.get(id) === share).length]),
);
for (const share of Object.values(shareOf)) if (!counts[share]) throw new Error(`${name}: expected samples in ${share}, but there are none`);
const text = JSON.stringify({ cost, shares: Object.fromEntries(Object.entries(counts).map(([share, count]) => [share, count / samples.length])) });
process.stdout.write(`${text}\n`);
