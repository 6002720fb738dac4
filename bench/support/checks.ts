/** Every sample is checked: a rate of packets that were not forwarded is none. */
import type { Sample, Workload } from "./contestant.ts";
import { frameBytes } from "./records.ts";

/** The work was not done, or not as it should be. */
export class CheckError extends Error {
  override readonly name = "CheckError";
}

const equal = (who: string, what: string, found: number, expected: number): void => {
  if (found !== expected) throw new CheckError(`${who}: ${what}: expected ${expected}, but got ${found}`);
};

/** @throws CheckError */
export const checkSample = (contestant: string, { name, frames, expect, input }: Workload, rounds: number, sample: Sample): void => {
  const who = `${name}, ${contestant}`;
  const packets = frames * rounds;
  equal(who, "packets taken", sample.packets, packets);
  if (expect.sent === undefined && sample.forwarded === 0) throw new CheckError(`${who}: nothing was sent`);
  if (expect.sent !== undefined) equal(who, "frames sent", sample.forwarded, expect.sent === "all" ? packets : 0);
  if (expect.sent === "all" && sample.bytes !== undefined) equal(who, "bytes sent", sample.bytes, frameBytes(input) * rounds);
  if (expect.noFloods) equal(who, "frames flooded", sample.flooded, 0);
  if (expect.hitRate) checkHitRate(who, sample.hits / packets, expect.hitRate);
};

const checkHitRate = (who: string, rate: number, { from, to }: { from: number; to: number }): void => {
  if (!(rate >= from && rate <= to)) throw new CheckError(`${who}: flow cache hit rate: expected ${from} to ${to}, but got ${rate}`);
};

/** Contestants that do the same work send the same bytes. @throws CheckError */
export const checkDigests = (workload: string, digests: ReadonlyMap<string, string>): void => {
  const [first, ...others] = digests;
  for (const [name, digest] of others)
    if (digest !== first![1]) throw new CheckError(`${workload}: ${name} sent other frames (digest ${digest}) than ${first![0]} (${first![1]})`);
};

/** Frames sent per packet may differ so much between contestants of one work: their first and last rounds lie elsewhere in the time of a capture. */
const SENT_TOLERANCE = 0.001;

/** `sent`: frames that each contestant sent per packet, over all samples. @throws CheckError */
export const checkSent = (workload: string, sent: ReadonlyMap<string, number>): void => {
  const [first, ...others] = sent;
  for (const [name, frames] of others)
    if (Math.abs(frames - first![1]) > SENT_TOLERANCE * first![1])
      throw new CheckError(`${workload}: ${name} sent ${frames} frames per packet, but ${first![0]} ${first![1]}`);
};
