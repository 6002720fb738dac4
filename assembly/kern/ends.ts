// The ends of a packet. Each is one verb: it counts, gives the mbuf back, and says that the subject is done.

import { At, Drop, NO_PORT, Path } from "../abi";
import { countDrop, countEnd } from "../stats/counters";
import { Mbuf, mFreem } from "./mbuf";
import { Thread } from "./thread";

/** Row of a port in the tables of ends: 0 is for packets of our own. */
export function rowOf(port: u32): u32 {
  return port == NO_PORT ? 0 : port + 1;
}

/** m_freem with a reason. */
export function drop(t: Thread, m: Mbuf, reason: Drop): At {
  countDrop(t.cpu, rowOf(m.rcvif), reason);
  mFreem(m);
  return At.Done;
}

/** The packet has reached a protocol of this host. */
export function deliver(m: Mbuf): At {
  countEnd(rowOf(m.rcvif), Path.Delivered);
  mFreem(m);
  return At.Done;
}
