import fc from "fast-check";
import { expect, test } from "vitest";
import { findRepeatedKey, findSyntaxFault } from "../../../src/cli/json_syntax.ts";

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test.each([
  ["", 0, "a value"],
  ["  ", 2, "a value"],
  ["nul", 0, "a value"],
  ["// no", 0, "a value"],
  ["1 2", 2, "the end of the file"],
  ["01", 1, "the end of the file"],
  ["[1 2]", 3, '"," or "]"'],
  ["[1,]", 3, "a value"],
  ["[", 1, 'a value or "]"'],
  ["{1", 1, 'a key in double quotes or "}"'],
  ['{"a" 1}', 5, '":"'],
  ['{"a":1,}', 7, "a key in double quotes"],
  ['{"a":[}', 6, 'a value or "]"'],
  ['"abc', 4, "the string's closing \""],
  ['"a\nb"', 2, "the string's closing \""],
  ['"a\\x"', 2, "an escape that JSON knows"],
])("the fault of %j is at %i", (text, at, expected) => {
  expect(findSyntaxFault(text)).toEqual({ at, expected });
});

test("it finds a fault exactly where JSON.parse refuses", () => {
  const mutated = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom(...'{}[],:"\\tnu01.-e \n\u0001'), fc.boolean())
    .map(([text, place, letter, insert]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + letter + text.slice(at + (insert ? 0 : 1));
    });
  fc.assert(
    fc.property(fc.oneof(fc.json(), mutated, fc.string()), (text) => (findSyntaxFault(text) === undefined) === isJson(text)),
    { numRuns: 2_000 },
  );
});

test.each([
  ['{"a":1,"a":2}', { at: 7, key: "a" }],
  ['{"a":{"b":1},"c":[{"b":1},{"b":2,"x":{},"\\u0062":3}]}', { at: 40, key: "b" }],
  ['{"__proto__":1, "__proto__":2}', { at: 16, key: "__proto__" }],
  ['{"a":{"a":{"a":"a"}},"b":["a","a"]}', undefined],
  ["[1,2]", undefined],
])("the key that comes again in %j is %j", (text, found) => {
  expect(findRepeatedKey(text)).toEqual(found);
});

test("what JSON.stringify makes has no key twice", () => {
  fc.assert(fc.property(fc.json(), (text) => findRepeatedKey(text) === undefined));
});

test("a text of a million open brackets does not exhaust the stack", () => {
  expect(findSyntaxFault("[".repeat(1_000_000))).toMatchObject({ at: 1_000_000 });
});
