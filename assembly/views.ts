// What the host may look at beside the plain tables of counters (Region.Counters, Drops, Ends): fields of records whose layout is the engine's own business.
// Looking changes nothing.

import { Boot, Counter, Path, PortCounter, Region } from "./abi";
import { Bridge } from "./ether/bridge_table";
import { Cpu } from "./kern/cpu";
import { Ifnet } from "./kern/ifnet";
import { Io, Kernel } from "./kern/kernel";
import { bgl, Lock } from "./kern/lock";
import { Netmsg } from "./kern/mbuf";
import { firstWork, Thread } from "./kern/thread";
import { framesSent, packetsInside } from "./machine";
import { base, boot, bytes } from "./memory/arena";
import { arpFind, arpHeld } from "./netinet/arp_table";
import { dropBlockBytes } from "./stats/counters";

export function regionBase(region: u32): usize {
  return base(region);
}
export function regionBytes(region: u32): usize {
  return bytes(region);
}
export function now(): u64 {
  return Kernel.at().now;
}
/** mbufs that are neither posted in a receive ring nor free: the packets inside the stack. */
export function mbufsInUse(): u32 {
  return boot(Boot.Mbufs) - Kernel.at().mbufsFree;
}
/** Packets of a list; messages of the kernel's own are none. */
function packetsIn(list: Netmsg | null): u32 {
  let packets: u32 = 0;
  for (let at = changetype<usize>(list); at; at = changetype<usize>(changetype<Netmsg>(at).next)) if (at >= base(Region.Mbufs)) packets++;
  return packets;
}

/** Packets found by looking where one can be while the engine stands: ports, output queues, transmit rings, ARP entries, and what the machine has under way. */
export function packetsQueued(): u32 {
  let packets: u32 = 0;
  for (let i: u32 = 0, n = firstWork(); i < n; i++) {
    packets += packetsIn(Thread.at(i).head) + packetsIn(Thread.at(i).pendingHead);
  }
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) packets += packetsIn(Ifnet.at(port).sndHead) + packetsIn(Ifnet.at(port).txHead);
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) packets += arpHeld(cpu);
  return packets + packetsInside();
}

/** Packets that have come in and not ended yet: with those in receive rings, without those that have been sent and still lie in transmit rings. */
export function packetsWaiting(): u32 {
  let packets = packetsQueued() - framesSent();
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) packets += Ifnet.at(port).rxFilled;
  return packets;
}

/** received + generated + cloned - delivered - forwarded - bridged - dropped - queued: 0 unless packets got lost, or were made from nothing. */
export function unaccounted(): i64 {
  const ports = boot(Boot.Ports);
  let sum: i64 = -(<i64>packetsWaiting());
  for (let port: u32 = 0; port < ports; port++) sum += portCounter(port, PortCounter.received);
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) {
    const block = base(Region.Counters) + ((<usize>(cpu * Counter.Count)) << 3);
    sum += load<i64>(block + (Counter.generated << 3)) + load<i64>(block + (Counter.cloned << 3));
  }
  return sum - total(Region.Ends, (ports + 1) * Path.Count) - total(Region.Drops, <u32>(<u64>boot(Boot.Cpus) * (dropBlockBytes(ports) >> 3)));
}

function total(region: u32, words: u32): i64 {
  let sum: i64 = 0;
  for (let i: u32 = 0; i < words; i++) sum += load<i64>(base(region) + ((<usize>i) << 3));
  return sum;
}

