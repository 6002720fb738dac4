/** The C program without queues, messages, locks and counters, over the rows of a table. */
import { execFileSync } from "node:child_process";
import { type Spread, spreadOf } from "../support/statistics.ts";
import { buildNative } from "./build.ts";

export interface BareRow {
  work: "bridge" | "router";
  frames: number;
  /** Stations, or destinations. */
  flows: number;
  routes: number;
  /** Bytes between two frames. */
  stride: number;
  hugePages: boolean;
  /** Frames ahead of the one that is worked on; 0: none. */
  prefetch: number;
}

const row = (work: BareRow["work"], frames: number, rest: Partial<BareRow> = {}): BareRow => ({
  ...{ work, frames, flows: 1024, routes: 1000, stride: 2304, hugePages: false, prefetch: 0 },
  ...rest,
});

/** What the table of other systems has, then what tells cores apart: frames in flight, stride, huge pages. */
export const BARE_ROWS: readonly BareRow[] = [
  ...(["bridge", "router"] as const).flatMap((work) => [
    row(work, 4096),
    row(work, 4096, { stride: 2048 }),
    row(work, 4096, { prefetch: 16 }),
    row(work, 4096, { hugePages: true }),
    row(work, 256, { flows: 256 }),
    row(work, 16384),
    row(work, 65536),
    row(work, 65536, { hugePages: true }),
  ]),
  row("router", 4096, { routes: 500_000 }),
  row("router", 65536, { flows: 65536, routes: 500_000 }),
];

export interface BareResult {
  /** Millions of packets per second. */
  rate: Spread;
  /** Over the descriptors that come out: depends on work, frames, flows and routes only. */
  sum: number;
}

/** Runs one row. @throws Error if gcc or the program fails */
export const runBare = ({ work, frames, flows, routes, stride, hugePages, prefetch }: BareRow, samples: number): BareResult => {
  const numbers = [frames, flows, routes, stride, hugePages ? 1 : 0, prefetch, samples].map(String);
  const lines = execFileSync(buildNative("bare"), [work, ...numbers], { encoding: "utf8" })
    .trim()
    .split("\n");
  const sum = Number(lines.pop()!.split(" ")[1]);
  return { rate: spreadOf(lines.map((nanoseconds) => 1000 / Number(nanoseconds))), sum };
};
