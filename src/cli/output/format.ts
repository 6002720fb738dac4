/** Which capture format is written, and its pieces. */
import { type CaptureWriter, createPcapngWriter, createPcapWriter, type FrameToWrite } from "../../capture/index.ts";
import { NetisrError } from "../../errors.ts";
import type { ResolvedConfig } from "../../types.ts";

export const FORMATS = ["pcapng", "pcap"] as const;
export type FormatName = (typeof FORMATS)[number];

/** A frame that the format has no room for. */
export class FormatError extends NetisrError {
  override readonly name = "FormatError";
}

export interface CaptureFormat {
  /** The beginning of the file, with the interfaces that are there from the start. */
  header(): Uint8Array;
  /** What has to come before the first frame of an interface that was not there yet. Interfaces come in the order of their indexes. */
  plugged(port: number): Uint8Array;
  /** @throws FormatError */
  frames(frames: Iterable<FrameToWrite>): Uint8Array;
}

/** One interface block per interface of the configuration, which come first among its ports, so that indexes agree. */
export const formatFor = (name: FormatName, { ports }: ResolvedConfig, unplugged: ReadonlySet<number>, version: string): CaptureFormat => {
  const interfaces = ports.filter(({ kind }) => kind === "interface").map((port) => ({ name: port.name }));
  return name === "pcap" ? pcap() : pcapng(interfaces, interfaces.length - unplugged.size, `netisr ${version}`);
};

const pcapng = (interfaces: { name: string }[], plugged: number, application: string): CaptureFormat => {
  const writer = createPcapngWriter({ interfaces, application });
  return {
    header: () => createPcapngWriter({ interfaces: interfaces.slice(0, plugged), application }).header(),
    plugged: (port) => interfaceBlock(interfaces[port]!),
    frames: (frames) => writer.frames(frames),
  };
};

/** The header of a file with this interface is longer than that of a file with none by the interface's block. */
const interfaceBlock = (described: { name: string }): Uint8Array =>
  createPcapngWriter({ interfaces: [described] })
    .header()
    .subarray(createPcapngWriter({ interfaces: [] }).header().length);

/** Seconds of 32 bits. */
const PCAP_END = 1_000_000_000n << 32n;

const pcap = (): CaptureFormat => {
  const writer: CaptureWriter = createPcapWriter();
  return {
    header: () => writer.header(),
    plugged: () => new Uint8Array(0),
    frames: (frames) => writer.frames(withinPcap(frames)),
  };
};

function* withinPcap(frames: Iterable<FrameToWrite>): Generator<FrameToWrite> {
  for (const frame of frames) {
    if (frame.time !== undefined && frame.time >= PCAP_END) throw new FormatError("pcap ends in the year 2106; --format pcapng goes further");
    yield frame;
  }
}
