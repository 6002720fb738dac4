/** How large the module is, and where the memory of an engine goes. */
import { gzipSync } from "node:zlib";
import type { MemoryPlan } from "../src/types.ts";
import { CheckError } from "./support/checks.ts";
import { importDist } from "./support/dist.ts";
import { type StartConfig, startConfigs } from "./support/start_configs.ts";
import type { Row, Table } from "./support/table.ts";

/** The module must not become larger, compressed. */
const MAX_GZIP = 60_000;
/** Smaller regions are summed up. */
const SMALL_REGION = 4096;

export const moduleSize = (bytes: Uint8Array): Table => {
  const gzip = gzipSync(bytes, { level: 9 }).length;
  if (gzip >= MAX_GZIP) throw new CheckError(`engine.wasm: expected less than ${MAX_GZIP} bytes in gzip, but got ${gzip}`);
  const columns = [
    { key: "module", heading: "module" },
    { key: "bytes", heading: "bytes" },
    { key: "gzip", heading: "gzip -9" },
    { key: "limit", heading: "limit" },
  ];
  return { title: "Size of the module", columns, rows: [{ module: "engine.wasm", bytes: bytes.length, gzip, limit: MAX_GZIP }] };
};

/** Bytes of each region; what the plan states must be what the memory has. */
export const memory = async (): Promise<Table> => {
  const names = Object.keys(startConfigs);
  const plans = await Promise.all(names.map((name) => memoryOf(name, startConfigs[name]!())));
  const bytesOf = (region: string): Row => ({
    region,
    ...Object.fromEntries(names.map((name, i) => [name, plans[i]!.regions.find((one) => one.name === region)?.bytes ?? 0])),
  });
  const all = plans[0]!.regions.map(({ name }) => bytesOf(name));
  const isLarge = (row: Row): boolean => names.some((name) => (row[name] as number) >= SMALL_REGION);
  const large = all.filter(isLarge);
  const sumOf = (name: string): number => large.reduce((sum, row) => sum + (row[name] as number), 0);
  const totals = (region: string, of: (name: string, i: number) => number): Row => ({
    region,
    ...Object.fromEntries(names.map((name, i) => [name, of(name, i)])),
  });
  const rows = [
    ...large,
    totals("the others, and what lies between", (name, i) => plans[i]!.total - sumOf(name)),
    totals("stated in all", (_, i) => plans[i]!.total),
    totals("taken", (_, i) => plans[i]!.taken),
  ];
  const columns = [{ key: "region", heading: "bytes of region" }, ...names.map((name) => ({ key: name, heading: name }))];
  return { title: "Memory: what the plan states before it is taken, and what was taken", columns, rows };
};

const memoryOf = async (name: string, { config }: StartConfig): Promise<MemoryPlan & { taken: number }> => {
  const { createEngine } = await importDist();
  const engine = await createEngine(config);
  const { memory } = engine;
  const taken = engine.exports.memory.buffer.byteLength;
  if (taken !== memory.total) throw new CheckError(`${name}: expected ${memory.total} bytes of memory, as stated, but got ${taken}`);
  engine.dispose();
  return { ...memory, taken };
};
