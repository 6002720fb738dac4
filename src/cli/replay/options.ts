import type { Setting } from "../arguments.ts";
import type { AssignMode } from "../assign/index.ts";
import { Exit, Failure } from "../exit.ts";
import type { FormatName } from "../output/format.ts";

/** As the command line gives them. */
export interface Given {
  config?: string;
  as?: "bridge";
  assign: AssignMode;
  ports?: number;
  mtu?: number;
  outbound?: true;
  loop: number;
  period?: bigint;
  write?: string;
  format?: FormatName;
  comments: boolean;
  dropped?: true;
  set?: Setting[];
  cpus?: number;
  json?: true;
  quiet?: true;
}

/** Checked, and complete. */
export interface Options {
  /** Undefined: a bridge is made up. */
  config: string | undefined;
  assign: AssignMode;
  ports: number | undefined;
  mtu: number | undefined;
  outbound: boolean;
  loop: number;
  period: bigint | undefined;
  write: string | undefined;
  format: FormatName;
  comments: boolean;
  dropped: boolean;
  set: readonly Setting[];
  cpus: number | undefined;
  json: boolean;
  quiet: boolean;
}

/** @throws Failure for options that do not go together */
export const checkOptions = (given: Given): Options => {
  const { config, as, assign, ports, mtu, loop, period, write, cpus, comments } = given;
  if (config === undefined && as === undefined) throw wrong("expected -c FILE, the configuration, or --as bridge; one of them is needed");
  if (config !== undefined && as !== undefined) throw wrong("expected either -c or --as, but got both");
  if (ports !== undefined && config !== undefined) throw wrong("--ports is for --as bridge; with -c the configuration says which ports there are");
  if (mtu !== undefined && config !== undefined) throw wrong("--mtu is for --as bridge; with -c the configuration says it of each port");
  if (period !== undefined && loop === 1) throw wrong("--period is for --loop");
  const format = given.format ?? (write?.endsWith(".pcap") ? "pcap" : "pcapng");
  if (write === undefined && (given.format || given.dropped)) throw wrong(`--${given.dropped ? "dropped" : "format"} is for -w`);
  if (given.dropped && format === "pcap")
    throw wrong("--dropped needs --format pcapng: in a pcap file nothing tells what was dropped from what was sent");
  const { set = [], outbound = false, dropped = false, json = false, quiet = false } = given;
  return { config, assign, ports, mtu, outbound, loop, period, write, format, comments, dropped, set, cpus, json, quiet };
};

const wrong = (line: string): Failure => new Failure(Exit.Usage, line);
