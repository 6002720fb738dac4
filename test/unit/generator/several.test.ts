/** Several generators on one interface. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ArrivalKind } from "../../../assembly/abi.ts";
import { NEVER, Source } from "./support.ts";

/** All that a port receives, and which generator made it. */
const received = (traffic: Source, most: number): [bigint, number][] => {
  const all: [bigint, number][] = [];
  while (all.length < most && traffic.next() !== NEVER) {
    const { time } = traffic.take();
    all.push([time, traffic.parts.lastGenerator()]);
  }
  return all;
};

test("the earliest arrival comes first; of several at one time, that of the lower number", () => {
  const intervals = fc.array(fc.bigInt(1n, 12n), { minLength: 1, maxLength: 33 });
  fc.assert(
    fc.property(intervals, (gaps) => {
      const traffic = new Source(1, [gaps.length]);
      for (const [number, interval] of gaps.entries()) traffic.attach({ interval, count: 20n }, number);
      const expected = gaps.flatMap((gap, number) => Array.from({ length: 20 }, (_, i): [bigint, number] => [gap * BigInt(i + 1), number]));
      expected.sort(([a, m], [b, n]) => Number(a - b) || m - n);
      expect(received(traffic, 1000)).toEqual(expected);
      expect(traffic.next()).toBe(NEVER);
    }),
    { numRuns: 60 },
  );
});

test("a generator gives the same frames at the same times, alone or among others", () => {
  const poisson = { kind: ArrivalKind.Poisson, interval: 1000n, flows: 10, uniform: true };
  const alone = new Source(5).attach(poisson).takeMany(50);
  const among = new Source(5, [3]).attach(poisson, 0).attach(poisson, 1).attach({ interval: 777n }, 2);
  const own = [];
  while (own.length < 50) {
    const arrival = among.take();
    if (among.parts.lastGenerator() === 0) own.push(arrival);
  }
  expect(own).toEqual(alone);
});

test("generators of one interface have streams of their own", () => {
  const traffic = new Source(5, [2, 2]);
  for (let number = 0; number < 4; number++) traffic.attach({ kind: ArrivalKind.Poisson, interval: 10n ** 9n }, number);
  const firsts = [0, 1].flatMap((port) => firstsOf(traffic, port));
  expect(new Set(firsts).size).toBe(4);
});

/** First arrivals of the two generators of a port. */
const firstsOf = (traffic: Source, port: number): bigint[] => {
  const times = new Map<number, bigint>();
  while (times.size < 2) {
    const { time } = traffic.take(port);
    const number = traffic.parts.lastGenerator();
    if (!times.has(number)) times.set(number, time);
  }
  return [...times.values()];
};
