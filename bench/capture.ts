/** Reading and writing capture files that lie in memory: no disk, no operating system. */
import type { CapturedFrame, CaptureWriter, FrameToWrite } from "../src/capture/index.ts";
import type { Bench } from "./support/bench.ts";
import { bridgeWorkload } from "./support/bridge_workload.ts";
import { CheckError } from "./support/checks.ts";
import { importDist } from "./support/dist.ts";
import { PORTS } from "./support/ports.ts";
import { framesOf } from "./support/records.ts";
import { spreadOf } from "./support/statistics.ts";
import type { Column, Table } from "./support/table.ts";
import { measureTasks, type Task } from "./support/tasks.ts";

const FRAMES = 20_000;
const CHUNK = 65_536;
const LENGTHS = [60, 1514] as const;
/** 2024-01-01, in nanoseconds, and a frame each microsecond. */
const EPOCH = 1_704_067_200_000_000_000n;
const GAP = 1000n;

const COLUMNS: readonly Column[] = [
  { key: "work", heading: "work" },
  { key: "length", heading: "bytes/frame" },
  { key: "megabytes", heading: "MB/s" },
  { key: "q1", heading: "q1" },
  { key: "q3", heading: "q3" },
  { key: "rate", heading: "M frames/s", digits: 2 },
  { key: "cost", heading: "ns/frame" },
  { key: "samples", heading: "samples" },
];

type Dist = Awaited<ReturnType<typeof importDist>>;

interface FileTask extends Task {
  length: number;
  bytes: number;
}

export const capture: Bench = async ({ settings, say }) => {
  say("capture");
  const dist = await importDist();
  const tasks = LENGTHS.flatMap((length) => tasksFor(dist, length));
  const costs = measureTasks(tasks, settings);
  const rows = tasks.map(({ name, length, bytes }, i) => {
    const { median, q1, q3, samples } = spreadOf(costs[i]!.map((cost) => (bytes / cost) * 1000));
    const cost = bytes / (median / 1000) / FRAMES;
    return { work: name, length, megabytes: median, q1, q3, rate: 1000 / cost, cost, samples };
  });
  return [{ title: `Capture files of ${FRAMES.toLocaleString("en-US")} frames in memory (measured)`, columns: COLUMNS, rows } satisfies Table];
};

/** Frames of the bridge workload, made longer. */
const framesToWrite = (length: number): FrameToWrite[] =>
  framesOf(bridgeWorkload({ stations: 1024, frames: FRAMES, distinct: 4096 }).input).map(({ port, data }, i) => {
    const frame = new Uint8Array(length);
    frame.set(data);
    return { interface: port, time: EPOCH + BigInt(i) * GAP, data: frame, direction: "in" };
  });

const tasksFor = (dist: Dist, length: number): FileTask[] => {
  const frames = framesToWrite(length);
  const interfaces = Array.from({ length: PORTS }, (_, n) => ({ name: `em${n}` }));
  const pcap = dist.writePcap(frames);
  const pcapng = dist.writePcapng(frames, interfaces);
  /** `work` gives `expected`: frames read, or bytes written. */
  const task = (name: string, file: Uint8Array, expected: number, work: () => number): FileTask => ({
    name,
    length,
    bytes: file.length,
    once() {
      const found = work();
      if (found !== expected) throw new CheckError(`${name}: expected ${expected}, but got ${found}`);
    },
  });
  return [
    task("read pcap", pcap, FRAMES, () => countFrames(dist.readCapture(pcap))),
    task("read pcapng", pcapng, FRAMES, () => countFrames(dist.readCapture(pcapng))),
    task("read pcapng in chunks of 64 KiB", pcapng, FRAMES, () => readChunks(dist, pcapng)),
    task("write pcap, frame by frame", pcap, pcap.length, () => bytesWritten(dist.createPcapWriter(), frames)),
    task("write pcapng, frame by frame", pcapng, pcapng.length, () => bytesWritten(dist.createPcapngWriter({ interfaces }), frames)),
  ];
};

/** Looks at every frame, so that none is left unread. */
const countFrames = (frames: Iterable<CapturedFrame>): number => {
  let count = 0;
  for (const { data } of frames) if (data.length > 0) count++;
  return count;
};

const readChunks = (dist: Dist, file: Uint8Array): number => {
  const parser = new dist.CaptureParser();
  let count = 0;
  for (let at = 0; at < file.length; at += CHUNK) count += countFrames(parser.push(file.subarray(at, at + CHUNK)));
  parser.finish();
  return count;
};

const bytesWritten = (writer: CaptureWriter, frames: readonly FrameToWrite[]): number => {
  let bytes = writer.header().length;
  for (const frame of frames) bytes += writer.frame(frame).length;
  return bytes;
};
