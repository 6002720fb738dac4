// Requests and answers: UDP without checksum, all zeros. The users' source ports are 1024 and above, counted round over the flows; the other is 9.

import { put16 } from "../../memory/bytes";
import { ETHER_HDR_LEN } from "../../wire/ethernet";
import { IP_MIN_HEADER, IPPROTO_UDP } from "../../wire/ipv4";
import { ClosedSource } from "./closed";
import { writeHeaders } from "./closed_ends";

const FIRST_PORT: u32 = 1024;
/** The discard service (RFC 863). */
const DISCARD: u32 = 9;
const HEADERS: u32 = ETHER_HDR_LEN + IP_MIN_HEADER;

/** Writes the frame of the `nth` user's request, or of the answer to it. Returns its length. */
export function writeRequest(at: usize, source: ClosedSource, nth: u32, answer: bool): u32 {
  const length = answer ? source.answer : source.length;
  writeHeaders(at, source, answer, IPPROTO_UDP, 0, length - ETHER_HDR_LEN);
  const udp = at + HEADERS;
  const port = FIRST_PORT + (nth % source.flows);
  put16(udp, answer ? DISCARD : port);
  put16(udp + 2, answer ? port : DISCARD);
  put16(udp + 4, length - HEADERS);
  memory.fill(udp + 6, 0, length - HEADERS - 6);
  return length;
}
