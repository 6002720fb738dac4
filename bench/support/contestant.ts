/** What a bench measures: a workload, and those who do its work. */
import type { EngineConfig } from "../../src/types.ts";

/** One set of arrivals with the system that takes them. All contestants take the same bytes. */
export interface Workload {
  name: string;
  /** For the engine and the TypeScript reference. */
  config: EngineConfig;
  /** The same for the loops; undefined: the loops do not do this work. */
  system: LoopSystem | undefined;
  /** Arrival records as they lie in the engine's input area (ARRIVAL_HEADER in assembly/abi.ts). */
  input: Uint8Array;
  /** Records in `input`. */
  frames: number;
  /** Records that run once before: every station, every flow. */
  learn: Uint8Array;
  /** Picoseconds by which the records' times go on from round to round. 0: the clock stands, and every round does the same. */
  span: bigint;
  /** What must come out. */
  expect: Expectation;
  /** Why the reference does not take part. */
  withoutReference?: string;
}

/** Checks of a sample, per frame of the workload; what is left out is not checked. */
export interface Expectation {
  /** How many of the frames are sent: each of them once, none, or (default) some. */
  sent?: "all" | "none";
  /** No frame is sent to more than one port. */
  noFloods?: boolean;
  /** Least and most part of the frames that the flow cache answers. */
  hitRate?: { from: number; to: number };
}

/** The system in plain numbers. */
export interface LoopSystem {
  kind: "bridge" | "router";
  cpus: number;
  /** Frames taken in before the interrupts are served. */
  burst: number;
  ports: { mac: Uint8Array; mtu: number; rxSlots: number; txSlots: number; sndMaxlen: number }[];
  /** Besides those posted in the receive rings. */
  mbufs: number;
  /** Bytes between two frames in memory. */
  clusterBytes: number;
  maxaddr: number;
  /** Addresses are numbers in host order. Routes to the ports' own subnets are not among them. */
  routes: { prefix: number; length: number; port: number; gateway: number }[];
  neighbours: { ip: number; mac: Uint8Array; port: number }[];
}

/** Who does the work of a workload. */
export interface Contestant {
  readonly name: string;
  /** Tables, learn phase. */
  prepare(workload: Workload): Promise<void>;
  /** `rounds` times all frames of the workload. Only the work is timed. */
  sample(rounds: number): Promise<Sample>;
  /** FNV-1a 32 (support/digest.ts) over what one untimed round sends. */
  digest(): Promise<string>;
  close(): Promise<void>;
}

export interface Sample {
  /** Of the clock on the wall. */
  nanoseconds: number;
  /** Nanoseconds of CPU time, if the contestant knows: on a busy machine less than `nanoseconds`. */
  cpu?: number;
  packets: number;
  /** Frames sent. */
  forwarded: number;
  /** Frames that the bridge sent to all its ports. */
  flooded: number;
  /** Packets that the flow cache answered. */
  hits: number;
  /** Bytes of the frames sent, if the contestant counts them. */
  bytes?: number;
}
