/** Traffic that answers to what the system does: sources with outstanding requests, and TCP. Frames are real ones, and really cross the path. */
import type { Ip, Mac } from "./resolved.ts";
import type { Distribution } from "./results.ts";
import type { TimeConfig } from "./virtual.ts";

/** Always the same, or drawn from an exponential distribution with this mean. A number is nanoseconds. */
export type DrawnTimeConfig = TimeConfig | { mean: TimeConfig; law: "constant" | "exponential" };

interface EndsConfig {
  /** Name of the interface at which requests or data arrive. */
  if: string;
  /** Unicast address. Default "02:6e:63:00:00:00" and the number of the interface. */
  srcMac?: string;
  /** Unicast address. Default: the interface's own; in a bridge, the other end's. */
  dstMac?: string;
  /** Default "198.18.0.1" (RFC 2544). */
  srcIp?: string;
  /** Default "198.19.0.1". */
  dstIp?: string;
  /** Engine time of the beginning: a number is nanoseconds; below 2^54 ps, five hours. Default 0. */
  start?: TimeConfig;
}

/** The other end, behind another interface. */
interface FarEndConfig {
  /** Name of the interface by which requests or data must leave, and at which answers or acknowledgements arrive. */
  if: string;
  /** Source of what comes back. Default "02:6e:72:00:00:00" and the number of the interface. */
  mac?: string;
  /** Destination of what comes back. Default: the interface's own; in a bridge, `srcMac`. */
  dstMac?: string;
}

/**
 * So many users, each of whom thinks, sends a request (UDP) and waits until it is complete: until its last bit has left by whatever interface and come to the
 * end of that link, or it was delivered to this host, or, with `answer`, until that has come back the same way.
 */
export interface ClosedConfig extends EndsConfig {
  /** 1 to 65,536, of all sources together. */
  outstanding: number;
  /** From a request's completion (or the start) to the next one's last bit at the interface, whatever the link's rate. A number is nanoseconds. Default 0. */
  think?: DrawnTimeConfig;
  /** After which a request that is not complete is sent again: a number is nanoseconds, above 0. Default 1 s. */
  timeout?: TimeConfig;
  /** Length of each request in bytes without FCS, 60 up to what the interface accepts. Default 60. */
  bytes?: number;
  /** User u has source port 1024 + u modulo this, 1 to 64,512; the destination port is 9. Default 1. */
  flows?: number;
  /** Engine time from which on there is no request: a number is nanoseconds, after `start`. Default: the end of time, 2^54 ps. */
  stop?: TimeConfig;
  /** Most requests, not counting those sent again; 1 or more. Default: no limit. */
  count?: number;
  /** The other end answers. Default: a request is complete when it is out. */
  answer?: FarEndConfig & {
    /** From the request's last bit at the far end to the answer's last bit at the interface: a number is nanoseconds. Default 0. */
    service?: DrawnTimeConfig;
    /** Length of each answer in bytes without FCS, 60 up to what its interface accepts. Default 60. */
    bytes?: number;
  };
}

