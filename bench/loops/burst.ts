/**
 * The messages of a burst in the order in which their frames arrived, each with all that follows from it: port, service loop, bridge or fastforward, output
 * queue, transmit ring. After assembly/machine/instant.ts, net/netmsg_service.ts, ether/bridge.ts, netinet/ip_flow.ts, net/ifq.ts and dev/departures.ts. What a
 * packet usually meets stands in one function, as V8 inlines only so much (javascript.ts); what it rarely meets is called.
 */
import type { Bridge } from "./bridge.ts";
import { Flow, type Flows, Neighbour, Route } from "./flows.ts";
import type { Kernel } from "./kernel.ts";
import {
  At,
  Iff,
  K,
  K64,
  Knob,
  M,
  Mbuf,
  Mbuf64,
  Mix,
  Path,
  Place,
  Port,
  Port64,
  Size,
  Stat,
  Taken,
  Thread,
  Thread64,
  Type,
  unsupported,
} from "./layout.ts";
import type { Memory } from "./memory.ts";
import type { Output } from "./output.ts";
import type { Router } from "./router.ts";

/** What the function needs of the tables; a bridge has no flows, a router no bridge. */
export interface Parts {
  kernel: Kernel;
  output: Output;
  router: Router;
  bridge: Bridge | undefined;
  flows: Flows | undefined;
}

