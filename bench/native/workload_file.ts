/** A workload as the C program reads it: words of 32 bits, little endian, then the records (workload.h). */
import type { LoopSystem, Workload } from "../support/contestant.ts";

const MAGIC = 0x6c6f6f70;
const KINDS: Record<LoopSystem["kind"], number> = { bridge: 1, router: 2 };

/** First four bytes and last two, each as loaded from the wire. */
const macWords = (mac: Uint8Array): number[] => [mac[0]! | (mac[1]! << 8) | (mac[2]! << 16) | (mac[3]! << 24), mac[4]! | (mac[5]! << 8)];

export const workloadFile = ({ frames, learn, input }: Workload, system: LoopSystem): Uint8Array => {
  const { kind, cpus, burst, mbufs, clusterBytes, maxaddr, ports, routes, neighbours } = system;
  const words = [
    ...[MAGIC, KINDS[kind], cpus, burst, mbufs, clusterBytes, maxaddr, frames],
    ...[ports.length, routes.length, neighbours.length, learn.length, input.length, 0],
    ...ports.flatMap(({ mac, mtu, rxSlots, txSlots, sndMaxlen }) => [...macWords(mac), mtu, rxSlots, txSlots, sndMaxlen]),
    ...routes.flatMap(({ prefix, length, port, gateway }) => [prefix, length, port, gateway]),
    ...neighbours.flatMap(({ ip, mac, port }) => [ip, port, ...macWords(mac)]),
  ];
  const bytes = new Uint8Array(4 * words.length + learn.length + input.length);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
  bytes.set(learn, 4 * words.length);
  bytes.set(input, 4 * words.length + learn.length);
  return bytes;
};
