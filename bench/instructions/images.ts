/** Writes what the engine's memory holds before boot and before a round, for module.c, and the workload for the C program; prints ns per packet in this process. */
import { writeFileSync } from "node:fs";
import { workloadFile } from "../native/workload_file.ts";
import { EngineContestant } from "../support/engine_contestant.ts";
import { median } from "../support/statistics.ts";
import { synthetic } from "../support/workloads.ts";

const [wasm, path, out] = process.argv.slice(2) as [string, string, string];
const SAMPLES = 15;
const ROUNDS = 100;

/** Of the last instance: its exports, and its memory before it booted. */
let beforeBoot!: Uint8Array;
let exports!: WebAssembly.Exports & { memory: WebAssembly.Memory; boot(): number; inputRewind(): void };
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(Instance, [module, imports]: [WebAssembly.Module, WebAssembly.Imports]) {
    exports = { ...new Instance(module, imports).exports } as typeof exports;
    const { boot, memory } = exports;
    exports.boot = () => {
      beforeBoot = new Uint8Array(memory.buffer).slice();
      return boot();
    };
    return { exports };
  },
});

const workload = synthetic[path]!();
writeFileSync(`${out}.workload`, workloadFile(workload, workload.system!));
const contestant = new EngineContestant({ name: "engine", wasm: new URL(wasm, `file://${process.cwd()}/`) });
await contestant.prepare(workload);
const measured = exports;
writeFileSync(`${out}.boot`, beforeBoot);
await contestant.digest(); // of another engine; each sample is checked against it
const cost: number[] = [];
for (let n = 0; n < SAMPLES; n++) {
  const { nanoseconds, packets } = await contestant.sample(ROUNDS);
  cost.push(nanoseconds / packets);
}
measured.inputRewind();
writeFileSync(`${out}.memory`, new Uint8Array(measured.memory.buffer));
console.log(median(cost));
