// The traffic that all peers take: 4,096 frames of 60 bytes, UDP over IPv4, 1,024 flows in turn, as bytes of a pcap file.

const FRAMES = 4096;
const LENGTH = 60;
export const FLOWS = 1024;
export const ROUTES = 1000;

/** Locally administered: side 1 sends, side 2 receives. */
export const station = (side, flow) => [0x02, 0, side, 0, flow >> 8, flow & 255];

/** Disjoint prefixes of 18 to 26 bits from 11.0.0.0 on; every fourth leads to port 0, the others to port 1. */
export const routes = Array.from({ length: ROUTES }, (_, i) => ({
  prefix: 0x0b000000 + i * 0x4000,
  length: 18 + (i % 9),
  port: i % 4 === 0 ? 0 : 1,
}));

/** The route that a flow takes. 7 and 1,000 have no common factor: all routes are used. */
export const routeOf = (flow) => routes[(flow * 7) % ROUTES];

export const dotted = (ip) => [24, 16, 8, 0].map((shift) => (ip >>> shift) & 255).join(".");
export const colons = (mac) => mac.map((byte) => byte.toString(16).padStart(2, "0")).join(":");

/** Part of the frames whose route leads to port 1. */
export const toPort1 = Array.from({ length: FRAMES }, (_, k) => routeOf(k % FLOWS).port).reduce((sum, port) => sum + port, 0) / FRAMES;

function checksum(frame, from, to) {
  let sum = 0;
  for (let at = from; at < to; at += 2) sum += frame.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function frameOf(flow, destination, source) {
  const frame = Buffer.alloc(LENGTH);
  frame.set([...destination, ...source, 0x08, 0x00]);
  frame.set([0x45, 0, 0, LENGTH - 14, 0, 0, 0, 0, 64, 17], 14);
  frame.writeUInt32BE(0x0a000000 + flow, 26);
  frame.writeUInt32BE(routeOf(flow).prefix + (flow & 63), 30);
  frame.writeUInt16BE(checksum(frame, 14, 34), 24);
  frame.writeUInt16BE(1024 + flow, 34);
  frame.writeUInt16BE(9, 36);
  frame.writeUInt16BE(LENGTH - 34, 38);
  return frame;
}

function pcapOf(frames) {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.set([2, 0, 4, 0], 4);
  head.writeUInt32LE(65535, 16);
  head.writeUInt32LE(1, 20);
  const records = frames.map((frame) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    return [record, frame];
  });
  return Buffer.concat([head, ...records.flat()]);
}

/** A capture of the traffic. `destination` gives the MAC address that a flow's frames are sent to; they come from the stations of `side`. */
export const capture = (destination, side = 1, flows = FLOWS) =>
  pcapOf(Array.from({ length: FRAMES }, (_, k) => frameOf(k % flows, destination(k % flows), station(side, k % flows))));

/** One broadcast frame from every station of side 2: what a bridge learns from. */
export const announcements = () => pcapOf(Array.from({ length: FLOWS }, (_, flow) => frameOf(flow, Array(6).fill(255), station(2, flow))));
