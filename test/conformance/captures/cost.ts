import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Reading, readChunks } from "./reading.ts";

/** Bytes of a chunk: a small file comes in several, too, so that records are cut and wait for their rest. */
const chunkSize = (size: number): number => Math.min(65_536, Math.max(64, Math.ceil(size / 8)));
const MEBIBYTE = 1_048_576;
/** Points of a file, at most, at which memory is looked at. */
const SAMPLES = 24;
/** Milliseconds for a file, and for one that is refused. */
const LIMIT_MS = 1000;
const LIMIT_REFUSED_MS = 100;
/** Wall clock is noisy: a file that takes too long may try again. */
const ATTEMPTS = 3;

/** A file in chunks, each in a buffer of its own, as they come from a pipe. */
export function* chunksOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, "r");
  try {
    const size = chunkSize(fstatSync(file).size);
    for (;;) {
      const chunk = new Uint8Array(size);
      const length = readSync(file, chunk);
      if (length === 0) return;
      yield length === size ? chunk : chunk.slice(0, length);
    }
  } finally {
    closeSync(file);
  }
}

/** Bytes that are alive: what is left of heap and array buffers after a full collection. The second one waits until the buffers of the first are free. */
function alive(): number {
  globalThis.gc!();
  globalThis.gc!();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/**
 * The most memory that is alive while a file is read, less what was alive before. Looked at while the parser is in the middle of a chunk, with a frame in
 * hand, when it has taken a chunk, and at the end or the fault: the API needs no more than that to be kept.
 */
export function peakMemory(path: string, size: number): number {
  const every = Math.max(1, Math.ceil(size / chunkSize(size) / (SAMPLES / 2)));
  const before = alive();
  let peak = 0;
  let chunks = 0;
  let looked = false;
  const look = (): void => {
    peak = Math.max(peak, alive() - before);
  };
  const counted = function* (): Generator<Uint8Array> {
    for (const chunk of chunksOf(path)) {
      looked = chunks++ % every !== 0;
      yield chunk;
      if (chunks % every === 0) look();
    }
  };
  readChunks(counted(), { linkTypes: "any" }, (where) => {
    if (looked && where === "frame") return;
    looked = true;
    look();
  });
  return peak;
}

/** What is wrong with what the reading of a file costs; undefined = nothing. */
export function judgeCost(path: string, size: number): string | undefined {
  const limit = 4 * size + MEBIBYTE;
  const peak = peakMemory(path, size);
  if (peak >= limit) return `${peak} bytes of memory for a file of ${size}, not less than ${limit}`;
  let [fastest, allowed] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < ATTEMPTS && fastest > allowed; i++) {
    const start = performance.now();
    const { error }: Reading = readChunks(chunksOf(path), { linkTypes: "any" });
    fastest = Math.min(fastest, performance.now() - start);
    allowed = error === undefined ? LIMIT_MS : LIMIT_REFUSED_MS;
  }
  return fastest > allowed ? `${fastest.toFixed(0)} ms, more than ${allowed}` : undefined;
}
