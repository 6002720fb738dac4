import { HANDLER_SHIFT, LOCK_VIOLATION } from "../../assembly/abi.ts";
import type { LockDecision } from "../types.ts";

/** By ServiceLock and HandlerLock. */
const SERVICE: LockDecision["service"][] = ["none", "without", "released", "got", "kept"];
const HANDLER: LockDecision["handler"][] = ["none", "mpsafe", "got", "recursive"];
/** A decision for each value of the byte. */
const DECISIONS: readonly LockDecision[] = Array.from({ length: 256 }, (_, lock) =>
  Object.freeze({
    service: SERVICE[lock & 7] ?? "none",
    violation: (lock & LOCK_VIOLATION) !== 0,
    handler: HANDLER[lock >> HANDLER_SHIFT] ?? "none",
  }),
);

/** What the byte of a message says about the BGL; see abi.ts. */
export const lockDecision = (lock: number): LockDecision => DECISIONS[lock]!;
