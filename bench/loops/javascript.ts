/**
 * The engine's steps as a hand-tuned plain JavaScript loop over typed arrays: what a programmer gets without WebAssembly. Same rings, messages, decisions,
 * lock words and 64-bit counters as the engine's instant machine; look-ups by whatever is fastest.
 *
 * What was tried, with what it gave in nanoseconds of CPU time per packet (bridge / fastforward; differences below 4 % are noise):
 *
 * * small functions, one per step of the engine: 103 / 119. Everything that a packet usually meets in two functions (input.ts, burst.ts): 10 to 12 % less;
 *   V8 inlines only so much by itself.
 * * the views as locals of each hot function, and constants as enum members: a further 27 % / 31 % less. V8 then has base and length of a view as numbers in
 *   the code; for a view of an outer scope that is used first inside a loop it tests its kind and loads both again at every turn.
 * * a message for an idle thread not put into port and run queue, a frame for an empty queue not linked (as the engine does): 8 % / 3 % less.
 * * frames copied by 64-bit words: 8 at a time 5 % less than in a loop; 32-bit words 4 % more than 64-bit ones; copyWithin 5 % more. Doubles 2 % less, but
 *   an engine may change the bits of those that are no numbers.
 * * addresses from a Uint32Array instead of an Int32Array: 7 to 10 % more. if_start's loop in place of a call: nothing.
 * * frames on 8 bytes in their clusters (headers are then read as 16-bit words) instead of headers on 4: not measured, as only so can they be copied in words.
 * * the bridge's table at most a quarter full, probed in a row. Buckets of four, which the C program has, need four compares in JavaScript: not measured.
 */
import type { Contestant, Sample, Workload } from "../support/contestant.ts";
import { bridgeTableWords, makeBridge } from "./bridge.ts";
import { makeRunBurst } from "./burst.ts";
import { readCounts } from "./counters.ts";
import type { Counts } from "./counts.ts";
import { flowTableWords, makeFlows } from "./flows.ts";
import { makeInput } from "./input.ts";
import { makeKernel } from "./kernel.ts";
import { At, K, K64, Port64, Stat, unsupported } from "./layout.ts";
import { type Memory, makeMemory, portAt } from "./memory.ts";
import { makeOutput, type Output } from "./output.ts";
import { makeRouter } from "./router.ts";

interface Loop {
  memory: Memory;
  output: Output;
  /** All records of an area. */
  run(area: { start: number; end: number }): void;
  tables(): { addresses: number; flows: number };
}

const makeLoop = (workload: Workload): Loop => {
  const { system } = workload;
  if (!system) return unsupported(`the workload "${workload.name}"`);
  const isBridge = system.kind === "bridge";
  const words = isBridge ? bridgeTableWords(system.maxaddr) : flowTableWords(system.routes.length, system.neighbours.length);
  const memory = makeMemory(workload, system, words);
  const { i32 } = memory;
  const kernel = makeKernel(memory);
  const takeBurst = makeInput(memory);
  const output = makeOutput(memory);
  const flows = isBridge ? undefined : makeFlows(memory, kernel);
  const router = makeRouter(memory, kernel, flows, output);
  const bridge = isBridge ? makeBridge(memory, kernel, router) : undefined;
  const runBurst = makeRunBurst(memory, { kernel, output, router, bridge, flows });
  return {
    memory,
    output,
    run: ({ start, end }) => {
      i32[K.Cursor] = start;
      i32[K.End] = end;
      while (takeBurst()) runBurst();
    },
    tables: () => ({ addresses: bridge?.addresses() ?? 0, flows: flows?.inUse() ?? 0 }),
  };
};

export class JavaScriptContestant implements Contestant {
  readonly name = "JavaScript";
  #workload!: Workload;
  #loop!: Loop;

  /** @throws Error if the workload has no `system`, or needs what the loop cannot do */
  async prepare(workload: Workload): Promise<void> {
    this.#workload = workload;
    this.#loop = makeLoop(workload);
    this.#loop.run(this.#loop.memory.learn);
  }

  async sample(rounds: number): Promise<Sample> {
    const { memory, run } = this.#loop;
    const before = this.#totals();
    const start = process.hrtime.bigint();
    for (let round = 0; round < rounds; round++) run(memory.input);
    const nanoseconds = Number(process.hrtime.bigint() - start);
    const after = this.#totals();
    return {
      nanoseconds,
      packets: rounds * this.#workload.frames,
      forwarded: after.forwarded - before.forwarded,
      flooded: after.flooded - before.flooded,
      hits: after.hits - before.hits,
      bytes: after.bytes - before.bytes,
    };
  }

  async digest(): Promise<string> {
    const { memory, output, run } = this.#loop;
    output.collect(true);
    run(memory.input);
    return output.collect(false);
  }

  counters(): Counts {
    return readCounts(this.#loop.memory, this.#loop.tables());
  }

  async close(): Promise<void> {}

  #totals(): { forwarded: number; flooded: number; hits: number; bytes: number } {
    const { f64, interfaces } = this.#loop.memory;
    let bytes = 0;
    for (let port = 0; port < interfaces; port++) bytes += f64[(portAt(port) >> 1) + Port64.Obytes]!;
    return { forwarded: f64[K64.Forwarded]!, flooded: f64[At.Stats / 2 + Stat.BrcFlooded]!, hits: f64[At.Stats / 2 + Stat.IpfHits]!, bytes };
  }
}