export const makeRunBurst = (memory: Memory, { kernel, output, router, bridge, flows }: Parts): (() => void) => {
  const bridgeTable = bridge ?? { table: 0, mask: 0, shift: 0, bifp: 0 };
  const flowTable = flows ?? { slots: 0, slotMask: 0 };

  return () => {
    const { u8, u16, i32, f64 } = memory;
    const { table, mask, shift, bifp } = bridgeTable;
    const { slots, slotMask } = flowTable;
    const stats = At.Stats / 2;
    for (let i = At.Order as number, end = At.Order + i32[K.OrderEnd]!; i < end; i++) {
      const first = i32[i]!;
      if (!first) continue;
      const arrived = f64[(first >> 1) + Mbuf64.Arrived]!;
      if (f64[K64.NextTick]! <= arrived) unsupported("times beyond the first callout");
      if (arrived > f64[K64.Now]!) f64[K64.Now] = arrived;
      // The thread sleeps at its empty port, and nothing else can run: port and run queue would only hand the message back.
      let m = first;
      let t = i32[m + Mbuf.Thread]!;
      if (!i32[t + Thread.HighWater]) i32[t + Thread.HighWater] = 1;
      for (;;) {
        if (i32[t + Thread.Mpcount]) i32[K.BglOwner] = i32[t + Thread.Id]!;
        // netmsg_service
        f64[(t >> 1) + Thread64.Messages]!++;
        let mode = i32[i32[t + Thread.Mode]!]!;
        if (mode < 0) mode = i32[Knob.NetisrMode]!;
        const mpsafe = i32[m + Mbuf.Flags]! & 1;
        const locked = i32[t + Thread.Mplocked]!;
        i32[m + Mbuf.Lock] = locked ? Taken.Kept : Taken.Without;
        if (mode === 1) {
          if (mpsafe === locked) i32[m + Mbuf.Lock] = kernel.changeMplock(t);
          i32[t + Thread.Release] = mpsafe | i32[Knob.MpsafeLazy]! ? 0 : 1;
        } else kernel.otherMode(t, m, mode);
        // ether_input_oncpu
        const rcvif = i32[m + Mbuf.Rcvif]!;
        const data = i32[m + Mbuf.Data]!;
        const mflags = i32[m + Mbuf.Mflags]!;
        const id = i32[t + Thread.Id]!;
        let port = 0;
        if (i32[m + Mbuf.Dispatch] !== Place.EtherInputOncpu) {
          output.ifqHandoff(t, m);
        } else if ((i32[rcvif + Port.Flags]! & (Iff.Up | Iff.Monitor)) !== Iff.Up) {
          unsupported("an interface that is down");
        } else if (i32[rcvif + Port.Bridged]) {
          // bridge_input, bridge_forward
          i32[bifp + Port.SerializerOwner] = id;
          f64[(bifp >> 1) + Port64.Serializer]!++;
          if ((i32[bifp + Port.Flags]! & (Iff.Running | Iff.Monitor)) !== Iff.Running) unsupported("a bridge that is down");
          if (mflags & (M.Bcast | M.Mcast)) bridge!.group(t, m);
          else {
            f64[(bifp >> 1) + Port64.Ipackets]!++;
            f64[(bifp >> 1) + Port64.Ibytes]! += i32[m + Mbuf.Len]!;
            i32[m + Mbuf.Path] = Path.Bridged;
            const half = data >> 1;
            const from = u16[half + 3]!;
            const fromRest = i32[(data >> 2) + 2]!;
            if (!(from & 1) && (from | fromRest) !== 0) {
              let at = table + ((Math.imul(fromRest ^ Math.imul(from, Mix.B), Mix.A) >>> shift) & mask);
              while (i32[at + 2] && (i32[at + 1] !== fromRest || i32[at] !== from)) at = table + ((at - table + 4) & mask);
              if (i32[at + 2] === 1 + i32[rcvif + Port.Index]!) i32[at + 3] = i32[K.Second]! + Size.Timeout;
              else bridge!.learnOther(at, from, fromRest, i32[rcvif + Port.Index]!);
            }
            const to = u16[half]!;
            const toRest = u16[half + 1]! | (u16[half + 2]! << 16);
            let at = table + ((Math.imul(toRest ^ Math.imul(to, Mix.B), Mix.A) >>> shift) & mask);
            while (i32[at + 2] && (i32[at + 1] !== toRest || i32[at] !== to)) at = table + ((at - table + 4) & mask);
            const number = i32[at + 2]! - 1;
            port = At.Ports + Math.imul(number, Port.Words);
            if (number < 0 || number >= Size.NoPort || port === rcvif) {
              port = 0;
              bridge!.notForwarded(m, number);
              i32[bifp + Port.SerializerOwner] = 0;
            } else {
              if (!(i32[port + Port.Flags]! & Iff.Running)) unsupported("a port that is down");
              i32[m + Mbuf.Outif] = port;
              i32[bifp + Port.SerializerOwner] = 0;
              // bridge_handoff
              i32[port + Port.SerializerOwner] = id;
              f64[(port >> 1) + Port64.Serializer]!++;
            }
          }
        } else {
          // ether_demux_oncpu, ipflow_fastforward
          const ip = (data + Size.EtherHeader) >> 1;
          const word = u16[ip]!;
          const length = ((u16[ip + 1]! & 255) << 8) | (u16[ip + 1]! >> 8);
          const left = i32[m + Mbuf.Len]! - Size.EtherHeader;
          if (
            u16[ip - 1] !== Type.Ip ||
            i32[rcvif + Port.Flags]! & Iff.Promisc ||
            !i32[Knob.Forwarding] ||
            !i32[Knob.Fastforwarding] ||
            (mflags & (M.Bcast | M.Mcast | M.Lenchecked)) !== M.Lenchecked ||
            (word & 255) !== 0x45 ||
            length > left
          )
            router.demux(t, m);
          else {
            const dst = u16[ip + 8]! | (u16[ip + 9]! << 16);
            const src = u16[ip + 6]! | (u16[ip + 7]! << 16);
            const tos = word >> 8;
            let slot = Math.imul(dst ^ Math.imul(src ^ tos, Mix.A), Mix.A) >>> 22;
            let flow = i32[slots + slot]!;
            while (flow && (i32[flow + Flow.Dst] !== dst || i32[flow + Flow.Src] !== src || i32[flow + Flow.Tos] !== tos)) {
              slot = (slot + 1) & slotMask;
              flow = i32[slots + slot]!;
            }
            if (!flow) {
              f64[stats + Stat.IpfMisses]!++;
              router.slow(t, m);
            } else {
              const fields = u16[ip + 4]!;
              const check = u16[ip + 5]!;
              let sum =
                word + u16[ip + 1]! + u16[ip + 2]! + u16[ip + 3]! + fields + check + u16[ip + 6]! + u16[ip + 7]! + u16[ip + 8]! + u16[ip + 9]!;
              sum = (sum & 0xffff) + (sum >> 16);
              const route = i32[flow + Flow.Route]!;
              port = i32[route + Route.Port]!;
              if (
                sum !== 0xffff ||
                !i32[route + Route.Flags] ||
                i32[route + Route.Generation] !== i32[flow + Flow.Generation] ||
                !(i32[port + Port.Flags]! & Iff.Up) ||
                left > i32[port + Port.Mtu]! ||
                (fields & 255) <= 1
              ) {
                port = 0;
                router.slow(t, m);
              } else {
                u16[ip + 4] = fields - 1;
                const checksum = ((check & 255) << 8) | (check >> 8);
                const updated = (checksum >= 0xfeff ? checksum + 0x0101 : checksum + 0x0100) & 0xffff;
                u16[ip + 5] = ((updated & 255) << 8) | (updated >> 8);
                i32[flow + Flow.Uses]!++;
                i32[flow + Flow.Timer] = Size.FlowTimer;
                f64[stats + Stat.IpfHits]!++;
                i32[m + Mbuf.Outif] = port;
                i32[m + Mbuf.Path] = Path.Fastforwarded;
                const neighbour = i32[flow + Flow.Neighbour]!;
                const expire = i32[neighbour + Neighbour.Expire]!;
                if (!i32[neighbour + Neighbour.Resolved] || (expire && expire <= i32[K.Second]!)) unsupported("a next hop without address");
                // ether_output
                i32[m + Mbuf.Len] = length + Size.EtherHeader;
                i32[data >> 2] = i32[neighbour + Neighbour.MacFront]!;
                i32[(data >> 2) + 1] = i32[neighbour + Neighbour.MacRest]! | (i32[port + Port.MacFront]! << 16);
                i32[(data >> 2) + 2] = (i32[port + Port.MacFront]! >>> 16) | (i32[port + Port.MacRest]! << 16);
                u16[ip - 1] = Type.Ip;
                i32[m + Mbuf.Mflags] = mflags & ~(M.Bcast | M.Mcast);
                if (i32[port + Port.Bridged]) unsupported("an interface in a bridge");
              }
            }
          }
        }
        if (port) {
          // ifq_handoff, or ifq_dispatch and if_start: the latter gets the queue's lock twice.
          const counters = port >> 1;
          i32[port + Port.AltqOwner] = id;
          f64[counters + Port64.Altq]!++;
          const length = i32[port + Port.SndLen]!;
          const routed = !i32[rcvif + Port.Bridged];
          if (length >= i32[port + Port.SndMaxlen]!) unsupported("a full output queue");
          // A bridged frame alone in the queue would be moved to the ring at once: it is not linked in between.
          const passes =
            !routed &&
            !length &&
            (i32[port + Port.Flags]! & (Iff.Running | Iff.Oactive)) === Iff.Running &&
            i32[port + Port.TxCount]! < i32[port + Port.TxSlots]!;
          if (!passes) output.append(port, m);
          if (length + 1 > f64[counters + Port64.HighWater]!) f64[counters + Port64.HighWater] = length + 1;
          f64[counters + Port64.Obytes]! += i32[m + Mbuf.Len]!;
          if (u8[data]! & 1) f64[counters + Port64.Omcasts]!++;
          if (routed) {
            const started = i32[port + Port.AltqStarted]!;
            i32[port + Port.AltqStarted] = 1;
            i32[port + Port.AltqOwner] = 0;
            if (started || i32[Knob.Schedonly]) unsupported("a transmitter that is busy");
            i32[port + Port.SerializerOwner] = id;
            f64[counters + Port64.Serializer]!++;
            i32[port + Port.AltqOwner] = id;
            f64[counters + Port64.Altq]!++;
          }
          if (passes) output.moveToRing(port, m);
          else output.startTransmitter(port);
          if (routed) {
            if ((i32[port + Port.Flags]! & (Iff.Running | Iff.Oactive)) === Iff.Running && i32[port + Port.SndLen]) unsupported("a queue that stays");
            i32[port + Port.AltqStarted] = 0;
          }
          i32[port + Port.AltqOwner] = 0;
          i32[port + Port.SerializerOwner] = 0;
        }
        if (i32[t + Thread.Release]! | i32[t + Thread.Mpcount]!) kernel.messageDone(t);
        if (i32[t + Thread.Head]) kernel.lwktSchedule(t);
        if (i32[K.TxHead]) output.drain();
        if (!i32[K.Head]) break;
        t = kernel.dequeue();
        m = kernel.getport(t);
      }
    }
  };
};
