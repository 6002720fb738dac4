// Lines of a look-aside: four places of 16 bytes, each with its key in the first eight. Which line is a matter of multiplication, which place of arithmetic:
// no branch depends on where a key lies.

export const LINE_SHIFT: usize = 6;
export const LINE_BYTES: usize = 1 << LINE_SHIFT;
export const PLACE_SHIFT: usize = 4;

/** 2^64 / golden ratio: the upper bits of the product depend on all bits of the key. */
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/** Number of a key's line, below 2^(64 - shift). */
export function lineNumber(key: u64, shift: u64): usize {
  return <usize>((key * MIX) >> shift);
}

/** The place that has the key; the first one if none has. No two places have one key, but for that of empty ones. */
export function placeOf(line: usize, key: u64): usize {
  const second = select<usize>(16, 0, load<u64>(line, 16) == key);
  const third = select<usize>(32, 0, load<u64>(line, 32) == key);
  const fourth = select<usize>(48, 0, load<u64>(line, 48) == key);
  return line + (second | third | fourth);
}
