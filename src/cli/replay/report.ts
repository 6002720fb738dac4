import type { ReplayReport } from "../../report/index.ts";
import type { Counters } from "../../types.ts";
import type { Output } from "../output/output.ts";
import type { Typed } from "../typed.ts";
import type { Result } from "./job.ts";
import type { Options } from "./options.ts";
import type { System } from "./system.ts";

export interface Parts {
  version: string;
  captures: string[];
  options: Options & { typed: Typed };
  system: System;
  output: Output | undefined;
  result: Result;
  exitCode: number;
}

/** The record of a replay. */
export const reportOf = ({ version, captures, options, system, output, result, exitCode }: Parts): ReplayReport => {
  const { cpus, mbufs, seed, sysctl } = system.loaded.resolved;
  const { config = null, assign, loop, outbound, set, write = null, typed } = options;
  return {
    version,
    command: "replay",
    options: {
      captures,
      config,
      as: config === null ? "bridge" : null,
      assign,
      loop,
      outbound,
      set: Object.fromEntries(set.map(({ name }) => [name, sysctl[name]!])),
      cpus: options.cpus ?? null,
      write,
      typed,
    },
    system: { cpus, mbufs, seed, sysctl },
    input: inputOf(system, result),
    output: output?.report ?? null,
    memory: result.memory,
    counters: pluggedOnly(result.counters, system),
    interrupted: result.interrupted,
    exitCode,
  };
};

const inputOf = ({ sources, assignment }: System, { first, durationNs, passes, periodNs }: Result): ReplayReport["input"] => {
  const files = sources.map((source) => ({ ...source.report, interfaces: assignment.interfacesOf(source) }));
  const total = (key: "frames" | "bytes"): number => files.reduce((sum, file) => sum + file[key], 0);
  return {
    frames: total("frames"),
    bytes: total("bytes"),
    firstNs: first ?? null,
    durationNs,
    passes,
    periodNs: periodNs ?? null,
    stations: assignment.stations(),
    files,
  };
};

/** Of a made-up bridge those ports that were never plugged in are nobody's business. */
const pluggedOnly = (counters: Counters, { loaded, unplugged }: System): Counters => {
  const names = new Set(loaded.resolved.ports.filter(({ index }) => unplugged.has(index)).map(({ name }) => name));
  return { ...counters, ports: counters.ports.filter(({ name }) => !names.has(name)) };
};
