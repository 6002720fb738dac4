import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CaptureParser, type ReadOptions } from "../../../src/capture/index.ts";
import { CaptureError } from "../../../src/errors.ts";
import { mutated, Random } from "../../conformance/captures/mutator.ts";
import { LONG, LONG_TIMEOUT } from "../../support/long.ts";
import { readOut } from "./bytes.ts";
import { SEEDS } from "./seeds.ts";

/** Ten million inputs in a long run, in ten parts. */
const PARTS = LONG ? 10 : 1;
const INPUTS = LONG ? 1_000_000 : 20_000;

/** Milliseconds for an input. The clock is that of the wall: one that takes longer may try again twice. */
const LIMIT_MS = 100;
const ATTEMPTS = 3;

const OPTIONS: readonly ReadOptions[] = [{}, { linkTypes: "any" }, { linkTypes: "any", unknownVersions: "skip" }];

/** The most bytes that were asked for in one piece while `work` ran. Views of what is there already do not count. */
function largestAllocation(work: () => void): number {
  let largest = 0;
  const [typed, plain] = [globalThis.Uint8Array, globalThis.ArrayBuffer];
  const watched = <T extends Uint8ArrayConstructor | ArrayBufferConstructor>(original: T): T =>
    new Proxy(original, {
      construct(target, args, self) {
        if (typeof args[0] === "number") largest = Math.max(largest, args[0]);
        return Reflect.construct(target, args, self);
      },
    });
  globalThis.Uint8Array = watched(typed);
  globalThis.ArrayBuffer = watched(plain);
  try {
    work();
  } finally {
    globalThis.Uint8Array = typed;
    globalThis.ArrayBuffer = plain;
  }
  return largest;
}

/** An input: the bytes, how they are cut into chunks (0 = not), and the options. */
interface Input {
  bytes: Uint8Array;
  chunks: readonly Uint8Array[];
  options: ReadOptions;
}

function inputOf(random: Random): Input {
  const bytes = mutated(SEEDS[random.below(SEEDS.length)]!, random);
  const options = OPTIONS[random.below(OPTIONS.length)]!;
  const most = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 100, 12][random.below(4)]!;
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunks.at(-1)!.length)
    chunks.push(bytes.slice(at, at + (most < 1000 ? 1 + random.below(most) : bytes.length)));
  return { bytes, chunks, options };
}

/** What is wrong with how the parser takes the input, as text; undefined = nothing. `faults` counts those that were refused. */
function wrongWith({ bytes, chunks, options }: Input, faults: { count: number }): string | undefined {
  const parser = new CaptureParser(options);
  let [captured, last] = [0, 0];
  try {
    for (const chunk of chunks) {
      for (const { data, offset } of parser.push(chunk)) {
        captured += data.length;
        if (!(offset >= last)) return `a frame at ${offset} behind one at ${last}`;
        last = offset;
      }
    }
    parser.finish();
  } catch (error) {
    faults.count++;
    if (!(error instanceof CaptureError)) return `not a CaptureError: ${error}`;
    if (!Number.isSafeInteger(error.offset) || error.offset < last || error.offset > bytes.length) return `offset ${error.offset} of ${bytes.length}`;
  }
  return captured > bytes.length ? `${captured} bytes of frames from ${bytes.length}` : undefined;
}

/** The same under the clock and with an eye on what is allocated. */
function wrongOrCostly(input: Input, faults: { count: number }): string | undefined {
  let wrong: string | undefined;
  let took = Number.POSITIVE_INFINITY;
  for (let i = 0; i < ATTEMPTS && took > LIMIT_MS; i++) {
    const start = performance.now();
    const largest = largestAllocation(() => {
      wrong = wrongWith(input, i === 0 ? faults : { count: 0 });
    });
    took = performance.now() - start;
    if (largest > 2 * input.bytes.length) wrong ??= `${largest} bytes allocated at once for ${input.bytes.length}`;
  }
  return wrong ?? (took > LIMIT_MS ? `${took.toFixed(0)} ms` : undefined);
}

describe("damaged captures", () => {
  // What the stack of an error is, nobody looks at, and it costs more than the reading.
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  test("are made from whole ones", () => {
    for (const [i, seed] of SEEDS.entries()) {
      const { frames, fault } = readOut(seed, { linkTypes: "any", unknownVersions: "skip" });
      expect([i, fault]).toEqual([i, undefined]);
      expect(frames.length, `seed ${i}`).toBeGreaterThan(0);
    }
  });

  test("an allocation by a number is seen by the check", () => {
    expect(largestAllocation(() => void new Uint8Array(12_345))).toBe(12_345);
    expect(largestAllocation(() => void new Uint8Array(new ArrayBuffer(99)))).toBe(99);
    expect(largestAllocation(() => void new Uint8Array([1, 2, 3]))).toBe(0);
  });

  test.each(Array.from({ length: PARTS }, (_, part) => part))(
    `${INPUTS} inputs, part %i of ${PARTS}: a typed error at an offset in the file at most, at once, and no memory by a length that the file claims`,
    (part) => {
      const random = new Random(part);
      const faults = { count: 0 };
      for (let i = 0; i < INPUTS; i++) {
        const input = inputOf(random);
        const wrong = wrongOrCostly(input, faults);
        if (wrong !== undefined)
          expect.fail(`input ${i} of part ${part}: ${wrong}\n${input.chunks.map((chunk) => Buffer.from(chunk).toString("hex")).join(" ")}`);
      }
      // Otherwise the damage is too mild, or too heavy, to show anything.
      expect(faults.count / INPUTS).toBeGreaterThan(0.3);
      expect(faults.count / INPUTS).toBeLessThan(0.95);
    },
    LONG_TIMEOUT,
  );
});
