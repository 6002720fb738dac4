/** Where packets came from and how they ended. */
import { Drop, Path } from "../../assembly/abi.ts";

export interface Counts {
  /** Frames that arrived. */
  received: number;
  /** Packets that the host made itself. */
  generated: number;
  /** Copies for floods, spans and the host, and fragments after the first. */
  cloned: number;
  delivered: number;
  bridged: number;
  fastforwarded: number;
  forwarded: number;
  originated: number;
  /** By name of the reason; a reason that did not occur is left out. */
  dropped: Record<string, number>;
  /** Packets that wait in ARP entries. */
  queued: number;
}

export class Tally {
  received = 0;
  generated = 0;
  cloned = 0;
  readonly #ended: number[] = new Array<number>(Path.Count).fill(0);
  readonly #dropped: number[] = new Array<number>(Drop.Count).fill(0);

  end(path: Path): void {
    this.#ended[path]!++;
  }

  drop(reason: Drop): void {
    this.#dropped[reason]!++;
  }

  counts(queued: number): Counts {
    const ended = (path: Path) => this.#ended[path]!;
    const named = this.#dropped.map((count, reason): [string, number] => [Drop[reason]!, count]);
    return {
      received: this.received,
      generated: this.generated,
      cloned: this.cloned,
      delivered: ended(Path.Delivered),
      bridged: ended(Path.Bridged),
      fastforwarded: ended(Path.Fastforwarded),
      forwarded: ended(Path.Forwarded),
      originated: ended(Path.Originated),
      dropped: Object.fromEntries(named.filter(([, count]) => count > 0)),
      queued,
    };
  }
}

/** Zero in every moment between two frames: each packet ends in exactly one counted place. */
export function unaccounted(counts: Counts): number {
  const dropped = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
  const ended = counts.delivered + counts.bridged + counts.fastforwarded + counts.forwarded + counts.originated + dropped + counts.queued;
  return counts.received + counts.generated + counts.cloned - ended;
}
