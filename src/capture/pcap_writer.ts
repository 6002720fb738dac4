import { type Check, checkGiven, wordOf } from "../given.ts";
import { MAX_CAPTURED } from "./frame.ts";
import { checkedLength, checkedTime, isIntegerTo, type Place } from "./frame_checks.ts";
import { LINKTYPE_ETHERNET } from "./link_types.ts";
import { LINK_RESERVED, PCAP_HEADER, PCAP_MICROSECONDS, PCAP_NANOSECONDS, PCAP_RECORD } from "./pcap_reader.ts";
import type { WriteBuffer } from "./write_buffer.ts";
import { type CaptureWriter, type FrameToWrite, writeAll, writerOf } from "./writer.ts";

/** How a pcap file is written. */
export interface PcapOptions {
  /** Default "ns". With "us", what is finer than a microsecond is cut off. */
  resolution?: "us" | "ns";
  /** LINKTYPE number of all frames, written as it is, in bits 26 to 31 how long a check sequence is. Default 1, Ethernet. */
  linkType?: number;
}

const CHECKS: Readonly<Record<keyof PcapOptions, Check>> = {
  resolution: wordOf("us", "ns"),
  linkType: [
    "a LINKTYPE number from 0 to 65,535, perhaps with the length of a check sequence in bits 26 to 31",
    (value) => isIntegerTo(0xffffffff, value) && ((value as number) & LINK_RESERVED) === 0,
  ],
};

const SECOND = 1_000_000_000n;
const TIME_LIMIT = SECOND << 32n;

/** Writes a little endian pcap file, version 2.4. It has no room for interface, direction or comment, and its times end in the year 2106. @throws ConfigError */
export function createPcapWriter(options: PcapOptions = {}): CaptureWriter {
  checkGiven(options, "options", CHECKS);
  const nanoseconds = options.resolution !== "us";
  const linkType = options.linkType ?? LINKTYPE_ETHERNET;
  return writerOf(
    (buffer) => putHeader(buffer, nanoseconds, linkType),
    (buffer, frame, place) => putRecord(buffer, frame, place, nanoseconds ? 1 : 1000),
  );
}

/** A whole pcap file, as `createPcapWriter` writes it. @throws ConfigError for what is no frame or no option, and a time before 1970 or after 2106 */
export function writePcap(frames: Iterable<FrameToWrite>, options: PcapOptions = {}): Uint8Array {
  return writeAll(createPcapWriter(options), frames);
}

function putHeader(buffer: WriteBuffer, nanoseconds: boolean, linkType: number): void {
  buffer.reserve(PCAP_HEADER);
  const { view, end } = buffer;
  view.setUint32(end, nanoseconds ? PCAP_NANOSECONDS : PCAP_MICROSECONDS, true);
  view.setUint16(end + 4, 2, true);
  view.setUint16(end + 6, 4, true);
  view.setUint32(end + 8, 0, true);
  view.setUint32(end + 12, 0, true);
  view.setUint32(end + 16, MAX_CAPTURED, true);
  view.setUint32(end + 20, linkType, true);
  buffer.end += PCAP_HEADER;
}

/** `unit`: nanoseconds per unit of the fraction. */
function putRecord(buffer: WriteBuffer, frame: FrameToWrite, place: Place, unit: number): void {
  const length = checkedLength(frame, place);
  const time = checkedTime(frame, TIME_LIMIT, place);
  const seconds = Number(time / SECOND);
  // The difference is below 10^9, so that 64 bits are enough to find it.
  const fraction = Number(BigInt.asUintN(64, time - BigInt(seconds) * SECOND));
  buffer.reserve(PCAP_RECORD + frame.data.length);
  const { view, end } = buffer;
  view.setUint32(end, seconds, true);
  view.setUint32(end + 4, Math.floor(fraction / unit), true);
  view.setUint32(end + 8, frame.data.length, true);
  view.setUint32(end + 12, length, true);
  buffer.end += PCAP_RECORD;
  buffer.put(frame.data);
}
