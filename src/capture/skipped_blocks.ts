import type { SkippedBlocks } from "./frame.ts";

/** Counted by their own type; a file of nothing but new types must not fill the memory. */
const MAX_TYPES = 64;
const OTHERS = -1;

/** Adds a block of this type that was passed over. `body`: its bytes without type and lengths. */
export function countSkipped(skipped: Map<number, SkippedBlocks>, type: number, body: number): void {
  const key = skipped.has(type) || skipped.size < MAX_TYPES ? type : OTHERS;
  const count = skipped.get(key) ?? { blocks: 0, bytes: 0 };
  count.blocks++;
  count.bytes += body;
  skipped.set(key, count);
}
