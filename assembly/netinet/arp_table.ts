// ARP entries, a table per CPU. After struct llinfo_arp and the cloned routes of sys/netinet/if_ether.c: here they have a table of their own, found by
// interface and address.

import { Boot, Region } from "../abi";
import { Mbuf } from "../kern/mbuf";
import { base, boot } from "../memory/arena";

@unmanaged
export class ArpEntry {
  mac: u64;
  ip: u32;
  port: u32;
  next: u32; // in its bucket, or on the free list
  expire: u32; // time_second; 0 = permanent
  held: Mbuf | null; // la_hold: the newest packet that waits for the answer
  resolved: u8; // the address is known (sdl_alen)
  reject: u8; // RTF_REJECT: the host is taken to be down until `expire`
  asked: u8; // la_asked
  preempt: u8; // la_preempt: refresh requests left

  static at(cpu: u32, index: u32): ArpEntry {
    return changetype<ArpEntry>(blockOf(cpu) + entriesAt + <usize>(index - 1) * offsetof<ArpEntry>());
  }
}

let tables: usize = 0;
let slots: u32 = 0;
let blockBytes: usize = 0;
let entriesAt: usize = 0;

/** Bytes per CPU: the head of the free list and a spare word, buckets, entries. `entries` is a power of two. */
export function arpBlockBytes(entries: u32): u64 {
  return 8 + <u64>entries * (4 + <u64>offsetof<ArpEntry>());
}

export function attachArp(): void {
  tables = base(Region.Arp);
  slots = boot(Boot.Arp);
  blockBytes = <usize>arpBlockBytes(slots);
  entriesAt = 8 + ((<usize>slots) << 2);
}

function blockOf(cpu: u32): usize {
  return tables + <usize>cpu * blockBytes;
}

export function initArp(): void {
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++)
    for (let index = slots; index > 0; index--) {
      ArpEntry.at(cpu, index).next = load<u32>(blockOf(cpu));
      store<u32>(blockOf(cpu), index);
    }
}

function bucketOf(cpu: u32, port: u32, ip: u32): usize {
  const hash = (((ip ^ (port * 0x85eb_ca6b)) * 0x9e37_79b1) >> 7) & (slots - 1);
  return blockOf(cpu) + 8 + ((<usize>hash) << 2);
}

/** arplookup without create. */
export function arpFind(cpu: u32, port: u32, ip: u32): ArpEntry | null {
  for (let index = load<u32>(bucketOf(cpu, port, ip)); index; ) {
    const entry = ArpEntry.at(cpu, index);
    if (entry.ip == ip && entry.port == port) return entry;
    index = entry.next;
  }
  return null;
}

/** A new, unresolved entry. Null: the table is full. */
export function arpCreate(cpu: u32, port: u32, ip: u32): ArpEntry | null {
  const index = load<u32>(blockOf(cpu));
  if (!index) return null;
  const entry = ArpEntry.at(cpu, index);
  store<u32>(blockOf(cpu), entry.next);
  const bucket = bucketOf(cpu, port, ip);
  memory.fill(changetype<usize>(entry), 0, offsetof<ArpEntry>());
  entry.ip = ip;
  entry.port = port;
  entry.next = load<u32>(bucket);
  store<u32>(bucket, index);
  return entry;
}

/** Gives an entry back. The caller has dealt with the held packet. */
export function arpFree(cpu: u32, entry: ArpEntry): void {
  const index = <u32>((changetype<usize>(entry) - blockOf(cpu) - entriesAt) / offsetof<ArpEntry>()) + 1;
  let link = bucketOf(cpu, entry.port, entry.ip);
  while (load<u32>(link) != index) link = changetype<usize>(ArpEntry.at(cpu, load<u32>(link))) + offsetof<ArpEntry>("next");
  store<u32>(link, entry.next);
  entry.port = 0;
  entry.ip = 0;
  entry.held = null;
  entry.next = load<u32>(blockOf(cpu));
  store<u32>(blockOf(cpu), index);
}

/** Entries that there is room for on each CPU. */
export function arpSlots(): u32 {
  return slots;
}

/** Where the number of the free entry behind a free one stands; behind 0: of the first. */
export function arpFreeLink(cpu: u32, index: u32): usize {
  return index ? changetype<usize>(ArpEntry.at(cpu, index)) + offsetof<ArpEntry>("next") : blockOf(cpu);
}

/** First entry in a bucket, by the bucket's number; for sweeps. */
export function arpBucketHead(cpu: u32, bucket: u32): u32 {
  return load<u32>(blockOf(cpu) + 8 + ((<usize>bucket) << 2));
}

/** Packets that wait in the entries of a CPU. */
export function arpHeld(cpu: u32): u32 {
  let held: u32 = 0;
  for (let index: u32 = 1; index <= slots; index++) if (ArpEntry.at(cpu, index).held) held++;
  return held;
}
