/** What the messages of the model cost in gets and releases of the BGL, thread by thread, in the mode that the knobs name. */
import { Knob, ThreadKind } from "../../assembly/abi.ts";
import type { ThreadCounters } from "../types.ts";
import type { ThreadId } from "./ip_demux.ts";
import { netisrRunDecision, netmsgServiceDecision } from "./netisr.ts";

/** Sums over all protocol threads, named as the engine's thread counters. Interrupt threads are not modelled. */
export type LockCounts = Omit<ThreadCounters, "name" | "cpu" | "highWater">;

const MODE_KNOB = { [ThreadKind.Netisr]: Knob.NetisrMpsafeThread, [ThreadKind.Tcp]: Knob.TcpMpsafeThread, [ThreadKind.Udp]: Knob.UdpMpsafeThread };

export class Locks {
  readonly counts: LockCounts = { messages: 0, gets: 0, releases: 0, keeps: 0, recursiveGets: 0, violations: 0 };
  readonly #knobs: readonly number[];
  /** Threads whose service loop kept the lock. */
  readonly #holders = new Set<string>();
  /** td_mpcount of the thread that runs. */
  #mpcount = 0;

  constructor(knobs: readonly number[]) {
    this.#knobs = knobs;
  }

  /** The mode of a thread: its class's own, or that of net.netisr.mpsafe_thread where that is -1. */
  mode(kind: ThreadId["kind"]): number {
    const own = this.#knobs[MODE_KNOB[kind]]!;
    return own < 0 ? this.#knobs[Knob.NetisrMpsafeThread]! : own;
  }

  /** netmsg_service around `dispatch`. */
  service(thread: ThreadId, mpsafe: boolean, dispatch: () => void): void {
    const name = `${thread.kind}.${thread.cpu}`;
    const decision = netmsgServiceDecision(this.mode(thread.kind), mpsafe, this.#holders.has(name), this.#knobs[Knob.NetisrMpsafeLazy] !== 0);
    const { counts } = this;
    counts.messages++;
    if (decision.get) counts.gets++;
    if (decision.releaseBefore) counts.releases++;
    if (decision.violation) counts.violations++;
    this.#mpcount = decision.locked ? 1 : 0;
    dispatch();
    this.#mpcount = 0;
    if (decision.releaseAfter) counts.releases++;
    if (decision.mplocked) {
      counts.keeps++;
      this.#holders.add(name);
    } else this.#holders.delete(name);
  }

  /** netisr_run around a protocol's handler. */
  run(mpsafe: boolean, handler: () => void): undefined {
    const decision = netisrRunDecision(mpsafe, this.#mpcount);
    if (decision === "get") this.counts.gets++;
    if (decision === "deepen") this.counts.recursiveGets++;
    if (decision !== "call") this.#mpcount++;
    handler();
    if (decision !== "call") this.#mpcount--;
    if (decision === "get") this.counts.releases++;
  }
}
