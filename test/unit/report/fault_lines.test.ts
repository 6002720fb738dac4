import { expect, test } from "vitest";
import { faultLines } from "../../../src/report/fault_lines.ts";
import type { FaultResult } from "../../../src/types.ts";

const lineOf = (kind: FaultResult["kind"], struck: bigint, held = 0n): string =>
  faultLines([{ kind, what: "it", struck, held } as FaultResult]).join("\n");

test.each<[kind: FaultResult["kind"], one: string, more: string]>([
  ["holder", "1 get", "2,000 gets"],
  ["loss", "1 frame", "2,000 frames"],
  ["storm", "1 interrupt", "2,000 interrupts"],
  ["stall", "1 time", "2,000 times"],
])("what a fault struck is counted in words that go with the number: %s", (kind, one, more) => {
  expect(lineOf(kind, 1n)).toBe(`  faults: ${kind} it ${one}`);
  expect(lineOf(kind, 2000n)).toBe(`  faults: ${kind} it ${more}`);
});

test("frames that are held back stand beside those that were struck", () => {
  expect(lineOf("reordering", 1n, 1n)).toBe("  faults: reordering it 1 frame, 1 held back");
});
