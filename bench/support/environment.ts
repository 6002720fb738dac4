import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";

/** Where figures come from. */
export interface Environment {
  version: string;
  /** UTC, ISO 8601. */
  date: string;
  node: string;
  v8: string;
  cpu: string;
  cores: number;
  /** What else the machine did when the run began: processes that ran or wanted to, on average over a minute. */
  load: number;
}

export const environment = (): Environment => ({
  version: (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version,
  date: new Date().toISOString().slice(0, 19).concat("Z"),
  node: process.version,
  v8: process.versions.v8,
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  load: loadavg()[0]!,
});

/** Load above which other work takes time from what is measured. */
const QUIET = 0.5;

export const environmentLine = ({ version, date, node, v8, cpu, cores, load }: Environment): string =>
  [
    `netisr ${version} · ${date} · Node ${node} (V8 ${v8}) · ${cpu}, ${cores} cores`,
    ...(load > QUIET ? [`Other work ran beside: load ${load.toFixed(1)} at the start. Only ratios of one run mean something.`] : []),
  ].join("\n");
