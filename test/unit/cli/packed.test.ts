/** Captures packed with gzip or zstd. */
import { readFile } from "node:fs/promises";
import { Readable, type Transform } from "node:stream";
import { setTimeout } from "node:timers/promises";
import * as zlib from "node:zlib";
import { describe, expect, test } from "vitest";
import { writePcap } from "../../../src/capture/index.ts";
import type { ByteSource } from "../../../src/cli/input/byte_source.ts";
import { Inflater } from "../../../src/cli/input/inflater.ts";
import { packingOf, UnpackedBytes } from "../../../src/cli/input/unpack.ts";
import { example, fileNamed, fileWith, lanFile, netisr, replayed, stray } from "./support.ts";

const config = await lanFile();
const BRIDGE = ["-c", example("bridge.json")];
const CAPTURE = await readFile(example("captures/bridge.pcapng"));

/** `frames` frames that pack badly, so that a place in the packed data is a place among the frames. */
const noise = (frames: number): Buffer => {
  let seed = 1;
  const next = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed >>> 16;
  };
  const made = Array.from({ length: frames }, (_, n) => {
    const data = new Uint8Array(100).map(next);
    data.set(stray(), 0);
    return { time: BigInt(n), data };
  });
  return Buffer.from(writePcap(made));
};

test("a packed file and a packed standard input give the bytes of the file that was packed", async () => {
  const [plain, packed, piped] = ["plain.pcapng", "packed.pcapng", "piped.pcapng"].map(fileNamed);
  await replayed([example("captures/bridge.pcapng"), ...BRIDGE, "-w", plain!]);
  const gz = zlib.gzipSync(CAPTURE);
  const { input } = await replayed([await fileWith("bridge.pcapng.gz", gz), ...BRIDGE, "-w", packed!]);
  expect(input.files[0]).toMatchObject({ packing: "gzip", frames: 470 });
  const stdin = (): Readable => Readable.from([gz.subarray(0, 1), gz.subarray(1, 3), gz.subarray(3)]);
  expect((await netisr(["replay", "-", ...BRIDGE, "-w", piped!], { stdin })).exit).toBe(0);
  const wanted = await readFile(plain!);
  expect((await readFile(packed!)).equals(wanted)).toBe(true);
  expect((await readFile(piped!)).equals(wanted)).toBe(true);
});

test("several gzip members in one file are one capture", async () => {
  const file = await fileWith("members.gz", Buffer.concat([zlib.gzipSync(CAPTURE.subarray(0, 1000)), zlib.gzipSync(CAPTURE.subarray(1000))]));
  expect((await replayed([file, ...BRIDGE])).input.frames).toBe(470);
});

test("offsets in messages are those of the unpacked data, and say so", async () => {
  const file = await fileWith("cut_inside.gz", zlib.gzipSync(CAPTURE.subarray(0, 200_000)));
  const { exit, err } = await netisr(["replay", file, ...BRIDGE]);
  expect(exit).toBe(4);
  expect(err).toMatch(
    /^netisr: \S*cut_inside\.gz \(unpacked\): byte 199168: expected a record of 1548 bytes or more, but found the end of the file after 832\n$/,
  );
});

describe("a fault in the packing", () => {
  const frames = 3000;
  const whole = noise(frames);
  const gz = zlib.gzipSync(whole);

  const ended = async (name: string, bytes: Uint8Array): Promise<{ exit: number; frames: number; err: string }> => {
    const { exit, out, err } = await netisr(["replay", await fileWith(name, bytes), "-c", config, "--json"]);
    return { exit, frames: out === "" ? 0 : JSON.parse(out).input.frames, err };
  };

  test("a wrong check sum at the end: every frame comes before the error", async () => {
    const bytes = Buffer.from(gz);
    bytes[bytes.length - 6]! ^= 1;
    const { err, ...rest } = await ended("crc.gz", bytes);
    expect(rest).toEqual({ exit: 4, frames });
    expect(err).toMatch(
      new RegExp(
        `crc\\.gz \\(unpacked\\): byte ${whole.length}: expected more data packed with gzip, but found a fault in it \\(incorrect data check\\)\n$`,
      ),
    );
  });

  test("a stream that breaks off: the frames until there come before the error", async () => {
    const half = gz.subarray(0, gz.length / 2);
    // What another program gets out of it.
    const there = zlib.gunzipSync(half, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).length;
    const { exit, frames: found, err } = await ended("broken.gz", half);
    expect({ exit, found }).toEqual({ exit: 4, found: Math.floor((there - 24) / 116) });
    expect(err).toContain(`byte ${there}: expected more data packed with gzip, but found a fault in it (unexpected end of file)`);
  });

  test.each([0.1, 0.5, 0.9])("wrong bytes at %d of the file: what comes before them is replayed", async (part) => {
    const bytes = Buffer.from(gz);
    const at = Math.floor(bytes.length * part);
    bytes.fill(0xff, at, at + 8);
    const there = zlib.gunzipSync(gz.subarray(0, at), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).length;
    const { exit, frames: found, err } = await ended("wrong.gz", bytes);
    expect(exit).toBe(4);
    // What the wrong bytes unpack to is nonsense, which may take a while to show.
    expect(found).toBeGreaterThanOrEqual(Math.floor((there - 24) / 116));
    expect(found).toBeLessThan(frames);
    expect(err).toMatch(/wrong\.gz \(unpacked\): byte \d+: expected /);
  });

  test("a fault far behind the beginning: every frame that was packed before it comes, from a file; few are lost from a pipe", async () => {
    const data = noise(170_000);
    const there = data.subarray(0, 19_000_000);
    const whole = Math.floor((there.length - 24) / 116);
    // A block of a kind that does not exist, at once behind the last byte that can be unpacked.
    const packed = Buffer.concat([zlib.gzipSync(there, { finishFlush: zlib.constants.Z_FULL_FLUSH }), Buffer.alloc(40, 7)]);
    expect(packed.length).toBeGreaterThan(5 * 2 ** 20);
    const file = await ended("far.gz", packed);
    expect(file).toMatchObject({ exit: 4, frames: whole });
    expect(file.err).toContain(`byte ${there.length}: expected more data packed with gzip, but found a fault in it (invalid block type)`);
    const chunks = Array.from({ length: Math.ceil(packed.length / 65_536) }, (_, i) => packed.subarray(i * 65_536, (i + 1) * 65_536));
    const piped = await netisr(["replay", "-", "-c", config, "--json"], { stdin: () => Readable.from(chunks) });
    expect(piped.exit).toBe(4);
    // A kilobyte of packed data holds some thirty of them.
    expect(JSON.parse(piped.out).input.frames).toBeGreaterThan(whole - 60);
  });

  test("nothing at all behind the magic number is a capture of which no frame could be read", async () => {
    expect(await ended("magic.gz", gz.subarray(0, 4))).toMatchObject({ exit: 3, frames: 0 });
  });
});

