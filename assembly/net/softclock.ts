// Callouts: the flow cache's and ARP's timers reach every CPU as an IPI and a message there; the bridge's runs here. After sys/kern/kern_timeout.c,
// ipflow_slowtimo (ip_flow.c 1.25), arptimer (if_ether.c) and bridge_timer (if_bridge.c 1.42).
//
// in     the time of a callout has come
// out    a message to netisr_cpu of each CPU concerned, unless its last one is still on its way; At.BridgeTimer for each bridge
// reads  Cpu.flows, Knob.ArpPruneInterval, Knob.BridgePruneInterval        writes  the callouts' next times
// locks  a bridge's serializer, one after the other
// costs  Cost.Timer

import { At, Boot, Callout, Cost, Counter, Ipi, Knob, PortKind, PS_PER_MS, PS_PER_SECOND, Region } from "../abi";
import { Cpu } from "../kern/cpu";
import { Ifnet } from "../kern/ifnet";
import { Kernel, knob } from "../kern/kernel";
import { MSGF_DONE, MSGF_MPSAFE } from "../kern/mbuf";
import { putport, Thread } from "../kern/thread";
import { base, boot } from "../memory/arena";
import { charge, enter, send } from "../seam";
import { count } from "../stats/counters";
import { timerMessage } from "./messages";
import { netisrCpu } from "./protocol_threads";

const SLOWTIMO: u64 = 500 * PS_PER_MS;

function nextAt(callout: u32): usize {
  return base(Region.Callouts) + ((<usize>callout) << 3);
}

function interval(callout: u32): u64 {
  if (callout == Callout.Ipflow) return SLOWTIMO;
  return <u64>knob(callout == Callout.Arp ? Knob.ArpPruneInterval : Knob.BridgePruneInterval) * PS_PER_SECOND;
}

/** A time later on, or the end of time (2^64 ps, 213 days). */
function after(time: u64, delay: u64): u64 {
  return delay > u64.MAX_VALUE - time ? u64.MAX_VALUE : time + delay;
}

/** callout_reset of all callouts: each fires one interval after `Kernel.now`. Knobs are read then, and at every firing. */
export function startCallouts(): void {
  for (let callout: u32 = 0; callout < <u32>Callout.Count; callout++) store<u64>(nextAt(callout), Kernel.at().now + interval(callout));
  setNextTick();
}

function setNextTick(): void {
  let soonest = load<u64>(nextAt(0));
  for (let callout: u32 = 1; callout < <u32>Callout.Count; callout++) soonest = min(soonest, load<u64>(nextAt(callout)));
  Kernel.at().nextTick = soonest;
}

/** Lets pass the ticks of the flow cache up to `time` that would find no flow on any CPU. For machines whose clock jumps. */
export function skipIdleTicks(time: u64): void {
  const next = load<u64>(nextAt(Callout.Ipflow));
  if (next > time) return;
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) if (Cpu.at(cpu).flows) return;
  store<u64>(nextAt(Callout.Ipflow), after(next, ((time - next) / SLOWTIMO + 1) * SLOWTIMO));
  setNextTick();
}

/** Place Softclock: runs the first callout that is due, or has nothing to do. */
export function softclock(t: Thread): At {
  for (let callout: u32 = 0; callout < <u32>Callout.Count; callout++) {
    const at = nextAt(callout);
    if (load<u64>(at) > Kernel.at().now) continue;
    store<u64>(at, after(load<u64>(at), interval(callout)));
    setNextTick();
    charge(t, Cost.Timer);
    t.cursor = 0;
    t.subject = callout;
    return callout == Callout.Bridge ? At.BridgeTimers : At.TimerIpi;
  }
  return At.Empty;
}

/** Place TimerIpi: an IPI to each CPU that the timer concerns; for the flow cache those with flows in use. */
export function timerIpi(t: Thread, callout: usize): At {
  for (; t.cursor < boot(Boot.Cpus); t.cursor++) {
    if (callout == Callout.Ipflow && !Cpu.at(t.cursor).flows) continue;
    if (!send(t, At.TimerIpi, callout, t.cursor, Ipi.Timer, callout)) return At.Wait;
  }
  return At.Done;
}

/** On the target CPU: sends its message for the timer. That of the flow cache is MPSAFE, that of ARP is not [I] (ARCHITECTURE, section 8). */
export function timerIpifunc(cpu: u32, callout: u32): void {
  const m = timerMessage(cpu, callout);
  if (!(m.flags & MSGF_DONE)) {
    count(cpu, Counter.timer_coalesced);
    return;
  }
  m.flags = callout == Callout.Ipflow ? MSGF_MPSAFE : 0;
  m.dispatch = <u16>(callout == Callout.Ipflow ? At.IpflowTimer : At.ArpTimer);
  putport(m, netisrCpu(cpu));
}

/** Place BridgeTimers: the next bridge, if there is one. */
export function bridgeTimers(t: Thread): At {
  while (t.cursor < boot(Boot.Ports)) {
    const ifp = Ifnet.at(t.cursor++);
    if (ifp.kind != PortKind.Bridge) continue;
    t.subject = changetype<usize>(ifp);
    return enter(t, At.BridgeTimer, changetype<usize>(ifp), ifp.serializer) ? At.BridgeTimer : At.Wait;
  }
  return At.Done;
}
