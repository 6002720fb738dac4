/** Reading and writing of header fields, which are big endian on the wire. Offsets are bytes; callers have checked the length. */
import type { Mac } from "../types.ts";

export const get16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

export const get32 = (bytes: Uint8Array, at: number): number => ((get16(bytes, at) << 16) | get16(bytes, at + 2)) >>> 0;

export const getMac = (bytes: Uint8Array, at: number): Mac => BigInt(get16(bytes, at) * 0x100000000 + get32(bytes, at + 2));

export function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function put32(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, value >>> 16);
  put16(bytes, at + 2, value & 0xffff);
}

export function putMac(bytes: Uint8Array, at: number, mac: Mac): void {
  put16(bytes, at, Number(mac >> 32n));
  put32(bytes, at + 2, Number(mac & 0xffffffffn));
}

/** The internet checksum (RFC 1071). Zero over bytes that hold a right checksum. */
export function checksum(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 2) sum += (bytes[at]! << 8) | (at + 1 < to ? bytes[at + 1]! : 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum ^ 0xffff;
}
