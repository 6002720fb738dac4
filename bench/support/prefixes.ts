/** Routing tables drawn at random, with about the lengths that the tables of the Internet have. */
import { maskOf } from "../../src/addresses.ts";
import type { Ip, IpPrefix } from "../../src/types.ts";
import type { Random } from "../../test/model/random.ts";

/** Of a hundred prefixes: 60 of 24 bits, 38 of 16 to 23, 2 of 25 to 32. */
const LENGTHS: readonly (readonly [weight: number, lengths: readonly [from: number, to: number]])[] = [
  [60, [24, 24]],
  [38, [16, 23]],
  [2, [25, 32]],
];

const drawLength = (random: Random): number => random.from(...random.weighted(LENGTHS));

/** First octets that a destination can have: not 0, 10 (our own), 127 or from 224 on. */
const firstOctet = (random: Random): number => {
  const octet = random.from(1, 221);
  return octet + (octet >= 10 ? 1 : 0) + (octet >= 126 ? 1 : 0);
};

const keyOf = (address: Ip, length: number): number => address * 64 + length;

/** `count` different prefixes. */
export const drawPrefixes = (random: Random, count: number): IpPrefix[] => {
  const seen = new Set<number>();
  const prefixes: IpPrefix[] = [];
  while (prefixes.length < count) {
    const length = drawLength(random);
    const address = (((firstOctet(random) << 24) | (random.word() & 0xffffff)) & maskOf(length)) >>> 0;
    if (seen.has(keyOf(address, length))) continue;
    seen.add(keyOf(address, length));
    prefixes.push({ address, length });
  }
  return prefixes;
};

/** An address behind the prefix. */
export const addressIn = (random: Random, { address, length }: IpPrefix): Ip => (address | (random.word() & ~maskOf(length))) >>> 0;

/** Longest prefix match by one map for all lengths: index of the prefix, or -1. */
export const matcherOf = (prefixes: readonly IpPrefix[]): ((address: Ip) => number) => {
  const byKey = new Map(prefixes.map(({ address, length }, index) => [keyOf(address, length), index]));
  const lengths = [...new Set(prefixes.map(({ length }) => length))].sort((a, b) => b - a);
  return (address) => {
    for (const length of lengths) {
      const index = byKey.get(keyOf((address & maskOf(length)) >>> 0, length));
      if (index !== undefined) return index;
    }
    return -1;
  };
};
