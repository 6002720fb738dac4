/** What a capture holds, whichever format it is in. Times are nanoseconds since the epoch (bigint), lengths and offsets are bytes. */

/** Longest frame that is read or written: MAXIMUM_SNAPLEN of libpcap, WTAP_MAX_PACKET_SIZE_STANDARD of Wireshark. */
export const MAX_CAPTURED = 262_144;

/** A frame as it stands in the file. */
export interface CapturedFrame {
  /** Index in the list of the file's interfaces, which runs on over its sections. */
  interface: number;
  /** if_name; undefined: the file does not say. */
  interfaceName: string | undefined;
  /** Undefined in a Simple Packet Block, which has none. Finer stamps than a nanosecond are rounded down. */
  time: bigint | undefined;
  /** The captured bytes: a view of what was fed to the parser, never a copy. */
  data: Uint8Array;
  /** Length on the wire as the file states it; above `data.length` if the frame was cut short when it was captured. */
  length: number;
  /** How many of the last bytes on the wire are a frame check sequence; mostly 0. `withoutFcs` takes them off. */
  fcsLength: number;
  /** Undefined: the file does not say. */
  direction: "in" | "out" | undefined;
  /** Several comments of one frame are joined with newlines. */
  comment: string | undefined;
  /** The same, one by one. */
  comments: readonly string[];
  /** Where the frame's record starts in the file. */
  offset: number;
}

/** One interface description. A pcap file counts as having one interface. */
export interface CaptureInterface {
  /** As in `CapturedFrame.interface`. */
  index: number;
  /** Which section of the file describes it, from 0. */
  section: number;
  name: string | undefined;
  description: string | undefined;
  /** LINKTYPE number; 1 is Ethernet. */
  linkType: number;
  /** Bytes; 0 = no limit. */
  snapLength: number;
  /** Bytes of a frame check sequence at the end of its frames, if these do not say otherwise. */
  fcsLength: number;
  /** Resolution of the time stamps (if_tsresol). */
  ticksPerSecond: bigint;
  /** Seconds to be added to each stamp (if_tsoffset). */
  timeOffset: bigint;
}

/** How a capture is read. */
export interface ReadOptions {
  /** Name to put in front of error messages. */
  file?: string;
  /** Default "ethernet": an interface of any other link type is refused. */
  linkTypes?: "ethernet" | "any";
  /**
   * What is done with a section of a pcapng file whose version is not known. Default "refuse", as Wireshark and libpcap do, so that nothing is missed
   * in silence; "skip": as the draft has it, its blocks pass unread up to the next section, and are counted.
   */
  unknownVersions?: "refuse" | "skip";
}

/** Blocks that were passed over: how many, and the bytes of their bodies (without type and lengths). */
export interface SkippedBlocks {
  blocks: number;
  bytes: number;
}

/** The `comments` of all frames that have none. */
export const NO_COMMENTS: readonly string[] = Object.freeze([]);
