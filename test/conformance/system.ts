/** What can be put to the cases: anything that takes frames and says what it sent. */
import { PS_PER_MS } from "../../assembly/abi.ts";
import { resolveConfig } from "../../src/config/index.ts";
import { createReference } from "../../src/reference/index.ts";
import type { EngineConfig } from "../../src/types.ts";
import { type Build, makeEngine } from "../support/engines.ts";
import { type Case, configOf, type OutputFrame } from "./case.ts";

/** Takes each frame in at `index` milliseconds, so that nothing gets old, and returns what left by the index of the frame that made it leave. */
export type ForwardingSystem = (config: EngineConfig, input: readonly OutputFrame[]) => Promise<OutputFrame[][]>;

/** Engine time of an input frame. */
export const timeOf = (index: number): bigint => BigInt(index) * BigInt(PS_PER_MS);

export const referenceSystem: ForwardingSystem = async (config, input) => {
  const reference = createReference(resolveConfig(config));
  return input.map(({ port, data }, index) => reference.receive(port, data, timeOf(index)));
};

/** The engine, all frames in one go. A frame that waited for ARP left with the answer, not with the frame that caused it: hence the time. */
export const engineSystem =
  (build: Build): ForwardingSystem =>
  async (config, input) => {
    const engine = await makeEngine(build, config);
    engine.receive(input.map(({ port, data }, index) => ({ interface: port, data, time: timeOf(index) })));
    engine.run();
    const outputs: OutputFrame[][] = input.map(() => []);
    for (const { port, data, time } of engine.take()) outputs[Number(time / BigInt(PS_PER_MS))]!.push({ port, data });
    engine.dispose();
    return outputs;
  };

/** All frames of a case through a fresh system: what each input frame caused. */
export const runCase = (one: Case, system: ForwardingSystem, fastforwarding: boolean): Promise<OutputFrame[][]> =>
  system(configOf(one.file, fastforwarding), one.input);
