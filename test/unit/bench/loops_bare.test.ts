/** The bare C program: what it sends does not depend on how its memory lies. */
import { describe, expect, test } from "vitest";
import { type BareRow, runBare } from "../../../bench/native/bare.ts";
import { noCompiler } from "../../../bench/native/build.ts";

const why = noCompiler();
if (why) console.log(`the bare C program is not tested: ${why}`);

describe.skipIf(why !== undefined)("the bare program", () => {
  const base: BareRow = { work: "bridge", frames: 512, flows: 128, routes: 1000, stride: 2304, hugePages: false, prefetch: 0 };
  const sums = (rows: Partial<BareRow>[]): number[] => rows.map((row) => runBare({ ...base, ...row }, 1).sum);

  test.each(["bridge", "router"] as const)("%s: stride, pages and prefetch change no descriptor", (work) => {
    const [plain, ...others] = sums([{ work }, { work, stride: 2048 }, { work, hugePages: true }, { work, prefetch: 16 }]);
    expect(others).toEqual([plain, plain, plain]);
  });

  test("another work, other flows or routes give other descriptors", () => {
    const all = sums([{}, { work: "router" }, { flows: 64 }, { work: "router", routes: 500 }]);
    expect(new Set(all).size).toBe(4);
  });
});
