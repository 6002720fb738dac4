/** What happens by itself while time passes: the slow timeout of the flow cache, and the sweeps over ARP and bridge addresses. */
import { Knob, PS_PER_SECOND } from "../../assembly/abi.ts";
import { pruneArp } from "./arp.ts";
import type { Host } from "./host.ts";
import { NETISR0 } from "./ip_demux.ts";
import { ipflowTick } from "./ip_flow.ts";

const SECOND = BigInt(PS_PER_SECOND);
const TICK = SECOND / 2n;

/** A callout that re-arms itself. The first call comes one interval after time 0; a changed interval counts from the next call on. */
interface Callout {
  due: bigint;
  interval: () => bigint;
  call: (host: Host) => void;
}

export class Timers {
  readonly #host: Host;
  /** Of those that are due at the same time the first goes first. */
  readonly #callouts: Callout[];

  constructor(host: Host) {
    this.#host = host;
    const every = (knob: Knob) => () => BigInt(host.knob(knob)) * SECOND;
    this.#callouts = [
      { due: 0n, interval: () => TICK, call: ipflowTimer },
      { due: 0n, interval: every(Knob.ArpPruneInterval), call: arpTimer },
      { due: 0n, interval: every(Knob.BridgePruneInterval), call: ageBridges },
    ];
    for (const callout of this.#callouts) callout.due = callout.interval();
  }

  /** Calls all that is due up to `time`, and also at it: timers go before packets of the same moment. */
  advance(time: bigint): void {
    for (let next = this.#soonest(); next.due <= time; next = this.#soonest()) {
      if (next.call === ipflowTimer && this.#host.flows.length === 0) {
        next.due += ((time - next.due) / TICK + 1n) * TICK; // nothing before `time` can make a flow
        continue;
      }
      this.#host.time = next.due;
      next.call(this.#host);
      next.due += next.interval();
    }
    this.#host.time = time;
  }

  #soonest(): Callout {
    return this.#callouts.reduce((soonest, callout) => (callout.due < soonest.due ? callout : soonest));
  }
}

/** ipflow_slowtimo sends an MPSAFE message to each CPU that has flows. */
function ipflowTimer(host: Host): void {
  if (host.flows.length > 0) host.locks.service(NETISR0, true, () => ipflowTick(host));
}

/** arptimer, as a message that is not MPSAFE to every CPU. */
function arpTimer(host: Host): void {
  for (let cpu = 0; cpu < host.config.cpus; cpu++) host.locks.service({ ...NETISR0, cpu }, false, () => pruneArp(host));
}

function ageBridges(host: Host): void {
  for (const bridge of host.bridges) bridge.table.age(host.seconds);
}
