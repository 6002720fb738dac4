/**
 * Where everything lies in the one ArrayBuffer of the JavaScript loop. Addresses are indices of 32-bit words; 0 is nobody. The enums with 64 in their names
 * are indices of 64-bit words from the record's start: counters, and times as raw bits. (Positive numbers compare alike as integers and as doubles, so two
 * times are compared without being read.) The bundler puts the numbers in place of the names.
 */

/** Scalars of the kernel, from word 0 on. */
export const enum K64 {
  Now,
  NextTick,
  /** Gets of the BGL. */ Bgl,
  /** Frames sent. */ Forwarded,
}
export const enum K {
  MbufFree = 8,
  MbufsFree,
  /** Run queue. */ Head,
  Tail,
  /** Transmit rings with frames. */ TxHead,
  TxTail,
  Second,
  Collect,
  Cursor,
  End,
  OrderBase,
  OrderEnd,
  IpiRead,
  IpiWrite,
  Burst,
  CpuMask,
  BglOwner,
}

/** Base of each table, in words. */
export const enum At {
  Stats = 48,
  Ipiq = 96,
  Order = 128,
  Threads = 384,
  Ports = 1024,
  /** End of what has a fixed place. */ End = 2048,
}

/** Settings, each at its address. */
export const enum Knob {
  NetisrMode = 32,
  TcpMode,
  UdpMode,
  MpsafeLazy,
  IntrMpsafe,
  InputMpsafe,
  EnqueueMpsafe,
  Transparent,
  Forwarding,
  Fastforwarding,
  Schedonly,
  NetisrRss,
}

/** A thread: 32 words, its counts first. */
export const enum Thread64 {
  Messages,
  Gets,
  Releases,
  Keeps,
  Violations,
}
export const enum Thread {
  /** Address of the variable that rules it. */ Mode = 10,
  Head,
  Tail,
  Next,
  Length,
  HighWater,
  Id,
  Queued,
  Mplocked,
  Mpcount,
  Release,
  Pended,
  /** Interrupt thread: its interface. */ Port,
  ChainHead,
  ChainTail,
  Words = 32,
}

/** An interface, or the bridge as one: 64 words, its counts first. */
export const enum Port64 {
  Received,
  Ipackets,
  Ibytes,
  Imcasts,
  Opackets,
  Obytes,
  Omcasts,
  Interrupts,
  HighWater,
  Ends,
  Drops = 13,
  /** Gets of its locks. */ Serializer = 16,
  Altq,
}
export const enum Port {
  SerializerOwner = 36,
  AltqOwner,
  /** Bytes 0 to 3 of the address as loaded, and 4 to 5. */ MacFront,
  MacRest,
  Flags,
  Mtu,
  Index,
  Bridged,
  AltqStarted,
  SndHead,
  SndTail,
  SndLen,
  SndMaxlen,
  TxHead,
  TxTail,
  TxNext,
  TxCount,
  TxSlots,
  TxLinked,
  RxBase,
  RxPosts,
  RxPosted,
  RxSlots,
  RxHead,
  RxTail,
  RxFilled,
  Ithread,
  Words = 64,
}

/** An mbuf with its message: 16 words. */
export const enum Mbuf64 {
  Arrived = 6,
}
export const enum Mbuf {
  Next,
  Thread,
  Dispatch,
  Flags,
  /** Isr in the low half, CPU of the flow above. */ Result,
  /** What the service loop did with the BGL. */ Lock,
  /** Byte address. */ Data,
  Len,
  Mflags,
  Rcvif,
  Outif,
  Path,
  /** At 12 and 13: arrival. */ Cause = 14,
  /** Byte address of an empty packet. */ Empty,
  Words,
}

export const enum Place {
  Done,
  EtherInputOncpu,
  BridgeEnqueue,
}
/** What became of the BGL before a message. */
export const enum Taken {
  Without,
  Got,
  Kept,
  Released,
}
export const enum Stat {
  Cloned,
  IpsTotal,
  IpsForward,
  IpsFastforward,
  IpsCantforward,
  IpfCreate,
  IpfHits,
  IpfMisses,
  IpfReaped,
  BrcLearned,
  BrcMoved,
  BrcFull,
  BrcFlooded,
}
export const enum Path {
  Delivered,
  Bridged,
  Fastforwarded,
  Forwarded,
}
export const enum Drop {
  UnknownEtherType,
  SamePort,
  CannotForward,
}
export const enum M {
  Bcast = 1,
  Mcast = 2,
  Hash = 16,
  Lenchecked = 32,
}
export const enum Iff {
  Up = 1,
  Running = 0x40,
  Promisc = 0x100,
  Oactive = 0x400,
  Monitor = 0x40000,
  Nocarrier = 0x4000000,
}
export const enum Kind {
  Netisr,
  Tcp,
  Udp,
}
/** EtherTypes as loaded. */
export const enum Type {
  Ip = 0x0008,
  Experiment = 0xb588,
}

/** Numbers that the hot functions need: as members of an enum they stand in the code, as exported constants they would be loaded from the module. */
export const enum Size {
  EtherHeader = 14,
  /** Of an arrival record: ARRIVAL_HEADER in assembly/abi.ts. */ Arrival = 24,
  /** Bytes in front of a frame in its cluster: frames start on 8 bytes, as those in the records do. */ Headroom = 48,
  MaxPorts = 16,
  MaxBurst = 256,
  /** No interface has this number. */ NoPort = 255,
  /** Seconds until an address of the bridge is old. */ Timeout = 1200,
  /** IPFLOW_TIMER */ FlowTimer = 10,
  FlowSlots = 1024,
}

/** The work is not among those that the loops do: they give no answer rather than a wrong one. */
export const unsupported = (what: string): never => {
  throw new Error(`loop: not part of these workloads: ${what}`);
};

/** Of the hashes. */
export const enum Mask {
  /** Places in the CPU's IPI queue. */ Ipis = 15,
}
export const enum Mix {
  A = -0x61c8_864f,
  B = -0x7a14_3595,
}
