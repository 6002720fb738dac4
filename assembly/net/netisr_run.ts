// Packets are handed to their protocols: at once by netisr_run, with a lock decision of its own (ARCHITECTURE, section 8.2), or by netisr_queue to a port.
//
// in     ether_demux_oncpu
// out    the protocol's place · SendMsg · Drop.UnregisteredIsr
// writes Thread.mpcount, undo and its counts
// locks  the BGL
// costs  Cost.NetisrRun

import { At, Cost, Drop, HANDLER_SHIFT, HandlerLock, ThreadCounter } from "../abi";
import { drop } from "../kern/ends";
import { bgl } from "../kern/lock";
import { Mbuf, MSGF_MPSAFE } from "../kern/mbuf";
import { Thread, tally, Undo } from "../kern/thread";
import { charge, enter, leave } from "../seam";
import { Netisr } from "./netisr";

/** Hands the packet to its protocol on this CPU (ARCHITECTURE, section 8.2): gets the BGL for a handler that is not MPSAFE, or counts deeper if the thread has it. */
export function netisrRun(t: Thread, m: Mbuf, isr: u32): At {
  const protocol = Netisr.at(isr);
  if (!protocol.place) return drop(t, m, Drop.UnregisteredIsr);
  m.result = <u16>isr;
  m.dispatch = <u16>protocol.place;
  charge(t, Cost.NetisrRun);
  if (protocol.mpsafe) {
    m.flags = MSGF_MPSAFE;
    return handled(m, HandlerLock.Mpsafe, protocol);
  }
  m.flags = 0;
  if (t.mpcount > 0) {
    t.mpcount++;
    t.undo = Undo.Recursive;
    tally(t, ThreadCounter.recursiveGets);
    return handled(m, HandlerLock.Recursive, protocol);
  }
  handled(m, HandlerLock.Got, protocol);
  t.mpcount = 1;
  t.undo = Undo.Release;
  tally(t, ThreadCounter.gets);
  return enter(t, <At>protocol.place, changetype<usize>(m), bgl()) ? <At>protocol.place : At.Wait;
}

/** Notes the row of ARCHITECTURE, section 8.2, in the packet. */
function handled(m: Mbuf, lock: HandlerLock, protocol: Netisr): At {
  m.lock = <u8>((<u32>m.lock & 15) | ((<u32>lock) << HANDLER_SHIFT));
  return protocol.place;
}

/** Undoes what netisrRun did, when the packet and all that it caused have ended. */
export function handlerDone(t: Thread): void {
  t.mpcount--;
  if (t.undo == Undo.Release) {
    tally(t, ThreadCounter.releases);
    leave(t, bgl());
  }
  t.undo = Undo.None;
}

/** netisr_queue, once the port is known: the message carries MSGF_MPSAFE exactly if the protocol does. */
export function netisrQueue(t: Thread, m: Mbuf, isr: u32, port: Thread): At {
  const protocol = Netisr.at(isr);
  if (!protocol.place) return drop(t, m, Drop.UnregisteredIsr);
  m.result = <u16>isr;
  m.dispatch = <u16>protocol.place;
  m.flags = protocol.mpsafe ? MSGF_MPSAFE : 0;
  m.thread = port;
  return At.SendMsg;
}
