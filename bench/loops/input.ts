/**
 * From the input area to the messages in the order of their arrival: address filter, receive rings, interrupts, chains, IPIs. After assembly/dev/nic.ts,
 * ether/ether_input.ts, netinet/ip_demux.ts. Everything of a packet stands in one function: see javascript.ts for why.
 */
import { At, Iff, K, Kind, Knob, M, Mask, Mbuf, Mbuf64, Place, Port, Port64, Size, Thread, Thread64, Type, unsupported } from "./layout.ts";
import type { Memory } from "./memory.ts";

const enum Isr {
  Ip = 2,
  Max = 32,
}
/** Protocols; parts of the fragment field, as loaded. */
const enum Ip {
  Tcp = 6,
  Udp = 17,
  More = 0x0020,
  Offset = 0xff1f,
}

/** Takes up to a burst of frames in and serves the interrupts. 0: the input is used up. */
export const makeInput = (memory: Memory): (() => number) => {
  const { u8, i32 } = memory;
  /** Frames of a burst into their rings. Returns how many. */
  const receive = (): number => {
    const { u16, i32, f64, u64 } = memory;
    const burst = i32[K.Burst]!;
    const end = i32[K.End]!;
    let cursor = i32[K.Cursor]!;
    const orderBase = i32[(cursor >> 2) + 2]!;
    let lastCause = orderBase - 1;
    let taken = 0;
    for (; taken < burst && cursor < end; taken++) {
      const record = cursor >> 2;
      const cause = i32[record + 2]!;
      const port = At.Ports + Math.imul(i32[record + 5]!, Port.Words);
      const filled = i32[port + Port.RxFilled]!;
      if (taken && (filled === i32[port + Port.RxSlots]! || cause - orderBase >= Size.MaxBurst)) break;
      lastCause = cause;
      const length = i32[record + 4]!;
      const frame = cursor + Size.Arrival;
      cursor += (Size.Arrival + length + 7) & ~7;
      // nic_receive: the filter, then into the ring.
      f64[(port >> 1) + Port64.Received]!++;
      const flags = i32[port + Port.Flags]!;
      if (!(flags & Iff.Up) || length < Size.EtherHeader || length > i32[port + Port.Mtu]! + Size.EtherHeader) unsupported("a frame that is refused");
      const front = i32[frame >> 2]!;
      if (!(front & 1) && (front !== i32[port + Port.MacFront]! || u16[(frame >> 1) + 2]! !== i32[port + Port.MacRest]!) && !(flags & Iff.Promisc))
        unsupported("another station's frame");
      if (filled === i32[port + Port.RxSlots]!) unsupported("a full receive ring");
      const slot = i32[port + Port.RxTail]!;
      i32[port + Port.RxTail] = slot + 1 === i32[port + Port.RxSlots]! ? 0 : slot + 1;
      const last = i32[port + Port.RxPosted]! - 1;
      i32[port + Port.RxPosted] = last;
      const m = i32[i32[port + Port.RxPosts]! + last]!;
      i32[i32[port + Port.RxBase]! + slot] = m;
      const data = i32[m + Mbuf.Empty]!;
      i32[m + Mbuf.Next] = 0;
      i32[m + Mbuf.Thread] = 0;
      i32[m + Mbuf.Dispatch] = Place.Done;
      i32[m + Mbuf.Flags] = 0;
      i32[m + Mbuf.Mflags] = 0;
      i32[m + Mbuf.Data] = data;
      const to = data >> 3;
      const from = frame >> 3;
      for (let i = 0, words = (length + 7) >> 3; i < words; i += 8) {
        // Whole blocks of 64 bytes: input and clusters have that room behind a frame.
        u64[to + i] = u64[from + i]!;
        u64[to + i + 1] = u64[from + i + 1]!;
        u64[to + i + 2] = u64[from + i + 2]!;
        u64[to + i + 3] = u64[from + i + 3]!;
        u64[to + i + 4] = u64[from + i + 4]!;
        u64[to + i + 5] = u64[from + i + 5]!;
        u64[to + i + 6] = u64[from + i + 6]!;
        u64[to + i + 7] = u64[from + i + 7]!;
      }
      i32[m + Mbuf.Len] = length;
      i32[m + Mbuf.Rcvif] = port;
      f64[(m >> 1) + Mbuf64.Arrived] = f64[record >> 1]!;
      i32[m + Mbuf.Cause] = cause;
      i32[port + Port.RxFilled] = filled + 1;
      const t = i32[port + Port.Ithread]!;
      i32[t + Thread.Pended] = 1;
      if (i32[t + Thread.Queued]) continue;
      i32[t + Thread.Queued] = 1;
      i32[t + Thread.Next] = 0;
      if (i32[K.Head]) i32[i32[K.Tail]! + Thread.Next] = t;
      else i32[K.Head] = t;
      i32[K.Tail] = t;
    }
    i32[K.Cursor] = cursor;
    i32[K.OrderBase] = orderBase;
    i32[K.OrderEnd] = lastCause - orderBase + 1;
    return taken;
  };

  const checkTcp = (ip: number, hlen: number, total: number): void => {
    const offset = (u8[(ip << 1) + hlen + 12]! >> 4) << 2;
    if (total < hlen + 20 || offset < 20 || offset + hlen > total) unsupported("a bad TCP header");
  };

  /** ithread_handler: ring into chain, one IPI for the chain. The serializer is the interface's. */
  const interrupt = (t: number): void => {
    const { u16, i32, f64 } = memory;
    i32[t + Thread.Pended] = 0;
    f64[(t >> 1) + Thread64.Messages]!++;
    const port = i32[t + Thread.Port]!;
    f64[(port >> 1) + Port64.Interrupts]!++;
    if (!i32[Knob.IntrMpsafe]) unsupported("kern.intr_mpsafe=0");
    i32[port + Port.SerializerOwner] = i32[t + Thread.Id]!;
    f64[(port >> 1) + Port64.Serializer]!++;
    const base = i32[port + Port.RxBase]!;
    const slots = i32[port + Port.RxSlots]!;
    let head = i32[port + Port.RxHead]!;
    for (let filled = i32[port + Port.RxFilled]!; filled > 0; filled--) {
      const m = i32[base + head]!;
      const fresh = i32[K.MbufFree]!;
      if (!fresh) unsupported("no mbuf is left");
      i32[K.MbufFree] = i32[fresh + Mbuf.Next]!;
      i32[K.MbufsFree]!--;
      i32[i32[port + Port.RxPosts]! + i32[port + Port.RxPosted]!++] = fresh;
      head = head + 1 === slots ? 0 : head + 1;
      f64[(port >> 1) + Port64.Ipackets]!++;
      // ether_input_chain2: checks, type, thread, message.
      const length = i32[m + Mbuf.Len]!;
      const data = i32[m + Mbuf.Data]!;
      if ((i32[port + Port.Flags]! & (Iff.Up | Iff.Monitor)) !== Iff.Up || length < Size.EtherHeader) unsupported("an interface that is down");
      let mflags = i32[m + Mbuf.Mflags]! & ~(M.Bcast | M.Mcast);
      const front = i32[data >> 2]!;
      if (front & 1) {
        mflags |= front === -1 && u16[(data >> 1) + 2] === 0xffff ? M.Bcast : M.Mcast;
        f64[(port >> 1) + Port64.Imcasts]!++;
      }
      f64[(port >> 1) + Port64.Ibytes]! += length;
      if (i32[port + Port.Bridged] && i32[Knob.Transparent]) unsupported("net.link.bridge.transparent");
      let kind: number = Kind.Netisr;
      let hash = 0;
      let isr = Isr.Max;
      if (u16[(data >> 1) + 6] === Type.Ip) {
        // ip_lengthcheck, ip_mport
        isr = Isr.Ip;
        mflags |= M.Lenchecked | M.Hash;
        const ip = (data + Size.EtherHeader) >> 1;
        const hlen = (u16[ip]! & 15) << 2;
        const total = ((u16[ip + 1]! & 255) << 8) | (u16[ip + 1]! >> 8);
        const off = u16[ip + 3]!;
        const protocol = u16[ip + 4]! >> 8;
        if (length < Size.EtherHeader + 20 || hlen < 20 || length - Size.EtherHeader < hlen || length - Size.EtherHeader < total)
          unsupported("a bad IPv4 length");
        if (!(off & Ip.Offset)) {
          if (protocol === Ip.Udp) {
            kind = Kind.Udp;
            if (total < hlen + 8) unsupported("a short UDP packet");
          } else if (protocol === Ip.Tcp) {
            kind = Kind.Tcp;
            checkTcp(ip, hlen, total);
          }
        }
        if (total < hlen) unsupported("a bad IPv4 length");
        if (off & (Ip.More | Ip.Offset)) kind = Kind.Netisr;
        if (kind !== Kind.Netisr) {
          if (i32[Knob.NetisrRss]) unsupported("net.netisr.rss");
          const dst = u16[ip + 8]! | (u16[ip + 9]! << 16);
          const ports = ip + (hlen >> 1);
          // The lowest byte of each in host order is the last one on the wire. A UDP group belongs to CPU 0.
          if (kind === Kind.Tcp || ((dst & 0xf0) !== 0xe0 && dst !== 0 && dst !== -1))
            hash = ((u16[ip + 7]! ^ u16[ip + 9]! ^ u16[ports]! ^ u16[ports + 1]!) >> 8) & i32[K.CpuMask]!;
        }
      } else if (u16[(data >> 1) + 6] !== Type.Experiment) unsupported("an EtherType other than IPv4 and 0x88b5");
      i32[m + Mbuf.Mflags] = mflags;
      i32[m + Mbuf.Thread] = At.Threads + Math.imul((hash << 2) + kind, Thread.Words);
      i32[m + Mbuf.Dispatch] = Place.EtherInputOncpu;
      i32[m + Mbuf.Flags] = i32[Knob.InputMpsafe] ? 1 : 0;
      i32[m + Mbuf.Result] = isr | (hash << 16);
      if (i32[t + Thread.ChainHead]) i32[i32[t + Thread.ChainTail]! + Mbuf.Next] = m;
      else i32[t + Thread.ChainHead] = m;
      i32[t + Thread.ChainTail] = m;
      i32[m + Mbuf.Next] = 0;
    }
    i32[port + Port.RxHead] = head;
    i32[port + Port.RxFilled] = 0;
    const entry = At.Ipiq + ((i32[K.IpiWrite]!++ & Mask.Ipis) << 1);
    i32[entry] = 0;
    i32[entry + 1] = i32[t + Thread.ChainHead]!;
    i32[t + Thread.ChainHead] = 0;
    if (i32[port + Port.TxCount]! < i32[port + Port.TxSlots]!) i32[port + Port.Flags]! &= ~Iff.Oactive;
    if (i32[port + Port.SndLen]) unsupported("frames that wait in an output queue");
    i32[port + Port.SerializerOwner] = 0;
    if (i32[t + Thread.Release]! | i32[t + Thread.Mplocked]!) unsupported("an interrupt thread with the BGL");
  };

  /** The chain of an IPI, noted by the order in which its frames arrived. */
  const collect = (): void => {
    const { i32 } = memory;
    const entry = At.Ipiq + ((i32[K.IpiRead]!++ & Mask.Ipis) << 1);
    const base = i32[K.OrderBase]!;
    for (let m = i32[entry + 1]!; m; m = i32[m + Mbuf.Next]!) i32[At.Order + i32[m + Mbuf.Cause]! - base] = m;
  };

  return () => {
    if (i32[K.MbufsFree]! < 2 * i32[K.Burst]!) unsupported("a pool that runs short");
    const taken = receive();
    for (let i = 0, end = i32[K.OrderEnd]!; i < end; i++) i32[At.Order + i] = 0;
    for (let t = i32[K.Head]!; t; t = i32[K.Head]!) {
      i32[K.Head] = i32[t + Thread.Next]!;
      i32[t + Thread.Next] = 0;
      i32[t + Thread.Queued] = 0;
      interrupt(t);
      while (i32[K.IpiRead] !== i32[K.IpiWrite]) collect();
    }
    return taken;
  };
};