describe("UnpackedBytes", () => {
  const sourceOf = (bytes: Uint8Array): ByteSource & { taken: number } => ({
    taken: 0,
    size: undefined,
    async read() {
      if (this.taken === bytes.length) return undefined;
      const chunk = bytes.subarray(this.taken, this.taken + 65_536);
      this.taken += chunk.length;
      return chunk;
    },
    async close() {},
  });

  test("what unpacks to a thousand times as much is unpacked a piece at a time, as far as it is asked for", async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(256 * 1024 * 1024));
    const packed = sourceOf(bomb);
    const unpacked = new UnpackedBytes("bomb.gz", "gzip", packed);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 100; i++) expect((await unpacked.read())!.length).toBeLessThanOrEqual(65_536);
    expect(packed.taken).toBeLessThanOrEqual(65_536);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
    await unpacked.close();
  });

  test("no piece is made before the one ahead of it is taken", async () => {
    let stream: Transform | undefined;
    const inflater = new Inflater((options) => {
      stream = zlib.createGunzip(options);
      return stream;
    });
    const bomb = zlib.gzipSync(Buffer.alloc(16 * 1024 * 1024));
    let bytes = 0;
    for (let fed = false; ; ) {
      const piece = await inflater.next(async () => {
        const next = fed ? undefined : bomb;
        fed = true;
        return next;
      });
      if (!(piece instanceof Uint8Array)) break;
      expect(piece.length).toBeLessThanOrEqual(65_536);
      bytes += piece.length;
      // Time for zlib to run ahead, if it could.
      await setTimeout(2);
      expect(stream!.readableLength).toBeLessThanOrEqual(65_536);
    }
    expect(bytes).toBe(16 * 1024 * 1024);
  });

  test("a fault stays a fault", async () => {
    const unpacked = new UnpackedBytes("x.gz", "gzip", sourceOf(Buffer.from([0x1f, 0x8b, 9, 9, 9, 9, 9, 9])));
    for (let i = 0; i < 2; i++) await expect(unpacked.read()).rejects.toThrow("x.gz (unpacked): byte 0: expected more data packed with gzip");
  });
});

test.each([
  [[0x1f, 0x8b, 8, 0], "gzip"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd"],
  [[0xa1, 0xb2, 0xc3, 0xd4], undefined],
  [[0x1f], undefined],
  [[], undefined],
])("%j is the beginning of a file packed with %s", (bytes, packing) => {
  expect(packingOf(Uint8Array.from(bytes))).toBe(packing);
});

/** A zstd frame of one raw block (RFC 8878): magic, descriptor "single segment, content size in one byte", size, block header (last, raw). */
const zstdFrame = (bytes: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.length, ...[0, 8, 16].map((shift) => (((bytes.length << 3) | 1) >> shift) & 0xff)]),
    bytes,
  ]);

test("zstd is read where Node has it, and refused by name where it has not", async () => {
  const file = await fileWith("one.pcap.zst", zstdFrame(writePcap([{ time: 0n, data: stray() }])));
  const { exit, out, err } = await netisr(["replay", file, "-c", config, "--json"]);
  if ("createZstdDecompress" in zlib) {
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(JSON.parse(out).input).toMatchObject({ frames: 1, files: [{ packing: "zstd" }] });
  } else {
    const found = `zstd, and this is Node ${process.versions.node}`;
    expect({ exit, out }).toEqual({ exit: 3, out: "" });
    expect(err).toBe(
      `netisr: ${file}: byte 0: expected a capture as it is or packed with gzip (zstd needs Node 22.15 or newer), but found ${found}\n`,
    );
  }
});
