// Members of a bridge: struct bridge_iflist (sys/net/bridge/if_bridgevar.h) with the state that a spanning tree would have given them.

import { BstpState, IFBIF_SPAN, IFBIF_STP, Region } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { base } from "../memory/arena";
import { Bridge } from "./bridge_table";

@unmanaged
export class Member {
  port: u32;
  flags: u32; // IFBIF_*
  state: u32; // BstpState; counts only with IFBIF_STP
  gone: u32; // 1: left the bridge

  static at(index: u32): Member {
    return changetype<Member>(base(Region.Members) + <usize>index * offsetof<Member>());
  }

  get isSpan(): bool {
    return (this.flags & IFBIF_SPAN) != 0;
  }

  get isGone(): bool {
    return this.gone != 0;
  }
}

/** bridge_lookup_member_if. Span ports are no members. */
export function memberOf(bridge: Bridge, ifp: Ifnet): Member | null {
  return ifp.bridge == bridge.number + 1 ? Member.at(ifp.member) : null;
}

/** Takes nothing in: blocking, listening or disabled. */
export function isSilent(member: Member): bool {
  const state = member.state;
  return (member.flags & IFBIF_STP) != 0 && (state == BstpState.Blocking || state == BstpState.Listening || state == BstpState.Disabled);
}

/** Lets nothing out: blocking or disabled. Listening and learning are not tested on output. */
export function isBlocked(member: Member): bool {
  return (member.flags & IFBIF_STP) != 0 && (member.state == BstpState.Blocking || member.state == BstpState.Disabled);
}
