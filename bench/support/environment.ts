import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** Where figures come from. */
export interface Environment {
  version: string;
  /** UTC, ISO 8601. */
  date: string;
  node: string;
  v8: string;
  cpu: string;
  cores: number;
}

export const environment = (): Environment => ({
  version: (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version,
  date: new Date().toISOString().slice(0, 19).concat("Z"),
  node: process.version,
  v8: process.versions.v8,
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
});

export const environmentLine = ({ version, date, node, v8, cpu, cores }: Environment): string =>
  `netisr ${version} · ${date} · Node ${node} (V8 ${v8}) · ${cpu}, ${cores} cores`;
