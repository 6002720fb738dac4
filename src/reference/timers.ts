/** What happens by itself while time passes: the slow timeout of the flow cache, and the sweeps over ARP and bridge addresses. */
import { Knob, PS_PER_SECOND } from "../../assembly/abi.ts";
import { pruneArp } from "./arp.ts";
import type { Host } from "./host.ts";
import { IPFLOW_TIMER, ipflowTick } from "./ip_flow.ts";

const SECOND = BigInt(PS_PER_SECOND);
const TICK = SECOND / 2n;

/** A callout that re-arms itself. The first call comes one interval after time 0; a changed interval counts from the next call on. */
interface Callout {
  due: bigint;
  interval: () => bigint;
  /** Calls that can make a difference if nothing else happens meanwhile; a longer series is cut short to them. */
  useful: bigint;
  call: (host: Host) => void;
}

export class Timers {
  readonly #host: Host;
  readonly #callouts: Callout[];

  constructor(host: Host) {
    this.#host = host;
    const every = (knob: Knob) => () => BigInt(host.knob(knob)) * SECOND;
    this.#callouts = [
      { due: 0n, interval: () => TICK, useful: BigInt(IPFLOW_TIMER), call: ipflowTick },
      { due: 0n, interval: every(Knob.ArpPruneInterval), useful: 1n, call: pruneArp },
      { due: 0n, interval: every(Knob.BridgePruneInterval), useful: 1n, call: ageBridges },
    ];
    for (const callout of this.#callouts) callout.due = callout.interval();
  }

  /** Calls all that is due up to `time`, and also at it: timers go before packets of the same moment. */
  advance(time: bigint): void {
    for (const callout of this.#callouts) this.#run(callout, time);
    this.#host.time = time;
  }

  #run(callout: Callout, time: bigint): void {
    if (callout.due > time) return;
    const interval = callout.interval();
    const calls = (time - callout.due) / interval + 1n;
    const skipped = calls > callout.useful ? calls - callout.useful : 0n;
    for (let call = skipped; call < calls; call++) {
      this.#host.time = callout.due + call * interval;
      callout.call(this.#host);
    }
    callout.due += calls * interval;
  }
}

function ageBridges(host: Host): void {
  for (const bridge of host.bridges) bridge.table.age(host.seconds);
}
