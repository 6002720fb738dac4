/** What can be put to the cases: anything that takes a frame and says what it sent. */
import { PS_PER_MS } from "../../assembly/abi.ts";
import { resolveConfig } from "../../src/config/index.ts";
import { createReference } from "../../src/reference/index.ts";
import type { EngineConfig } from "../../src/types.ts";
import { type Case, configOf, type OutputFrame } from "./case.ts";

export interface ForwardingSystem {
  /** Takes the frame in at `index` milliseconds, so that nothing gets old, and returns what left. `cause` = index of the input frame that made it leave. */
  receive(port: number, frame: Uint8Array, index: number): (OutputFrame & { cause: number })[];
}

export type CreateSystem = (config: EngineConfig) => ForwardingSystem;

/** Engine time of an input frame. */
export const timeOf = (index: number): bigint => BigInt(index) * BigInt(PS_PER_MS);

export const createReferenceSystem: CreateSystem = (config) => {
  const reference = createReference(resolveConfig(config));
  return {
    receive: (port, frame, index) => reference.receive(port, frame, timeOf(index)).map((sent) => ({ ...sent, cause: index })),
  };
};

/** All frames of a case through a fresh system: what each input frame caused. */
export function runCase(one: Case, create: CreateSystem, fastforwarding: boolean): OutputFrame[][] {
  const system = create(configOf(one.file, fastforwarding));
  const outputs: OutputFrame[][] = one.input.map(() => []);
  one.input.forEach(({ port, data }, index) => {
    for (const { cause, ...frame } of system.receive(port, data, index)) outputs[cause]!.push(frame);
  });
  return outputs;
}
