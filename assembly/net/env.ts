// The only ways out of the engine: protocol handlers that the embedder wrote, which the host puts into the module's table. The host's wrapper catches what
// they throw.
//
// A table and no imports: a JavaScript engine compiles the way out to each import before anything runs, for more than two milliseconds of every start, and
// few embedders have handlers.

/** Places in the table, in the order in which src/wasm/way_out.ts fills it. */
const PACKET: u32 = 0;
const SCHEDULED: u32 = 1;

/** A packet of protocol `isr`, as the whole frame that it came in. 0: not taken, 1: taken, 2: refused. */
export function hostPacket(isr: u32, frame: usize, length: u32, port: u32): u32 {
  return call_indirect<u32>(PACKET, isr, frame, length, port);
}

/** The protocol's own message, sent by schednetisr. */
export function hostScheduled(isr: u32): void {
  call_indirect<void>(SCHEDULED, isr);
}
