// Times at which closed loops do something: a winner tree over one time per leaf. Of several at one time the lower leaf is first. In front of it lie the
// count of their frames and what is noted of each interface.
//
//   leaves    4 per source of TCP (frames on their way, tcp_source.ts) · requests · retransmission timers · acknowledgement timers

import { Boot, FAR_END_RECORD, FEEDBACK_HEAD, Region } from "../../abi";
import { base, boot } from "../../memory/arena";

/** What closed loops have in common. */
@unmanaged
export class Feedback {
  frames: u64; // made so far
  leaves: u64; // power of two

  static at(): Feedback {
    return changetype<Feedback>(base(Region.Feedback));
  }
}
if (offsetof<Feedback>() != FEEDBACK_HEAD) ERROR("Feedback is not as long as FEEDBACK_HEAD says");

/** The far end of an interface's wire. */
@unmanaged
export class FarEnd {
  frames: u64; // that closed loops made for the interface: the host reads these two
  bytes: u64;
  free: u64; // when its transmitter is free again
  reserved: u64;

  static at(port: u32): FarEnd {
    return changetype<FarEnd>(base(Region.Feedback) + offsetof<Feedback>() + <usize>port * offsetof<FarEnd>());
  }
}
if (offsetof<FarEnd>() != FAR_END_RECORD) ERROR("a far end's record is not as long as FAR_END_RECORD says");

// ---- the numbers of the leaves ----

export function pipeLeaf(source: u32, pipe: u32): u32 {
  return (source << 2) + pipe;
}
export function slotLeaf(slot: u32): u32 {
  return pipeLeaf(boot(Boot.TcpSources), 0) + slot;
}
export function rtoLeaf(connection: u32): u32 {
  return slotLeaf(boot(Boot.ClosedSlots)) + connection;
}
export function ackLeaf(connection: u32): u32 {
  return rtoLeaf(boot(Boot.TcpConnections)) + connection;
}

function leafCount(): u32 {
  const leaves = ackLeaf(boot(Boot.TcpConnections));
  return leaves < 2 ? 2 : 1 << (32 - clz(leaves - 1));
}

function treeAt(): usize {
  return changetype<usize>(FarEnd.at(boot(Boot.Ports)));
}

/** Whether there is anything closed. */
function hasFeedback(): bool {
  return ackLeaf(boot(Boot.TcpConnections)) != 0;
}

export function feedbackBytes(): u64 {
  return <u64>offsetof<Feedback>() + <u64>boot(Boot.Ports) * offsetof<FarEnd>() + (hasFeedback() ? <u64>leafCount() * 16 : 0);
}

/** No timer is set. */
export function initTimers(): void {
  if (!hasFeedback()) return;
  Feedback.at().leaves = leafCount();
  memory.fill(treeAt(), 255, <usize>leafCount() * 16);
}

/** u64.MAX_VALUE: not at all. */
export function setTimer(leaf: u32, time: u64): void {
  const tree = treeAt();
  let at = (<usize>Feedback.at().leaves + leaf) << 3;
  if (load<u64>(tree + at) == time) return;
  store<u64>(tree + at, time);
  let least = time;
  while (at > 8) {
    least = min(least, load<u64>(tree + (at ^ 8)));
    at = (at >> 4) << 3;
    if (load<u64>(tree + at) == least) return;
    store<u64>(tree + at, least);
  }
}

/** When the first timer is due; u64.MAX_VALUE: none is set. */
export function earliestTimer(): u64 {
  return load<u64>(treeAt() + 8);
}

/** Whose that is. */
export function firstTimer(): u32 {
  const tree = treeAt();
  const leaves = <usize>Feedback.at().leaves;
  const time = earliestTimer();
  let node: usize = 1;
  while (node < leaves) {
    node <<= 1;
    if (load<u64>(tree + (node << 3)) != time) node++;
  }
  return <u32>(node - leaves);
}
