/** Loaded before each test file when the coverage of the engine is taken: gives instrumented builds their import, and writes down what was reached. */
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { afterAll } from "vitest";

const MOST_STATEMENTS = 65_536;
const reached = new Uint8Array(MOST_STATEMENTS);
const covered = (id: number): void => {
  reached[id] = 1;
};

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct: (target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports | undefined]) =>
    new target(module, { ...imports, env: { ...imports?.env, covered } }),
});

afterAll(() => writeFileSync(`${process.env.NETISR_COVERAGE}/${randomUUID()}.bin`, reached));
