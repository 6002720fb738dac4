/** Puts closed loops into an engine: the numbers that its memory is laid out by, then the sources. */
import { Boot, TIME_BITS } from "../../assembly/abi.ts";
import type { ResolvedClosed, ResolvedEnds, ResolvedTcp, ResolvedVirtual } from "../types.ts";
import { macToWire } from "./attach.ts";
import type { VirtualExports } from "./exports.ts";

type Loops = Pick<ResolvedVirtual, "closed" | "tcp">;

const TWO_32 = 2 ** 32;
/** Bytes of a connection without an end. */
const ENDLESS = (1n << 63n) - 1n;
const FIRST_PORT = 1024;
const PORTS = 65_536 - FIRST_PORT;
/** Ways of a source of TCP, each with room for its segments. */
const WAYS = 4;

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((total, item) => total + of(item), 0);

/** Words of the map of a connection: mapWords in assembly/dev/traffic/tcp_connection.ts. */
const mapWords = ({ window, mss }: ResolvedTcp): number => (Math.floor(window / mss) + 64) >> 5;

/** Segments that one way of a source has room for: four windows of each connection, and some. What is sent again while the first ones are still there needs it. */
const flights = ({ connections, window, mss }: ResolvedTcp): number => connections * (4 * Math.ceil(window / mss) + 64);

/** @param words the boot record */
export const writeClosedBoot = (words: Uint32Array, { closed, tcp }: Loops): void => {
  words[Boot.ClosedSources] = closed.length;
  words[Boot.ClosedSlots] = sum(closed, ({ outstanding }) => outstanding);
  words[Boot.TcpSources] = tcp.length;
  words[Boot.TcpConnections] = sum(tcp, ({ connections }) => connections);
  words[Boot.TcpWords] = sum(tcp, (source) => source.connections * mapWords(source));
  words[Boot.TcpFlights] = sum(tcp, (source) => WAYS * flights(source));
};

export const attachLoops = (exports: VirtualExports, { closed, tcp }: Loops): void => {
  let slot = 0;
  for (const [number, source] of closed.entries()) {
    attachEnds(exports, 0, number, source);
    attachClosed(exports, number, slot, source);
    slot += source.outstanding;
  }
  const next = { connection: 0, word: 0, flight: 0 };
  for (const [number, source] of tcp.entries()) {
    attachEnds(exports, 1, number, source);
    exports.attachTcp(number, source.port, source.back, next.flight, flights(source));
    next.flight += WAYS * flights(source);
    for (let nth = 0; nth < source.connections; nth++) {
      attachConnection(exports, number, next, nth, source);
      next.connection++;
      next.word += mapWords(source);
    }
  }
};

const attachEnds = (exports: VirtualExports, tcp: number, number: number, ends: ResolvedEnds): void => {
  const { srcMac, dstMac, srcIp, dstIp, backSrcMac, backDstMac } = ends;
  exports.attachClosedEnds(tcp, number, macToWire(srcMac), macToWire(dstMac), srcIp, dstIp, macToWire(backSrcMac), macToWire(backDstMac));
};

const attachClosed = (exports: VirtualExports, number: number, slot: number, source: ResolvedClosed): void => {
  const { port, back, outstanding, flows, bytes, answerBytes, think, service, timeout, start, stop, count } = source;
  exports.attachClosed(number, port, back, flows, bytes, answerBytes);
  exports.attachClosedTimes(number, think.mean, think.exponential ? 1 : 0, service.mean, service.exponential ? 1 : 0, timeout);
  exports.startClosed(number, slot, outstanding, start, stop, count);
};

const attachConnection = (exports: VirtualExports, source: number, at: { connection: number; word: number }, nth: number, tcp: ResolvedTcp): void => {
  const { bytes, mss, window, initialWindow, ssthresh, rto, rtoMin, rtoMax, every, ackDelay, start, stagger, loss } = tcp;
  const { connection, word } = at;
  exports.attachTcpConnection(connection, source, FIRST_PORT + (nth % PORTS), word);
  exports.attachTcpSender(connection, mss, BigInt(window), BigInt(initialWindow * mss), BigInt(ssthresh), rto, rtoMin, rtoMax);
  exports.attachTcpReceiver(connection, every, ackDelay, Math.round(loss * TWO_32));
  const begin = min(start + BigInt(nth) * stagger, 1n << BigInt(TIME_BITS));
  exports.startTcp(connection, bytes === 0 ? ENDLESS : BigInt(bytes), begin);
};

const min = (a: bigint, b: bigint): bigint => (b < a ? b : a);
