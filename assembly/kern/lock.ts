// Lock records: the BGL (sys/kern/kern_mplock.c) and the serializers of interfaces, bridges and output queues (sys/kern/lwkt_serialize.c). How a get waits
// is the machine's business; this is only what both sides agree on.

import { Region } from "../abi";
import { base } from "../memory/arena";

let locks: usize = 0;

@unmanaged
export class Lock {
  gets: u64;
  contended: u64;
  owner: u32; // id of the thread, 0 = free. The BGL belongs to the owner's CPU.

  static at(index: u32): Lock {
    return changetype<Lock>(locks + <usize>index * offsetof<Lock>());
  }
}

/** Locks in all, for a number of ports. */
export function lockTotal(ports: u32): u32 {
  return 1 + 2 * ports;
}

/** The Big Giant Lock (MP lock). */
export function bgl(): Lock {
  return Lock.at(0);
}

/** if_serializer: of an interface, or of a bridge. */
export function serializer(port: u32): Lock {
  return Lock.at(1 + 2 * port);
}

/** The lock of the output queue (altq), got adaptively. */
export function altqLock(port: u32): Lock {
  return Lock.at(2 + 2 * port);
}

export function attachLocks(): void {
  locks = base(Region.Locks);
}
