// Damage to capture files, by seed: what falls on wires and disks (bits, cuts), and what finds the seams of a reader (lengths at their limits, blocks twice).

/** Seeded numbers: splitmix32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer from 0 to 2^32 - 1. */
  word(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** An integer from 0 to n - 1. */
  below(n: number): number {
    return this.word() % n;
  }
}

/** Numbers that stand at the limits of something. */
const EXTREMES = [
  0, 1, 4, 8, 11, 12, 16, 20, 28, 31, 32, 36, 0xff, 0xffff, 0x10000, 262_143, 262_144, 262_145, 0xffffff, 0x1000000, 0x1000001, 0x7fffffff,
  0x80000000, 0xfffffff0, 0xfffffffc, 0xffffffff,
];

/** Block types, link types and option codes, so that one becomes another. */
const NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 13, 14, 0xbad, 0x40000bad, 0x0a0d0d0a, 0x1a2b3c4d, 0x4d3c2b1a, 113, 147];

type Change = (bytes: Uint8Array, random: Random) => Uint8Array;

const flip: Change = (bytes, random) => {
  bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
  return bytes;
};

/** Where the structure is: at the front, or anywhere on a word. */
const wordAt = (bytes: Uint8Array, random: Random): number => {
  const words = Math.max(1, (bytes.length >> 2) - 1);
  return 4 * random.below(random.below(2) === 0 ? Math.min(words, 24) : words);
};

const setWord =
  (numbers: readonly number[]): Change =>
  (bytes, random) => {
    if (bytes.length < 4) return bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const at = wordAt(bytes, random);
    const number = numbers[random.below(numbers.length)]!;
    const order = random.below(4);
    if (order < 2) view.setUint32(at, number, order === 0);
    else view.setUint16(at + 2 * random.below(2), number, order === 2);
    return bytes;
  };

/** A number moves a little: lengths that are wrong by a few bytes. */
const nudge: Change = (bytes, random) => {
  bytes[random.below(bytes.length)]! += random.below(17) - 8;
  return bytes;
};

const cut: Change = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1));

/** A piece on word borders is put in again somewhere: blocks twice, or in another order. */
const splice: Change = (bytes, random) => {
  const words = bytes.length >> 2;
  const from = 4 * random.below(words + 1);
  const length = Math.min(4 * random.below(64), bytes.length - from);
  const to = 4 * random.below(words + 1);
  const result = new Uint8Array(bytes.length + length);
  result.set(bytes.subarray(0, to));
  result.set(bytes.subarray(from, from + length), to);
  result.set(bytes.subarray(to), to + length);
  return result;
};

/** A piece on word borders is taken out. */
const remove: Change = (bytes, random) => {
  const from = 4 * random.below((bytes.length >> 2) + 1);
  const end = Math.min(bytes.length, from + 4 * (1 + random.below(16)));
  const result = new Uint8Array(bytes.length - (end - from));
  result.set(bytes.subarray(0, from));
  result.set(bytes.subarray(end), from);
  return result;
};

const CHANGES: readonly Change[] = [flip, flip, flip, setWord(EXTREMES), setWord(EXTREMES), setWord(NUMBERS), nudge, cut, splice, remove];

/** A damaged copy: one to four changes. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  let result: Uint8Array = bytes.slice();
  for (let changes = 1 + random.below(4); changes > 0 && result.length > 0; changes--)
    result = CHANGES[random.below(CHANGES.length)]!(result, random);
  return result;
}
