import { expect, test } from "vitest";
import { readArguments, UsageError, usage } from "../../../bench/support/arguments.ts";

const NAMES = ["throughput", "start"];
const read = (...argv: string[]) => readArguments(argv, NAMES);

test("without arguments all benches run and print text", () => {
  expect(read()).toEqual({ benches: NAMES, format: "text", quick: false, only: [], builds: [], samples: undefined, help: false });
});

test("benches run in the order of the list, each once", () => {
  expect(read("start", "throughput", "start").benches).toEqual(NAMES);
  expect(read("start").benches).toEqual(["start"]);
});

test("options", () => {
  expect(read("--json").format).toBe("json");
  expect(read("--markdown", "--quick")).toMatchObject({ format: "markdown", quick: true });
  expect(read("--only", "bridge", "--only=slow", "--wasm", "a.wasm")).toMatchObject({ only: ["bridge", "slow"], builds: ["a.wasm"] });
  expect(read("--samples", "60").samples).toBe(60);
  expect(read("-h").help).toBe(true);
});

test.each([
  [["throghput"], /^throghput: expected one of throughput, start$/],
  [["--jsn"], /--jsn/],
  [["--only"], /--only/],
  [["--samples", "0"], /^--samples 0: expected an integer from 1 to 99999$/],
  [["--samples=many"], /^--samples many: expected/],
  [["--json", "--markdown"], /expected one of them at most/],
])("%j is refused", (argv, message) => {
  expect(() => readArguments(argv, NAMES)).toThrow(UsageError);
  expect(() => readArguments(argv, NAMES)).toThrow(message);
});

test("the usage names every bench and every option", () => {
  const text = usage(NAMES);
  for (const word of [...NAMES, "--json", "--markdown", "--quick", "--only", "--samples", "--wasm"]) expect(text).toContain(word);
});
