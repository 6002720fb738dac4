// When a generator's next frame comes, by the kind of its arrivals.

import { ArrivalKind } from "../../abi";
import { draw, exponential } from "../../kern/random";
import { afterBurst } from "./bursts";
import { afterCaptured } from "./capture";
import { settleDue } from "./due";
import { Generator } from "./generator";
import { afterPiece } from "./rates";

/** The next arrival after the one at `time`, or after the start at `time`, unless that is too late or one too many. */
export function schedule(g: Generator, time: u64): void {
  const kind = g.kind;
  const next = <i32>kind <= ArrivalKind.Poisson ? time + gapOf(g, kind) : nextOf(g, time, kind);
  g.untilEnd = g.left > 0 && next < g.stop ? ~next : 0;
  if (g.siblings) settleDue(g);
}

function gapOf(g: Generator, kind: ArrivalKind): u64 {
  return kind == ArrivalKind.Poisson ? exponential(changetype<usize>(g) + offsetof<Generator>("arrivals"), g.interval) : g.interval;
}

/** Of every kind. u64.MAX_VALUE: none follows from the one at `time`. Calls itself for the times of batches, once. */
function nextOf(g: Generator, time: u64, kind: ArrivalKind): u64 {
  switch (kind) {
    case ArrivalKind.Constant:
    case ArrivalKind.Poisson:
      return time + gapOf(g, kind);
    case ArrivalKind.Bursts:
      return afterBurst(g, time);
    case ArrivalKind.Rates:
      return afterPiece(g, time);
    case ArrivalKind.Capture:
      return afterCaptured(g);
    case ArrivalKind.Batches:
      return goesOn(g) ? time : nextOf(g, time, g.batchKind);
    default:
      return u64.MAX_VALUE;
  }
}

/** Frames of a batch come at one time. One of geometric size goes on with the same probability after each frame, which is that distribution. */
function goesOn(g: Generator): bool {
  if (g.begun && batchGoesOn(g)) return true;
  g.begun = 1;
  g.inBatch = g.batch;
  return false;
}

function batchGoesOn(g: Generator): bool {
  if (!g.batch) return draw(changetype<usize>(g) + offsetof<Generator>("batches")) < g.goesOn;
  return --g.inBatch > 0;
}
