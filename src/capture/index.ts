/** Capture files: pcap and pcapng, in and out, over bytes only. */

export { withoutFcs } from "./fcs.ts";
export type { CapturedFrame, CaptureInterface, ReadOptions, SkippedBlocks } from "./frame.ts";
export { MAX_CAPTURED } from "./frame.ts";
export { createPcapWriter, type PcapOptions, writePcap } from "./pcap_writer.ts";
export { createPcapngWriter, type PcapngInterface, type PcapngOptions, writePcapng } from "./pcapng_writer.ts";
export { CaptureParser, readCapture } from "./read.ts";
export type { CaptureWriter, FrameToWrite, PacketOption } from "./writer.ts";
