/** What a replay has to say. Text and JSON are two ways to print this one record. */
import type { Counters, MemoryPlan } from "../types.ts";

/** How an interface of a capture found its port: named in the argument (`em0=FILE`), of the same name, or the one at the same place in the list. */
export type MatchedBy = "argument" | "name" | "order";

export interface CapturedInterfaceReport {
  /** Place in the file's list of interfaces, from 0. */
  index: number;
  /** Null: the file gives it no name. */
  name: string | null;
  port: string;
  matchedBy: MatchedBy;
  frames: number;
  /** Without the frame check sequence. */
  bytes: number;
}

export interface CapturedFileReport {
  file: string;
  frames: number;
  bytes: number;
  /** Frames that the capture holds only the beginning of; replayed as they are. */
  cutShort: number;
  /** Frames stamped earlier than the one before them in the file; they take its time. */
  outOfOrder: number;
  /** Frames without a time; they take that of the one before them in the file. */
  withoutTime: number;
  /** Frames that the capture marks as sent by the machine it was taken on; replayed like all others. */
  outbound: number;
  interfaces: CapturedInterfaceReport[];
  /** Why the rest of the file was not read. */
  fault: string | null;
}

export interface ReplayReport {
  version: string;
  command: "replay";
  options: {
    captures: string[];
    config: string;
    /** Knobs given by --set. */
    set: Record<string, number>;
    cpus: number | null;
    write: string | null;
  };
  /** The system as it ran: every knob with its value. */
  system: { cpus: number; mbufs: number; seed: number; sysctl: Record<string, number> };
  input: {
    frames: number;
    bytes: number;
    /** Nanoseconds since the epoch; null if no frame has a time. Engine time 0. */
    firstNs: bigint | null;
    /** From the first frame to the last one. */
    durationNs: bigint;
    files: CapturedFileReport[];
  };
  /** `bytes`: of the frames, without the file's own. */
  output: { file: string; frames: number; bytes: number } | null;
  memory: MemoryPlan;
  counters: Counters;
  interrupted: boolean;
  exitCode: number;
}
