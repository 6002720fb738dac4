/**
 * What the host writes down of the module's functions is what they are: a list of numbers in which two of one type had changed places would pass the
 * compilers of both sides.
 */
import { expect, test } from "vitest";
import { readSource, sourcesUnder, withoutComments } from "../../support/sources.ts";

const FUNCTION = /^export function (\w+)\(([^)]*)\): (\w+)/gm;
const METHOD = /^ {2}(\w+)\(([^)]*)\): (\w+);/gm;
const WIDE = new Set(["u64", "i64"]);

/** `limit: bigint, mss: number -> void`: names, and the types as JavaScript sees them. Default values are the engine's own. */
const signature = (parameters: string, result: string, typeOf: (type: string) => string): string => {
  const list = parameters
    .split(",")
    .map((one) => one.trim().replace(/ = .*/, ""))
    .filter((one) => one !== "")
    .map((one) => one.split(": "));
  return `${list.map(([name, type]) => `${name}: ${typeOf(type!)}`).join(", ")} -> ${typeOf(result)}`;
};

const seenByHost = (type: string): string => (type === "void" ? type : WIDE.has(type) ? "bigint" : "number");

const declared = new Map<string, Set<string>>();
for (const file of sourcesUnder("assembly"))
  for (const [, name, parameters, result] of withoutComments(readSource(file)).matchAll(FUNCTION)) {
    const found = declared.get(name!) ?? new Set();
    declared.set(name!, found.add(signature(parameters!, result!, seenByHost)));
  }

const written = ["src/wasm/exports.ts", "src/wasm/virtual_exports.ts"].flatMap((file) =>
  Array.from(withoutComments(readSource(file)).matchAll(METHOD), ([, name, parameters, result]) => ({
    name: name!,
    signature: signature(parameters!, result!, (type) => type),
  })),
);

test("the functions of both sides are found", () => {
  expect(written.length).toBeGreaterThan(80);
  expect(declared.get("attachTcp")).toEqual(new Set(["number: number, port: number, back: number, firstFlight: number, flights: number -> void"]));
});

test.each(written)("$name has the parameters that the host gives it", ({ name, signature: ours }) => {
  expect([...(declared.get(name) ?? [])]).toContain(ours);
});
