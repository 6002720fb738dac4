import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CaptureParser, type ReadOptions, writePcapng } from "../../../src/capture/index.ts";
import { CaptureError } from "../../../src/errors.ts";
import { mutated, Random } from "../../conformance/captures/mutator.ts";
import { LONG, LONG_TIMEOUT } from "../../support/long.ts";
import { block, ethernet, join, packet, readOut, SECTION } from "./bytes.ts";
import { SEEDS } from "./seeds.ts";

/** Ten million inputs in a long run, in ten parts. */
const PARTS = LONG ? 10 : 1;
const INPUTS = LONG ? 1_000_000 : 20_000;

const OPTIONS: readonly ReadOptions[] = [{}, { linkTypes: "any" }, { linkTypes: "any", unknownVersions: "skip" }];

/** What the parser has done: the most bytes that it asked for in one piece (not views of what is there already), bytes that it copied or decoded, numbers read. */
interface Work {
  largest: number;
  copied: number;
  reads: number;
}

const GETTERS = ["getUint8", "getUint16", "getUint32", "getInt32", "getBigInt64", "getBigUint64"] as const;

function workOf(action: () => void): Work {
  const work = { largest: 0, copied: 0, reads: 0 };
  const undo: (() => void)[] = [];
  const watch = <T extends object, K extends keyof T>(owner: T, name: K, made: (original: T[K]) => T[K]): void => {
    const original = owner[name];
    owner[name] = made(original);
    undo.push(() => {
      owner[name] = original;
    });
  };
  const allocates = <T extends Uint8ArrayConstructor | ArrayBufferConstructor>(original: T): T =>
    new Proxy(original, {
      construct(target, args, self) {
        if (typeof args[0] === "number") work.largest = Math.max(work.largest, args[0]);
        return Reflect.construct(target, args, self);
      },
    });
  const calls = <F extends object>(counts: (args: unknown[]) => void): ((original: F) => F) => {
    return (original) =>
      new Proxy(original, {
        apply(target, self, args) {
          counts(args);
          return Reflect.apply(target as unknown as (...args: unknown[]) => unknown, self, args);
        },
      });
  };
  const copies = ([from]: unknown[]): void => {
    work.copied += (from as ArrayLike<number>).length;
  };
  watch(globalThis, "Uint8Array", allocates);
  watch(globalThis, "ArrayBuffer", allocates);
  watch(Uint8Array.prototype, "set", calls(copies));
  watch(TextDecoder.prototype, "decode", calls(copies));
  for (const name of GETTERS) watch(DataView.prototype, name, calls(() => work.reads++) as never);
  try {
    action();
  } finally {
    for (const one of undo) one();
  }
  return work;
}

/**
 * What is too much of it, as text. Nothing is asked for that is longer than twice what has come. A byte is copied when it comes, decoded at most once, and
 * copied again when the window grows, which then has twice the room that it needs: less than twice. The shortest field has two bytes, and of a record that
 * is not complete type, length and byte order are read again with each chunk.
 */
function tooMuch({ largest, copied, reads }: Work, { bytes, chunks }: Pick<Input, "bytes" | "chunks">): string | undefined {
  if (largest > 2 * bytes.length) return `${largest} bytes allocated at once for ${bytes.length}`;
  if (copied > 4 * bytes.length) return `${copied} bytes copied of ${bytes.length}`;
  return reads > bytes.length / 2 + 3 * chunks.length + 1 ? `${reads} numbers read in ${bytes.length} bytes, ${chunks.length} chunks` : undefined;
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
  return { bytes, chunks: piecesOf(bytes, () => (most < 1000 ? 1 + random.below(most) : bytes.length)), options };
}

function piecesOf(bytes: Uint8Array, length: () => number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieces.at(-1)!.length) pieces.push(bytes.slice(at, at + length()));
  return pieces;
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

/** The same, or what it costs too much of. */
function wrongOrCostly(input: Input, faults: { count: number }): string | undefined {
  let wrong: string | undefined;
  const work = workOf(() => {
    wrong = wrongWith(input, faults);
  });
  return wrong ?? tooMuch(work, input);
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

  test("allocations by a number, copies and reads are seen by the check", () => {
    expect(workOf(() => void new Uint8Array(12_345)).largest).toBe(12_345);
    expect(workOf(() => void new Uint8Array(new ArrayBuffer(99))).largest).toBe(99);
    expect(workOf(() => void new Uint8Array([1, 2, 3])).largest).toBe(0);
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    expect(workOf(() => bytes.set([1, 2, 3]))).toEqual({ largest: 0, copied: 3, reads: 0 });
    expect(workOf(() => void [view.getUint8(0), view.getUint16(0, true), view.getBigInt64(0)])).toEqual({ largest: 0, copied: 0, reads: 3 });
  });

  // 64 KiB, in which a square of the length would show.
  test.each([
    ["a frame", writePcapng([{ time: 0n, data: new Uint8Array(65_536) }], [{ name: "em0" }])],
    ["options", join(SECTION, ethernet(), packet("0100 0400 61626364".repeat(8_192)))],
    ["a block that is skipped", join(SECTION, ethernet(), block(0x77, new Uint8Array(65_536)), packet())],
    ["many blocks", join(SECTION, ethernet(), ...Array.from({ length: 1_000 }, () => packet()))],
  ])("%s in small pieces: read in linear work", (_, bytes) => {
    const random = new Random(1);
    const chunks = piecesOf(bytes, () => 1 + random.below(12));
    const faults = { count: 0 };
    expect([wrongOrCostly({ bytes, chunks, options: {} }, faults), faults.count]).toEqual([undefined, 0]);
  });

  test.each(Array.from({ length: PARTS }, (_, part) => part))(
    `${INPUTS} inputs, part %i of ${PARTS}: a typed error at an offset in the file at most, after linear work, and no memory by a length that the file claims`,
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
