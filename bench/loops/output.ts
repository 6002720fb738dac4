/** Output queues, transmit rings and what leaves them. After assembly/net/ifq.ts and dev/departures.ts. */
import { Digest } from "../support/digest.ts";
import { Iff, K, K64, Knob, Mbuf, Port, Port64, Thread, unsupported } from "./layout.ts";
import type { Memory } from "./memory.ts";

export interface Output {
  /** bridge_handoff: `m.outif` is the interface. */
  ifqHandoff(t: number, m: number): void;
  /** ifq_dispatch and if_start. */
  ifqDispatch(t: number, m: number): void;
  /** Links a frame at the end of the queue. */
  append(port: number, m: number): void;
  /** Counts a frame and links it at the end of the transmit ring. */
  moveToRing(port: number, m: number): void;
  /** if_start: from the queue into the transmit ring. */
  startTransmitter(port: number): void;
  /** Empties the transmit rings. */
  drain(): void;
  /** Lets the frames that leave be digested, from now on until it is called again. @returns what was digested before */
  collect(on: boolean): string;
}

export const makeOutput = (memory: Memory): Output => {
  const { u8, i32, f64 } = memory;
  let digest = new Digest();

  const append = (port: number, m: number): void => {
    i32[m + Mbuf.Next] = 0;
    if (i32[port + Port.SndHead]) i32[i32[port + Port.SndTail]! + Mbuf.Next] = m;
    else i32[port + Port.SndHead] = m;
    i32[port + Port.SndTail] = m;
    i32[port + Port.SndLen]!++;
  };

  const enqueue = (port: number, m: number): void => {
    const length = i32[port + Port.SndLen]!;
    if (length >= i32[port + Port.SndMaxlen]!) unsupported("a full output queue");
    append(port, m);
    const counters = port >> 1;
    if (length + 1 > f64[counters + Port64.HighWater]!) f64[counters + Port64.HighWater] = length + 1;
    f64[counters + Port64.Obytes]! += i32[m + Mbuf.Len]!;
    if (u8[i32[m + Mbuf.Data]!]! & 1) f64[counters + Port64.Omcasts]!++;
  };

  const moveToRing = (port: number, m: number): void => {
    f64[(port >> 1) + Port64.Opackets]!++;
    i32[m + Mbuf.Next] = 0;
    if (i32[port + Port.TxHead]) i32[i32[port + Port.TxTail]! + Mbuf.Next] = m;
    else i32[port + Port.TxHead] = m;
    i32[port + Port.TxTail] = m;
    i32[port + Port.TxCount]!++;
    if (i32[port + Port.TxLinked]) return;
    i32[port + Port.TxLinked] = 1;
    i32[port + Port.TxNext] = 0;
    if (i32[K.TxHead]) i32[i32[K.TxTail]! + Port.TxNext] = port;
    else i32[K.TxHead] = port;
    i32[K.TxTail] = port;
  };

  const startTransmitter = (port: number): void => {
    if ((i32[port + Port.Flags]! & (Iff.Running | Iff.Oactive)) !== Iff.Running) return;
    for (let m = i32[port + Port.SndHead]!; m; m = i32[port + Port.SndHead]!) {
      if (i32[port + Port.TxCount] === i32[port + Port.TxSlots]) {
        i32[port + Port.Flags]! |= Iff.Oactive;
        return;
      }
      i32[port + Port.SndHead] = i32[m + Mbuf.Next]!;
      i32[port + Port.SndLen]!--;
      moveToRing(port, m);
    }
  };

  const ifqHandoff = (t: number, m: number): void => {
    const port = i32[m + Mbuf.Outif]!;
    const id = i32[t + Thread.Id]!;
    i32[port + Port.SerializerOwner] = id;
    f64[(port >> 1) + Port64.Serializer]!++;
    i32[port + Port.AltqOwner] = id;
    f64[(port >> 1) + Port64.Altq]!++;
    enqueue(port, m);
    startTransmitter(port);
    i32[port + Port.AltqOwner] = 0;
    i32[port + Port.SerializerOwner] = 0;
  };

  const ifqDispatch = (t: number, m: number): void => {
    const port = i32[m + Mbuf.Outif]!;
    const id = i32[t + Thread.Id]!;
    i32[port + Port.AltqOwner] = id;
    f64[(port >> 1) + Port64.Altq]!++;
    enqueue(port, m);
    const started = i32[port + Port.AltqStarted]!;
    i32[port + Port.AltqStarted] = 1;
    i32[port + Port.AltqOwner] = 0;
    if (started || i32[Knob.Schedonly]) unsupported("a transmitter that is busy");
    i32[port + Port.SerializerOwner] = id;
    f64[(port >> 1) + Port64.Serializer]!++;
    i32[port + Port.AltqOwner] = id;
    f64[(port >> 1) + Port64.Altq]!++;
    startTransmitter(port);
    if ((i32[port + Port.Flags]! & (Iff.Running | Iff.Oactive)) === Iff.Running && i32[port + Port.SndLen]!) unsupported("a queue that stays filled");
    i32[port + Port.AltqStarted] = 0;
    i32[port + Port.AltqOwner] = 0;
    i32[port + Port.SerializerOwner] = 0;
  };

  const record = (port: number, m: number): void => {
    const data = i32[m + Mbuf.Data]!;
    digest.frame(i32[port + Port.Index]!, u8.subarray(data, data + i32[m + Mbuf.Len]!));
  };

  const drain = (): void => {
    const { i32, f64 } = memory;
    for (let port = i32[K.TxHead]!; port; port = i32[K.TxHead]!) {
      if (i32[port + Port.Flags]! & Iff.Nocarrier) unsupported("an interface without carrier");
      for (let m = i32[port + Port.TxHead]!; m; m = i32[port + Port.TxHead]!) {
        i32[port + Port.TxHead] = i32[m + Mbuf.Next]!;
        i32[port + Port.TxCount]!--;
        f64[(port >> 1) + Port64.Ends + i32[m + Mbuf.Path]!]!++;
        f64[K64.Forwarded]!++;
        if (i32[K.Collect]) record(port, m);
        i32[m + Mbuf.Next] = i32[K.MbufFree]!;
        i32[K.MbufFree] = m;
        i32[K.MbufsFree]!++;
      }
      i32[K.TxHead] = i32[port + Port.TxNext]!;
      i32[port + Port.TxLinked] = 0;
      if (i32[port + Port.Flags]! & Iff.Oactive) unsupported("a transmit ring that was full");
    }
  };

  const collect = (on: boolean): string => {
    const { text } = digest;
    digest = new Digest();
    i32[K.Collect] = on ? 1 : 0;
    return text;
  };
  return { append, moveToRing, ifqHandoff, ifqDispatch, startTransmitter, drain, collect };
};
