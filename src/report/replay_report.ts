/** What a replay has to say. Text and JSON are two ways to print this one record. */
import type { Counters, MemoryPlan } from "../types.ts";

/**
 * How an interface of a capture found its port: named in the argument (`em0=FILE`), of the same name, the one at the same place in the list (of a made-up
 * bridge: the next one), or the one of its file.
 */
export type MatchedBy = "argument" | "name" | "order" | "file";

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

/** A source address that had a port of its own. */
export interface StationReport {
  /** "02:00:00:00:00:01"; "others": all that share the last port; "none": frames that are too short to have one. */
  source: string;
  port: string;
  frames: number;
  bytes: number;
}

/** Counts are over all passes. */
export interface CapturedFileReport {
  file: string;
  /** How the file is packed. */
  packing: "gzip" | "zstd" | null;
  /** Replayed. */
  frames: number;
  /** Replayed bytes: what the capture holds of the frames, without the frame check sequence. */
  bytes: number;
  /** The same frames as long as they were on the wire. */
  wireBytes: number;
  /** Frames that the capture holds only the beginning of; replayed as they are. */
  cutShort: number;
  /** Frames stamped earlier than the one before them in the file; they take its time. */
  outOfOrder: number;
  /** Frames without a time; they take that of the one before them in the file. */
  withoutTime: number;
  /** Frames that the capture marks as sent by the machine it was taken on: skipped, unless they were asked for. */
  outbound: number;
  interfaces: CapturedInterfaceReport[];
  /** Why the rest of the file was not read. */
  fault: string | null;
}

export interface OutputReport {
  /** "-" is standard output. */
  file: string;
  format: "pcapng" | "pcap";
  /** Frames sent. */
  frames: number;
  /** Of these frames, without the file's own. */
  bytes: number;
  /** Dropped frames that were written beside them. */
  dropped: number;
  /** Dropped packets that could not be: made by this host, or received too long before. */
  unwritten: number;
  /** Whoever read the output had enough. */
  readerGone: boolean;
  /** Whoever read the output did not take any more when the user wanted to stop: the last frames counted here may be cut off. */
  stalled: boolean;
}

export interface ReplayReport {
  version: string;
  command: "replay";
  options: {
    captures: string[];
    /** Null: the system was made up (`as`). */
    config: string | null;
    as: "bridge" | null;
    assign: "interface" | "source-mac" | "file";
    loop: number;
    outbound: boolean;
    /** Knobs given by --set. */
    set: Record<string, number>;
    cpus: number | null;
    write: string | null;
    /** All of them as they were typed, by their long names; those that may be repeated are lists. */
    typed: Record<string, string | string[] | true>;
  };
  /** The system as it ran: every knob with its value. */
  system: { cpus: number; mbufs: number; seed: number; sysctl: Record<string, number> };
  input: {
    frames: number;
    bytes: number;
    /** Nanoseconds since the epoch; null if no frame that was replayed has a time. Engine time 0. */
    firstNs: bigint | null;
    /** From the first frame to the last one. */
    durationNs: bigint;
    /** Times that the captures were begun with. */
    passes: number;
    /** From the beginning of a pass to that of the next; null if there was one only. */
    periodNs: bigint | null;
    /** Who received by which port; empty unless source addresses decided. */
    stations: StationReport[];
    files: CapturedFileReport[];
  };
  output: OutputReport | null;
  memory: MemoryPlan;
  counters: Counters;
  interrupted: boolean;
  exitCode: number;
}
