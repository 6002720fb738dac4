// Writes a capture of so many bytes (or a little more) to standard output: two ports, 64 stations, frames of 60 to 1514 bytes, a microsecond apart.
//
//   node big_capture.mjs BYTES

import { writeSync } from "node:fs";
import { createPcapngWriter } from "../../../dist/index.node.js";

const FRAMES = 2_000;
const STATIONS = 32;
const LENGTHS = [60, 60, 60, 60, 60, 60, 590, 590, 590, 1514];
const START = 1_800_000_000_000_000_000n;
/** Where a packet block has the halves of its time. */
const TIME = 12;

const writer = createPcapngWriter({ interfaces: [{ name: "p0" }, { name: "p1" }] });

const frameOf = (n) => {
  const data = new Uint8Array(LENGTHS[n % LENGTHS.length]);
  const [side, station] = [n & 1, (n >> 1) % STATIONS];
  data.set([2, 0, 0, 9, 1 - side, station, 2, 0, 0, 9, side, station, 0x88, 0xb5]);
  return writer.frame({ time: START, data, interface: side });
};

const put = (bytes) => {
  for (let at = 0; at < bytes.length; )
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
};

const blocks = Array.from({ length: FRAMES }, (_, n) => frameOf(n));
const chunk = Buffer.concat(blocks);
const places = [];
for (let at = 0, n = 0; n < FRAMES; at += blocks[n++].length) places.push(at + TIME);

put(writer.header());
let time = START;
for (let left = Number(process.argv[2]); left > 0; left -= chunk.length) {
  for (const at of places) {
    time += 1_000n;
    chunk.writeUInt32LE(Number(time >> 32n), at);
    chunk.writeUInt32LE(Number(time & 0xffffffffn), at + 4);
  }
  put(chunk);
}
