/** The engine's steps in C, as a process of its own that answers to "sample", "digest" and "counters". */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Counts } from "../loops/counts.ts";
import type { Contestant, Sample, Workload } from "../support/contestant.ts";
import { buildNative } from "./build.ts";
import { ChildProgram } from "./child_program.ts";
import { workloadFile } from "./workload_file.ts";

export class NativeContestant implements Contestant {
  readonly name = "C";
  #program!: ChildProgram;

  /** @throws Error if the workload has no `system`, gcc fails, or the program cannot do this work */
  async prepare(workload: Workload): Promise<void> {
    const { system } = workload;
    if (!system) throw new Error(`the C program does not do the work of "${workload.name}"`);
    const folder = await mkdtemp(join(tmpdir(), "netisr-"));
    try {
      const file = join(folder, "workload");
      await writeFile(file, workloadFile(workload, system));
      this.#program = new ChildProgram(buildNative("loop"), [file]);
      await this.#program.line(); // it has read the file
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  async sample(rounds: number): Promise<Sample> {
    const answer = await this.#program.ask(`sample ${rounds}`);
    const [nanoseconds, packets, forwarded, flooded, hits, bytes] = answer.split(" ").map(Number) as [number, number, number, number, number, number];
    return { nanoseconds, packets, forwarded, flooded, hits, bytes };
  }

  digest(): Promise<string> {
    return this.#program.ask("digest");
  }

  async counters(): Promise<Counts> {
    const counts: Counts = new Map();
    for (let line = await this.#program.ask("counters"); line !== "."; line = await this.#program.line()) {
      const space = line.lastIndexOf(" ");
      counts.set(line.slice(0, space), Number(line.slice(space + 1)));
    }
    return counts;
  }

  close(): Promise<void> {
    return this.#program.quit();
  }
}
