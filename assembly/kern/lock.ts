// Lock records: the BGL (sys/kern/kern_mplock.c) and the serializers of interfaces, bridges and output queues (sys/kern/lwkt_serialize.c). How a get waits
// is the machine's business; this is only what both sides agree on.

import { Region } from "../abi";
import { base } from "../memory/arena";

@unmanaged
export class Lock {
  gets: u64;
  contended: u64;
  owner: u32; // id of the thread, 0 = free. The BGL belongs to the owner's CPU.
  number: u32; // 0 the BGL, 1 + 2 x port a serializer, 2 + 2 x port the lock of that port's output queue
}

/** The Big Giant Lock (MP lock). Those of interfaces and bridges lie in their records. */
export function bgl(): Lock {
  return changetype<Lock>(base(Region.Locks));
}
