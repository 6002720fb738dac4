import { MAX_CAPTURED } from "./frame.ts";
import { LINKTYPE_ETHERNET } from "./link_types.ts";
import { PCAP_HEADER, PCAP_MICROSECONDS, PCAP_NANOSECONDS, PCAP_RECORD } from "./pcap_reader.ts";
import { type CaptureWriter, checkedLength, checkedTime, type FrameToWrite, writeAll } from "./writer.ts";

export interface PcapOptions {
  /** Default "ns". With "us", what is finer than a microsecond is cut off. */
  resolution?: "us" | "ns";
  /** Default Ethernet. */
  linkType?: number;
}

const SECOND = 1_000_000_000n;

/** A little endian pcap file, version 2.4. It has no room for interface, direction or comment, and ends in the year 2106. */
export function createPcapWriter(options: PcapOptions = {}): CaptureWriter {
  const nanoseconds = options.resolution !== "us";
  return {
    header() {
      const bytes = new Uint8Array(PCAP_HEADER);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, nanoseconds ? PCAP_NANOSECONDS : PCAP_MICROSECONDS, true);
      view.setUint16(4, 2, true);
      view.setUint16(6, 4, true);
      view.setUint32(16, MAX_CAPTURED, true);
      view.setUint32(20, options.linkType ?? LINKTYPE_ETHERNET, true);
      return bytes;
    },
    frame(frame) {
      const length = checkedLength(frame);
      const time = checkedTime(frame, SECOND << 32n);
      const bytes = new Uint8Array(PCAP_RECORD + frame.data.length);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, Number(time / SECOND), true);
      view.setUint32(4, Number((time % SECOND) / (nanoseconds ? 1n : 1000n)), true);
      view.setUint32(8, frame.data.length, true);
      view.setUint32(12, length, true);
      bytes.set(frame.data, PCAP_RECORD);
      return bytes;
    },
  };
}

export function writePcap(frames: Iterable<FrameToWrite>, options: PcapOptions = {}): Uint8Array {
  return writeAll(createPcapWriter(options), frames);
}