export function threadKind(thread: u32): u32 {
  return Thread.at(thread).kind;
}
export function threadCpu(thread: u32): u32 {
  return Thread.at(thread).cpu;
}
export function threadCounter(thread: u32, counter: u32): u64 {
  return load<u64>(changetype<usize>(Thread.at(thread)) + ((<usize>counter) << 3));
}
export function threadHighWater(thread: u32): u32 {
  return Thread.at(thread).highWater;
}
/** 1: the thread's service loop has kept the BGL. */
export function threadMplocked(thread: u32): u32 {
  return Thread.at(thread).mplocked;
}
/** 0: at its place of rest, with nothing to do. */
export function threadBusy(thread: u32): u32 {
  const t = Thread.at(thread);
  return t.queued || t.head || t.pendingHead || t.at != t.home ? 1 : 0;
}
export function portCounter(port: u32, counter: u32): u64 {
  return load<u64>(Ifnet.at(port).counters + ((<usize>counter) << 3));
}
export function portFlags(port: u32): u32 {
  return Ifnet.at(port).flags;
}
export function queueLength(port: u32): u32 {
  return Ifnet.at(port).sndLen;
}
export function ringLength(port: u32): u32 {
  return Ifnet.at(port).txCount;
}
function lockAt(lock: u32): Lock {
  if (!lock) return bgl();
  const ifp = Ifnet.at((lock - 1) >> 1);
  return lock & 1 ? ifp.serializer : ifp.altqLock;
}
/** Lock 0 is the BGL; then two for each port: its serializer and its queue's. */
export function lockGets(lock: u32): u64 {
  return lockAt(lock).gets;
}
export function lockOwner(lock: u32): u32 {
  return lockAt(lock).owner;
}
export function flowsInUse(cpu: u32): u32 {
  return Cpu.at(cpu).flows;
}
/** sc_brtmax, as it is now. */
export function bridgeMaxaddr(bridge: u32): u32 {
  return Bridge.at(bridge).maxaddr;
}
export function bridgeCount(bridge: u32): u32 {
  return Bridge.at(bridge).count;
}
/** First entry of a bridge's list, newest first; 0 = none. */
export function bridgeFirst(bridge: u32): u32 {
  return Bridge.at(bridge).head;
}
export function bridgeNext(bridge: u32, entry: u32): u32 {
  return Bridge.at(bridge).entry(entry).next;
}
/** As a number with the first byte highest. */
export function bridgeMac(bridge: u32, entry: u32): u64 {
  return Bridge.at(bridge).entry(entry).mac;
}
export function bridgePort(bridge: u32, entry: u32): u32 {
  return Bridge.at(bridge).entry(entry).port;
}
export function bridgeIsStatic(bridge: u32, entry: u32): u32 {
  return Bridge.at(bridge).entry(entry).isStatic;
}
/** The address of a neighbour as a CPU knows it, as loaded from the wire; 0 = unknown. */
export function arpMac(cpu: u32, port: u32, ip: u32): u64 {
  const entry = arpFind(cpu, port, ip);
  return entry && entry.resolved ? entry.mac : 0;
}

// ---- the exchange areas ----

/** Bytes that the host may still write into the input area; it starts at its base when everything is consumed. */
export function inputRoom(): u32 {
  const io = Io.at();
  if (io.inputCursor == io.inputEnd) {
    io.inputCursor = 0;
    io.inputEnd = 0;
  }
  return <u32>bytes(Region.Input) - io.inputEnd;
}
/** Where the next arrival is to be written. */
export function inputAt(): usize {
  return base(Region.Input) + Io.at().inputEnd;
}
/** Says that `length` bytes of arrivals were written there. */
export function inputWritten(length: u32): void {
  Io.at().inputEnd += length;
}
/** Lets the arrivals that were read come once more, as they lie in the area: for measuring without the host's copies. */
export function inputRewind(): void {
  Io.at().inputCursor = 0;
}
/** Bytes of records in the area of losses, and forgets them: the host has read them before it runs again. */
export function lossesTake(): u32 {
  const length = Io.at().lossEnd;
  Io.at().lossEnd = 0;
  return length;
}
/** Bytes of departures in the output area, and forgets them: the host has read them before it runs again. */
export function outputTake(): u32 {
  const length = Io.at().outputEnd;
  Io.at().outputEnd = 0;
  return length;
}
