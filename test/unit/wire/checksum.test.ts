import { describe, expect, test } from "vitest";
import { Region } from "../../../assembly/abi.ts";
import { Random } from "../../model/random.ts";
import { u16 } from "../../support/frames.ts";
import { Labs, onEachMachine, toRouter } from "../../support/lab.ts";
import { checksum, ipv4, readIp } from "../../support/packets.ts";

const { exports } = new Labs("release").routerOf(2).engine;

/** The engine's checksum of bytes that start `shift` bytes behind an 8-byte boundary, in network order. */
const engineChecksum = (bytes: Uint8Array, shift: number): number => {
  const at = exports.regionBase(Region.Scratch) + shift;
  new Uint8Array(exports.memory.buffer, at - 1, bytes.length + 2).fill(0xa5); // neighbours that do not belong to the sum
  new Uint8Array(exports.memory.buffer, at, bytes.length).set(bytes);
  const machine = exports.cksum(at, bytes.length) & 0xffff;
  return ((machine & 0xff) << 8) | (machine >> 8);
};

describe("the checksum of a region", () => {
  test.each([1, 2, 3, 8])("is that of RFC 1071 for every length from 0 to 200, %i bytes behind a word", (shift) => {
    const random = new Random(shift);
    for (let length = 0; length <= 200; length++)
      for (const bytes of [
        Uint8Array.from({ length }, () => random.below(256)),
        new Uint8Array(length).fill(0xff),
        new Uint8Array(length),
        Uint8Array.from({ length }, (_, i) => (i % 2 ? 0xff : 0xfe)),
      ])
        expect(engineChecksum(bytes, shift), `${length} bytes`).toBe(checksum(bytes));
  });

  test("is that of RFC 1071 for the longest packets: no carry gets lost", () => {
    const bytes = new Uint8Array(2048).fill(0xff);
    for (const length of [2047, 2048]) {
      expect(engineChecksum(bytes.subarray(0, length), 0)).toBe(checksum(bytes.subarray(0, length)));
      expect(engineChecksum(bytes.subarray(0, length), 1)).toBe(checksum(bytes.subarray(0, length)));
    }
  });

  test("is the one of RFC 1071 section 3's example", () => {
    expect(engineChecksum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7), 0)).toBe(0x220d);
  });
});

/** A header's ten words, the checksum left out: everything fixed but the word of TTL and protocol, and the identification. */
const FIXED = [0x4500, 0x0054, 0x4000, 0xc000, 0x0201, 0xc633, 0x6401].reduce((sum, word) => sum + word, 0);

/** One's complement sum in 16 bits. */
const fold = (sum: number): number => {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
};

describe("the header checksum after the time to live went down", () => {
  /*
   * Varied: TTL (1 to 255) with protocol 17, and the identification, which is chosen so that the header's checksum is the one wanted. 0xffff cannot be
   * computed, but can be received: it stands for the same sum as 0.
   */
  test("equals a full computation, for all 65,536 checksums and all 255 times to live", () => {
    let wrong = "";
    for (let ttl = 1; ttl <= 255 && wrong === ""; ttl++)
      for (let before = 0; before <= 0xffff; before++) {
        const rest = FIXED + ((ttl << 8) | 17);
        const identification = fold((~before & 0xffff) + (~fold(rest) & 0xffff));
        const full = ~fold(rest - 0x100 + identification) & 0xffff;
        if (exports.afterTtl(before) !== full) {
          wrong = `ttl ${ttl}, checksum ${before.toString(16)}: ${exports.afterTtl(before).toString(16)} instead of ${full.toString(16)}`;
          break;
        }
      }
    expect(wrong).toBe("");
  });

  test.each([
    [0x0000, 0x0100],
    [0x1234, 0x1334],
    [0xfdff, 0xfeff],
    [0xfefe, 0xfffe],
    [0xfeff, 0x0000],
    [0xff00, 0x0001],
    [0xfffe, 0x00ff],
    [0xffff, 0x0100],
  ])("goes from %s to %s, and is never ffff", (before, after) => {
    expect(exports.afterTtl(before)).toBe(after);
  });
});

onEachMachine((labs) => {
  test("a forwarded header has the checksum of its bytes, by the slow path and from the flow cache", () => {
    const lab = labs.routerOf(2, { sysctl: { "net.inet.ip.fastforwarding": 1 } });
    const random = new Random(3);
    for (let n = 0; n < 300; n++) {
      const [departure] = lab.sent("em0", toRouter({ id: random.below(65536), ttl: random.from(2, 255), tos: n & 4 }));
      expect(readIp(departure!.data).checksumIsRight).toBe(true);
      expect(departure!.path).toBe(n === 0 || n === 4 ? "Forwarded" : "Fastforwarded");
    }
  });

  test("a header with any one bit turned over is not forwarded", () => {
    const lab = labs.routerOf(2);
    const good = toRouter();
    expect(lab.receive("em0", good)).toEqual(["em1"]);
    for (let bit = 0; bit < 160; bit++) {
      const bad = good.slice();
      bad[14 + (bit >> 3)]! ^= 1 << (bit & 7);
      expect(lab.receive("em0", bad), `bit ${bit}`).toEqual([]);
    }
  });

  test("a checksum of ffff is accepted for a sum of nothing but ones, as 0 is", () => {
    const lab = labs.routerOf(2);
    const zeros = ipv4({ id: 0, checksum: 0 });
    const id = checksum(zeros.subarray(0, 20)); // with this word added the sum is ffff
    const frames = [0, 0xffff].map((sum) => toRouter({ id, checksum: sum }));
    for (const frame of frames) expect(lab.receive("em0", frame)).toEqual(["em1"]);
    expect(frames.map((frame) => u16(frame, 24))).toEqual([0, 0xffff]);
  });
});