/** TCP connections (NewReno: RFC 5681, 6582, 6298) that send data through the system. They are there from their start on: no handshake. */
export interface TcpConfig extends EndsConfig {
  /** 1 to 4,096, of all entries together. Connection c has source port 1024 + c; the destination port is 9. Default 1. */
  connections?: number;
  /** Between the starts of two connections: a number is nanoseconds. Default 0. */
  stagger?: TimeConfig;
  /** Bytes that each sends, 1 or more. Default: it never ends. */
  bytes?: number;
  /** Bytes of data in a segment, 64 to 65,495, or 40 below what the interface accepts. Default 1,460. */
  mss?: number;
  /** Segments, 1 to 65,536. Default: RFC 5681's, 2 to 4 by `mss`. */
  initialWindow?: number;
  /** Bytes up to which slow start goes at first, 1 to 2^30. Default: the receiver's window. */
  ssthresh?: number;
  /** Retransmission timeout before anything is measured: a number is nanoseconds, above 0. Default 1 s. */
  rto?: TimeConfig;
  /** Least retransmission timeout: a number is nanoseconds, above 0. Default 1 s (RFC 6298); kernels have 200 ms or less. */
  rtoMin?: TimeConfig;
  /** Largest one: a number is nanoseconds, not below `rto` and `rtoMin`. Default 60 s. */
  rtoMax?: TimeConfig;
  /** The other end, which acknowledges. */
  receiver: FarEndConfig & {
    /** Bytes, from `mss` to 2^30. Default 65,535. */
    window?: number;
    /** Segments per acknowledgement, 1 to 64: 2 is the delayed acknowledgement of RFC 1122. Default 1. */
    every?: number;
    /** After which fewer are acknowledged, too: a number is nanoseconds, above 0. Default 100 ms. */
    ackDelay?: TimeConfig;
    /** Probability that it loses a segment, 0 up to but not including 1. Default 0. */
    loss?: number;
  };
}

/** Times in picoseconds. */
export interface DrawnTime {
  mean: bigint;
  exponential: boolean;
}

export interface ResolvedEnds {
  port: number;
  srcMac: Mac;
  dstMac: Mac;
  srcIp: Ip;
  dstIp: Ip;
  /** Of the other end; NO_PORT: there is none. */
  back: number;
  backSrcMac: Mac;
  backDstMac: Mac;
  start: bigint;
}

export interface ResolvedClosed extends ResolvedEnds {
  outstanding: number;
  think: DrawnTime;
  timeout: bigint;
  bytes: number;
  flows: number;
  stop: bigint;
  count: bigint;
  service: DrawnTime;
  answerBytes: number;
}

export interface ResolvedTcp extends ResolvedEnds {
  connections: number;
  stagger: bigint;
  /** 0: endless. */
  bytes: number;
  mss: number;
  /** Segments; 0: RFC 5681's. */
  initialWindow: number;
  /** 0: the receiver's window. */
  ssthresh: number;
  rto: bigint;
  rtoMin: bigint;
  rtoMax: bigint;
  window: number;
  every: number;
  ackDelay: bigint;
  loss: number;
}

/** Of a source of requests. Times are picoseconds. */
export interface ClosedResult {
  interface: string;
  outstanding: number;
  /** Sent, with those sent again. */
  requests: bigint;
  /** Sent again, after the timeout. */
  resent: bigint;
  completed: bigint;
  /** Frames that were there after their request had been given up or was complete. */
  late: bigint;
  answers: bigint;
  /** Under way now. */
  inFlight: bigint;
  /** Being thought about now. */
  idle: bigint;
  /** Sum of the times for which requests were under way, of those that are it now up to now. */
  waiting: bigint;
  /** And for which they were thought about. */
  thinking: bigint;
  /** Completed requests per second of the time since the start. */
  throughput: number;
  /** From a request's first arrival to its completion. */
  response: Distribution;
}

/** Of a TCP connection. Windows in bytes, times in picoseconds. */
export interface TcpResult {
  interface: string;
  connection: number;
  /** Of data sent, with those sent again. */
  segments: bigint;
  retransmits: bigint;
  timeouts: bigint;
  fastRetransmits: bigint;
  /** Bytes. */
  acked: bigint;
  cwnd: bigint;
  ssthresh: bigint;
  /** Smoothed, and its deviation; 0: nothing is measured yet. */
  srtt: bigint;
  rttvar: bigint;
  rto: bigint;
  /** Duplicate acknowledgements. */
  duplicates: bigint;
  /** Bytes that the receiver has in order. */
  received: bigint;
  /** Segments that the receiver has lost by lot (`loss`). */
  lost: bigint;
  /** Segments and acknowledgements for which there was no room on the wires; they are lost. */
  overruns: bigint;
  started: bigint | undefined;
  /** When the last byte was acknowledged. */
  finished: bigint | undefined;
  /** Bits per second that were acknowledged, from the start to the end or to now. */
  goodput: number;
}
