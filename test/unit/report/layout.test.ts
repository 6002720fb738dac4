import { expect, test } from "vitest";
import { grid, left, listed, printable, right, shorten, table, wrap } from "../../../src/report/layout.ts";
import { count, counted, date, duration, size } from "../../../src/report/numbers.ts";

test("a table is as wide as its widest cells, and has no blanks at the ends of lines", () => {
  expect(table([left("name"), right("n")], [["a", "1,000"], ["longer", "2"], ["x"]])).toEqual([
    "  name        n",
    "  a       1,000",
    "  longer      2",
    "  x",
  ]);
});

test("text is broken between words, and a word that is too long stays whole", () => {
  expect(wrap("aa bb cc", "  ", 7)).toEqual(["  aa bb", "  cc"]);
  expect(wrap("a bbbbbbbbb c", "", 5)).toEqual(["a", "bbbbbbbbb", "c"]);
});

test("a grid fills rows and fits the width", () => {
  const lines = grid(Array.from({ length: 7 }, () => "x".repeat(30)));
  expect(lines.map((line) => line.length)).toEqual([98, 98, 32]);
  expect(grid([])).toEqual([]);
});

test("a list ends where its line does, and says if there is more", () => {
  expect(listed("of", ["a", "b"], 2)).toBe("of a, b");
  expect(listed("of", ["a", "b", "c"], 2)).toBe("of a, b, ...");
  expect(listed("of", ["aaa", "bbb", "ccc"], 3, 16)).toBe("of aaa, bbb, ccc");
  expect(listed("of", ["aaa", "bbb", "ccc"], 3, 15)).toBe("of aaa, ...");
  expect(listed("of", ["aaa", "bbb"], 2, 5)).toBe("of aaa, ...");
});

test("long text loses its middle", () => {
  expect(shorten("abcdefghij", 10)).toBe("abcdefghij");
  expect(shorten("abcdefghijk", 10)).toBe("abcd...ijk");
});

test("what steers a terminal is replaced", () => {
  expect(printable("a\tb\u001b\u2028é")).toBe("a?b??é");
});

test("numbers are grouped, times have all their digits", () => {
  expect([0, 999, 1000, 1234567].map(count)).toEqual(["0", "999", "1,000", "1,234,567"]);
  expect([size(1), size(1023), size(1024), size(3 * 2 ** 30)]).toEqual(["1 byte", "1023 bytes", "1.0 KiB", "3.0 GiB"]);
  expect([duration(0n), duration(1_000_000_007n), duration(86_400_000_000_001n)]).toEqual(["0.000000000 s", "1.000000007 s", "1 d 0.000000001 s"]);
  expect(date(1_795_441_342_281_902_895n)).toBe("2026-11-23 13:42:22.281902895 UTC");
  expect(date((1n << 64n) - 1n)).toBe("2554-07-21 23:34:33.709551615 UTC");
  expect([counted(1, "byte"), counted(2000, "byte")]).toEqual(["1 byte", "2,000 bytes"]);
});
