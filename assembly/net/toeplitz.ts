// The Toeplitz hash of received packets. After sys/net/toeplitz.c: a key of two repeated bytes, so that the hash is symmetric and two tables do.

import { Knob, Region } from "../abi";
import { knob } from "../kern/kernel";
import { base } from "../memory/arena";

let tables: usize = 0;

export function attachToeplitz(): void {
  tables = base(Region.Toeplitz);
}

/** Bytes of the two tables: one for even, one for odd bytes in network order. */
export const TOEPLITZ_BYTES: u64 = 2 * 256 * 4;

/** Fills the tables from net.toeplitz.keyseed0 and 1. */
export function toeplitzInit(): void {
  const seed = ((<u32>knob(Knob.ToeplitzKeyseed0)) << 8) | <u32>knob(Knob.ToeplitzKeyseed1);
  const key = (seed << 16) | seed;
  for (let value: u32 = 0; value < 256; value++) {
    let even: u32 = 0;
    let odd: u32 = 0;
    for (let bit: u32 = 0; bit < 8; bit++) {
      if (!(value & (0x80 >> bit))) continue;
      even ^= rotl(key, bit);
      odd ^= rotl(key, bit + 8);
    }
    store<u32>(tables + ((<usize>value) << 2), even);
    store<u32>(tables + ((<usize>value) << 2), odd, 1024);
  }
}

function half(value: u32): u32 {
  return load<u32>(tables + ((<usize>(value >> 8)) << 2)) ^ load<u32>(tables + ((<usize>(value & 255)) << 2), 1024);
}

/** Over the two addresses, in host order. */
export function toeplitzAddresses(src: u32, dst: u32): u32 {
  return half(src >> 16) ^ half(src & 0xffff) ^ half(dst >> 16) ^ half(dst & 0xffff);
}

/** Over addresses and ports. */
export function toeplitzPorts(src: u32, dst: u32, sport: u32, dport: u32): u32 {
  return toeplitzAddresses(src, dst) ^ half(sport) ^ half(dport);
}
