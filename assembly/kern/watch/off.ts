// Nobody watches: on a machine without time there is nothing to see in a queue.

import { Place, PortQueue } from "../../abi";
import { Mbuf, Netmsg } from "../mbuf";

/** The record of a port's queue. */
export function portQueue(port: u32, queue: PortQueue): usize {
  return 0;
}

/** The record of a thread's port, by the id of the thread. */
export function threadQueue(thread: u32): usize {
  return 0;
}

/** A packet or message enters a queue. */
export function watchPut(queue: usize, m: Netmsg): void {}

/** It leaves the queue, and with that a place; Place.Count: none that is measured. */
export function watchTaken(queue: usize, m: Netmsg, place: Place): void {}

/** A frame has entered a receive ring, when it arrived: rings are looked at later than that. */
export function watchArrival(queue: usize, m: Mbuf): void {}

/** A copy of a packet has been made. */
export function watchCopied(copy: Mbuf, m: Mbuf): void {}

/** A packet has reached a protocol of this host. */
export function watchDelivered(m: Mbuf): void {}
