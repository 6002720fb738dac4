/** examples/browser/worker.ts, with a simulation that opens when the test says so. */
import { expect, test, vi } from "vitest";
import type { Request } from "../../examples/browser/worker.ts";

const opened: { finish: () => void; modes: number[] }[] = [];

vi.mock("netisr/engine.virtual.wasm", () => ({ default: "engine.wasm" }));
vi.mock("../../examples/browser/simulation.ts", () => ({
  Simulation: {
    open: (choice: { mode: number }) =>
      new Promise((resolve) => {
        const modes = [choice.mode];
        opened.push({ finish: () => resolve({ setMode: (mode: number) => modes.push(mode), close: () => {} }), modes });
      }),
  },
}));

test("a mode that is chosen while a system is being made is the mode of that system", async () => {
  let tell: (event: { data: Request }) => void = () => {};
  vi.stubGlobal("addEventListener", (_: string, listener: typeof tell) => {
    tell = listener;
  });
  vi.stubGlobal("setInterval", () => 0);
  vi.stubGlobal("location", { href: "http://localhost/" });
  await import("../../examples/browser/worker.ts");
  tell({ data: { start: { cpus: 4, rate: 1e6, mode: 0 }, number: 1 } });
  tell({ data: { mode: 2 } });
  tell({ data: { start: { cpus: 8, rate: 1e6, mode: 2 }, number: 2 } });
  tell({ data: { mode: 1 } });
  for (const { finish } of opened) finish();
  await new Promise((resolve) => setImmediate(resolve));
  tell({ data: { mode: 0 } });
  vi.unstubAllGlobals();
  expect(opened.map(({ modes }) => modes)).toEqual([[0], [2, 1, 0]]);
});
