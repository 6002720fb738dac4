/** The table of mbufs, as it lies in memory. */
import { Region } from "../../assembly/abi.ts";
import type { Engine } from "../../src/engine.ts";

/** Bytes of an mbuf, and where its `data` stands, which is 0 until it is a packet for the first time. */
const MBUF = 64;
const DATA = 16;

/** Numbers of those that have ever been a packet; a cluster has the number of its mbuf. */
export const usedMbufs = ({ exports }: Engine): number[] => {
  const bytes = exports.regionBytes(Region.Mbufs);
  const words = new Uint32Array(exports.memory.buffer, exports.regionBase(Region.Mbufs) >>> 0, bytes / 4);
  return Array.from({ length: bytes / MBUF }, (_, index) => index).filter((index) => words[(index * MBUF + DATA) / 4] !== 0);
};
