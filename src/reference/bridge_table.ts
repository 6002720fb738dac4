/** The address table of a bridge. After the rtable part of sys/net/bridge/if_bridge.c; the hash decides bucket order only, so a map stands for it. */
import type { Mac } from "../types.ts";

export interface BridgeAddress {
  mac: Mac;
  port: number;
  /** Second at which the entry is old. Infinity: never. */
  expire: number;
  static: boolean;
}

export class BridgeTable {
  max: number;
  readonly #timeout: number;
  /** Oldest first: the reverse of the kernel's list, at whose head new entries are put. */
  readonly #entries = new Map<Mac, BridgeAddress>();

  constructor(max: number, timeout: number) {
    this.max = max;
    this.#timeout = timeout;
  }

  get addresses(): BridgeAddress[] {
    return [...this.#entries.values()];
  }

  lookup(mac: Mac): number | undefined {
    return this.#entries.get(mac)?.port;
  }

  addStatic(mac: Mac, port: number): void {
    this.#entries.set(mac, { mac, port, expire: Number.POSITIVE_INFINITY, static: true });
  }

  /** bridge_rtupdate: a full table learns nothing and forgets nothing. */
  learn(mac: Mac, port: number, now: number): void {
    const expire = this.#timeout === 0 ? Number.POSITIVE_INFINITY : now + this.#timeout;
    const known = this.#entries.get(mac);
    if (known?.static) return;
    if (known) Object.assign(known, { port, expire });
    else if (this.#entries.size < this.max) this.#entries.set(mac, { mac, port, expire, static: false });
  }

  /** bridge_rtage. */
  age(now: number): void {
    for (const entry of this.addresses) if (now >= entry.expire) this.#entries.delete(entry.mac);
  }

  /** bridge_rttrim: what is old goes first, then the newest dynamic entries. */
  trim(max: number, now: number): void {
    this.max = max;
    if (this.#entries.size <= max) return;
    this.age(now);
    for (const entry of this.addresses.reverse()) if (this.#entries.size > max && !entry.static) this.#entries.delete(entry.mac);
  }
}

/** Bucket of an address among the kernel's 1024: Bob Jenkins' mix over its six bytes and the key of the bridge. */
export function bridgeHash(mac: Mac, key: number): number {
  const byte = (index: number) => Number((mac >> BigInt(40 - 8 * index)) & 0xffn);
  let a = (0x9e3779b9 + byte(0) + (byte(1) << 8) + (byte(2) << 16) + (byte(3) << 24)) | 0;
  let b = (0x9e3779b9 + byte(4) + (byte(5) << 8)) | 0;
  let c = key | 0;
  a = (a - b - c) ^ (c >>> 13);
  b = (b - c - a) ^ (a << 8);
  c = (c - a - b) ^ (b >>> 13);
  a = (a - b - c) ^ (c >>> 12);
  b = (b - c - a) ^ (a << 16);
  c = (c - a - b) ^ (b >>> 5);
  a = (a - b - c) ^ (c >>> 3);
  b = (b - c - a) ^ (a << 10);
  c = (c - a - b) ^ (b >>> 15);
  return c & 1023;
}
