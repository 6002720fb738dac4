/** The lock decisions of sys/net/netisr.c, as the two tables of ARCHITECTURE, sections 8.1 and 8.2. */

/** What netmsg_service does with the BGL around one message. */
export interface ServiceDecision {
  /** get_mplock before the message is dispatched. */
  get: boolean;
  /** rel_mplock before the message is dispatched. */
  releaseBefore: boolean;
  /** The message runs with the BGL. */
  locked: boolean;
  /** rel_mplock after the message. */
  releaseAfter: boolean;
  /** The mplocked flag that the service loop keeps for the next message. */
  mplocked: boolean;
  /** A message that is not MPSAFE runs without the BGL. */
  violation: boolean;
}

/** Section 8.1. Modes other than 1 and 2 act as 0. `lazy` = adaptive mode keeps the lock until an MPSAFE message comes. */
export function netmsgServiceDecision(mode: number, mpsafe: boolean, mplocked: boolean, lazy = false): ServiceDecision {
  const adaptive = mode === 1;
  const locked = mode === 2 ? false : adaptive ? !mpsafe : true;
  const releaseAfter = locked && adaptive && !lazy;
  return {
    get: locked && !mplocked,
    releaseBefore: !locked && mplocked,
    locked,
    releaseAfter,
    mplocked: locked && !releaseAfter,
    violation: mode === 2 && !mpsafe,
  };
}

/** Section 8.2: `call` leaves the lock as it is, `get` takes and gives it back around the handler, `deepen` raises td_mpcount by one meanwhile. */
export type RunDecision = "call" | "get" | "deepen";

/** The mode is not looked at: also in mode 2 a handler that is not MPSAFE runs under the BGL here. */
export function netisrRunDecision(mpsafe: boolean, mpcount: number): RunDecision {
  if (mpsafe) return "call";
  return mpcount > 0 ? "deepen" : "get";
}
