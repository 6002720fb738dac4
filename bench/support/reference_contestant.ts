import { createReference, type Reference } from "../../src/reference/index.ts";
import type { Contestant, Sample, Workload } from "./contestant.ts";
import { Digest } from "./digest.ts";
import { importDist } from "./dist.ts";
import { type Frame, framesOf } from "./records.ts";
import { timed } from "./stopwatch.ts";

/** The plain TypeScript model, which is written for reading. Its frames are taken out of their records beforehand. */
export class ReferenceContestant implements Contestant {
  readonly name = "TypeScript reference";
  #workload!: Workload;
  #reference!: Reference;
  #frames!: Required<Frame>[];
  #rounds = 0n;

  async prepare(workload: Workload): Promise<void> {
    this.#workload = workload;
    this.#frames = framesOf(workload.input);
    this.#reference = await this.#learned();
  }

  async sample(rounds: number): Promise<Sample> {
    const reference = this.#reference;
    const before = reference.counts();
    let forwarded = 0;
    let bytes = 0;
    const lap = timed(rounds, () => {
      const shift = this.#workload.span * this.#rounds++;
      for (const { port, data, time } of this.#frames)
        for (const sent of reference.receive(port, data, time + shift)) {
          forwarded++;
          bytes += sent.data.length;
        }
    });
    const after = reference.counts();
    return {
      ...lap,
      packets: after.received - before.received,
      forwarded,
      flooded: after.cloned - before.cloned,
      hits: after.fastforwarded - before.fastforwarded,
      bytes,
    };
  }

  async digest(): Promise<string> {
    const reference = await this.#learned();
    const digest = new Digest();
    for (const { port, data, time } of this.#frames) for (const sent of reference.receive(port, data, time)) digest.frame(sent.port, sent.data);
    return digest.text;
  }

  async close(): Promise<void> {}

  async #learned(): Promise<Reference> {
    const { resolveConfig } = await importDist();
    const reference = createReference(resolveConfig(this.#workload.config));
    for (const { port, data, time } of framesOf(this.#workload.learn)) reference.receive(port, data, time);
    return reference;
  }
}
