import { expect, test } from "vitest";
import { environment, environmentLine } from "../../../bench/support/environment.ts";

const SAMPLE = { version: "1.2.3", date: "2026-01-02T03:04:05Z", node: "v20.1.0", v8: "11.3", cpu: "a core", cores: 2, load: 0.1 };

test("one line says which version ran where", () => {
  expect(environmentLine(SAMPLE)).toBe("netisr 1.2.3 · 2026-01-02T03:04:05Z · Node v20.1.0 (V8 11.3) · a core, 2 cores");
});

test("a second one warns if the machine was not quiet", () => {
  expect(environmentLine({ ...SAMPLE, load: 3.26 }).split("\n")[1]).toMatch(/load 3\.3 at the start/);
});

test("the environment is that of this process", () => {
  expect(environment()).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+/), node: process.version, cpu: expect.any(String) });
});
