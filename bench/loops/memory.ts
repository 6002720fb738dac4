/** The memory of the JavaScript loop, laid out and put into its first state. */
import type { LoopSystem, Workload } from "../support/contestant.ts";
import { At, Iff, K, K64, Kind, Knob, Mbuf, Port, Size, Thread, unsupported } from "./layout.ts";

/** First callout, in picoseconds: the flow cache's at half a second. */
const FIRST_TICK = 500_000_000_000n;
/** Room behind the areas, for copies in whole blocks. */
const SLACK = 256;

export interface Memory {
  u8: Uint8Array;
  u16: Uint16Array;
  i32: Int32Array;
  f64: Float64Array;
  u64: BigUint64Array;
  system: LoopSystem;
  /** Number of the interface that a bridge is; there is one more port than interfaces. */
  interfaces: number;
  /** Areas of arrival records, in bytes. */
  learn: { start: number; end: number };
  input: { start: number; end: number };
  /** Gives a further table its place, in words on a 64-byte line. */
  take(words: number): number;
}

export const threadAt = (kind: Kind): number => At.Threads + kind * Thread.Words;
export const ithreadAt = (port: number): number => At.Threads + (3 + port) * Thread.Words;
export const portAt = (port: number): number => At.Ports + port * Port.Words;

/** `tables`: words that the caller takes afterwards. */
export const makeMemory = ({ learn, input }: Workload, system: LoopSystem, tables: number): Memory => {
  if (system.cpus !== 1) unsupported("more than one CPU");
  if (system.ports.length >= Size.MaxPorts || system.burst > Size.MaxBurst) unsupported("so many interfaces, or such a burst");
  const total = system.mbufs + system.ports.reduce((sum, { rxSlots }) => sum + rxSlots, 0);
  const perBuffer = 2 * 4 + 4 * Mbuf.Words + system.clusterBytes;
  const buffer = new ArrayBuffer(4 * At.End + total * perBuffer + learn.length + input.length + 4 * tables + 16 * SLACK);
  let top = 4 * At.End;
  const takeBytes = (bytes: number): number => {
    const start = top;
    top = (top + bytes + 63) & ~63;
    return start;
  };
  const area = (records: Uint8Array): { start: number; end: number } => {
    const start = takeBytes(records.length + SLACK);
    new Uint8Array(buffer).set(records, start);
    return { start, end: start + records.length };
  };
  const memory: Memory = {
    u8: new Uint8Array(buffer),
    u16: new Uint16Array(buffer),
    i32: new Int32Array(buffer),
    f64: new Float64Array(buffer),
    u64: new BigUint64Array(buffer),
    system,
    interfaces: system.ports.length,
    learn: area(learn),
    input: area(input),
    take: (words) => takeBytes(4 * words) >> 2,
  };
  initKernel(memory);
  initPorts(memory);
  initMbufs(memory, total);
  return memory;
};

const initKernel = ({ i32, u64, system }: Memory): void => {
  const forwards = system.kind === "router" ? 1 : 0;
  u64[K64.NextTick] = FIRST_TICK;
  i32[K.Second] = 1;
  i32[K.Burst] = system.burst;
  i32[K.CpuMask] = system.cpus - 1;
  i32[Knob.NetisrMode] = 1;
  i32[Knob.TcpMode] = -1;
  i32[Knob.UdpMode] = -1;
  i32[Knob.IntrMpsafe] = 1;
  i32[Knob.InputMpsafe] = 1;
  i32[Knob.Forwarding] = forwards;
  i32[Knob.Fastforwarding] = forwards;
  for (const kind of [Kind.Netisr, Kind.Tcp, Kind.Udp]) {
    i32[threadAt(kind) + Thread.Id] = kind + 1;
    i32[threadAt(kind) + Thread.Mode] = Knob.NetisrMode + kind;
  }
};

const initPorts = (memory: Memory): void => {
  const { i32, system, take } = memory;
  const isBridge = system.kind === "bridge";
  for (let index = 0; index < Size.MaxPorts; index++) i32[portAt(index) + Port.Index] = index;
  if (isBridge) i32[portAt(memory.interfaces) + Port.Flags] = Iff.Up | Iff.Running;
  for (const [index, { mac, mtu, rxSlots, txSlots, sndMaxlen }] of system.ports.entries()) {
    const port = portAt(index);
    i32[port + Port.MacFront] = mac[0]! | (mac[1]! << 8) | (mac[2]! << 16) | (mac[3]! << 24);
    i32[port + Port.MacRest] = mac[4]! | (mac[5]! << 8);
    i32[port + Port.Flags] = Iff.Up | Iff.Running | (isBridge ? Iff.Promisc : 0);
    i32[port + Port.Mtu] = mtu;
    i32[port + Port.Bridged] = isBridge ? 1 : 0;
    i32[port + Port.TxSlots] = txSlots;
    i32[port + Port.SndMaxlen] = sndMaxlen;
    i32[port + Port.RxSlots] = rxSlots;
    i32[port + Port.RxBase] = take(rxSlots);
    i32[port + Port.RxPosts] = take(rxSlots);
    i32[port + Port.Ithread] = ithreadAt(index);
    i32[ithreadAt(index) + Thread.Id] = 7 + index;
    i32[ithreadAt(index) + Thread.Port] = port;
  }
};

/** The pool, and as many posted buffers as the receive rings have slots. */
const initMbufs = ({ i32, interfaces, system, take }: Memory, total: number): void => {
  const mbufs = take(total * Mbuf.Words);
  const clusters = take((total * system.clusterBytes) / 4) * 4;
  let last = 0;
  for (let i = 0; i < total; i++) {
    const m = mbufs + i * Mbuf.Words;
    i32[m + Mbuf.Empty] = clusters + i * system.clusterBytes + Size.Headroom;
    i32[m + Mbuf.Next] = last;
    last = m;
  }
  for (let index = 0; index < interfaces; index++) {
    const port = portAt(index);
    for (let slot = 0; slot < i32[port + Port.RxSlots]!; slot++) {
      i32[i32[port + Port.RxPosts]! + slot] = last;
      i32[last + Mbuf.Data] = i32[last + Mbuf.Empty]!;
      last = i32[last + Mbuf.Next]!;
    }
    i32[port + Port.RxPosted] = i32[port + Port.RxSlots]!;
  }
  i32[K.MbufFree] = last;
  i32[K.MbufsFree] = system.mbufs;
};
