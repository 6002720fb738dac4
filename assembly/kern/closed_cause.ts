// Numbers of frames that closed loops make: above those of all other frames, in the order of their arrivals, with their owner in the lower bits.

/** Below are the numbers of the host's and of generators' frames; JavaScript counts to twice this exactly. */
export const CLOSED_CAUSES: u64 = 1 << 52;
const OWNER_BITS: u64 = 17;

/** The number of a frame. `count`: of such frames before it. */
export function closedCause(count: u64, owner: u32): u64 {
  return CLOSED_CAUSES | (count << OWNER_BITS) | owner;
}

/** Who made it: a request's place, or from TCP_OWNERS on twice the connection, and one more if it is an acknowledgement. */
export function ownerOf(cause: u64): u32 {
  return <u32>cause & ((1 << (<u32>OWNER_BITS)) - 1);
}
export const TCP_OWNERS: u32 = 1 << 16;
