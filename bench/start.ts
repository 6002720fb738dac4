/** How long until the first packet has left. Module and memory: start_memory.ts. */
import { readFile } from "node:fs/promises";
import { memory, moduleSize } from "./start_memory.ts";
import type { FreshStart } from "./start_process.ts";
import type { Bench } from "./support/bench.ts";
import { inChild } from "./support/child.ts";
import { importDist, MODULE } from "./support/dist.ts";
import { firstPacket } from "./support/start.ts";
import { type StartConfig, startConfigs } from "./support/start_configs.ts";
import { spreadOf } from "./support/statistics.ts";
import type { Column, Row, Table } from "./support/table.ts";

const STARTS = 25;
const QUICK_STARTS = 5;
/** For a system that takes seconds. */
const SLOW_STARTS = 5;
/** Milliseconds from createEngine to the first packet: below this. */
const BAR = 10;

export const start: Bench = async ({ quick, say }) => {
  const starts = quick ? QUICK_STARTS : STARTS;
  const bytes = await readFile(MODULE);
  say("start: time");
  const times = await startTimes(bytes, starts);
  say("start: memory");
  return [times, moduleSize(bytes), await memory()];
};

const isSlow = ({ config }: StartConfig): boolean => (config.routes?.length ?? 0) > 100_000;

const TIME_COLUMNS: readonly Column[] = [
  { key: "config", heading: "system" },
  { key: "way", heading: "way" },
  { key: "median", heading: "ms to the first packet", digits: 2 },
  { key: "q1", heading: "q1", digits: 2 },
  { key: "q3", heading: "q3", digits: 2 },
  { key: "underBar", heading: `under ${BAR} ms` },
  { key: "samples", heading: "engines" },
];

const startTimes = async (bytes: Uint8Array<ArrayBuffer>, starts: number): Promise<Table> => {
  const { createEngine } = await importDist();
  const module = await WebAssembly.compile(bytes);
  const rows: Row[] = [];
  for (const [config, make] of Object.entries(startConfigs)) {
    const system = make();
    const fresh: number[] = [];
    const compiled: number[] = [];
    const reused: number[] = [];
    const inProcess = async (wasm: WebAssembly.Module | Uint8Array<ArrayBuffer>): Promise<number> =>
      firstPacket(createEngine, system.config, system.input, { wasm });
    for (let i = 0; i < (isSlow(system) ? SLOW_STARTS : starts); i++) {
      fresh.push((await inChild<FreshStart>("start_process", config)).firstPacket);
      compiled.push(await inProcess(bytes));
      reused.push(await inProcess(module));
    }
    const row = (way: string, values: readonly number[]): Row => {
      const spread = spreadOf(values);
      return { config, way, ...spread, underBar: spread.median < BAR };
    };
    rows.push(row("new process, after import", fresh), row("module compiled again", compiled), row("compiled module reused", reused));
  }
  return { title: "From createEngine to the first packet sent (measured)", columns: TIME_COLUMNS, rows };
};
