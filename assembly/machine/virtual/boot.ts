// What the virtual machine keeps in memory, and its first state.

import { Boot, CpuClass, FINE_BITS, Path, Place, Region } from "../../abi";
import { closedBytes } from "../../dev/traffic/closed";
import { feedbackBytes, initTimers } from "../../dev/traffic/closed_timers";
import { generatorBytes, noGenerator } from "../../dev/traffic/generator";
import { tcpBytes } from "../../dev/traffic/tcp_source";
import { costBytes } from "../../kern/costs";
import { eventBytes, initEvents, MachineState, NEVER } from "../../kern/events";
import { faultBytes } from "../../kern/faults";
import { Ifnet } from "../../kern/ifnet";
import { lockHistogramBytes, lockShareBytes, lockStatBytes } from "../../kern/lock_stats";
import { mbufTotal } from "../../kern/mbuf";
import { seedOf } from "../../kern/random";
import { attachStep, stepBytes } from "../../kern/step";
import { Thread, threadTotal } from "../../kern/thread";
import { Stamp } from "../../kern/watch/on";
import { peakBytes, queueBytes } from "../../kern/watch/queues";
import { Wire } from "../../kern/wire";
import { workBytes } from "../../kern/work";
import { boot, reserve } from "../../memory/arena";
import { histogramBytes } from "../../stats/histogram";
import { flowOrderBytes } from "./flows";
import { STOP_BYTES } from "./stop_set";
import { emptySlot, VCPU_BYTES, Vcpu } from "./vcpu";

/** Bytes for the messages of a burst: this machine keeps none. */
export const ORDER_BYTES: u64 = 0;
/** Stream of the lots that decide between CPUs. */
const LOTS: u64 = 1;

/** Gives the machine's regions their places. `threads`: how many there are. */
export function planMachine(threads: u32): void {
  const cpus = <u64>boot(Boot.Cpus);
  const ports = <u64>boot(Boot.Ports);
  reserve(Region.Machine, 1, stepBytes(threads));
  reserve(Region.Costs, 1, costBytes());
  reserve(Region.Vcpus, cpus, VCPU_BYTES);
  reserve(Region.CpuTimes, cpus, CpuClass.Count * 8);
  reserve(Region.Wires, ports, offsetof<Wire>());
  reserve(Region.Generators, 1, generatorBytes());
  reserve(Region.Events, 1, eventBytes());
  reserve(Region.LockStats, 1, lockStatBytes());
  reserve(Region.LockShares, 1, lockShareBytes(threads));
  reserve(Region.LockHistograms, 1, lockHistogramBytes());
  reserve(Region.QueueStats, 1, queueBytes(threads));
  reserve(Region.Stamps, mbufTotal(), offsetof<Stamp>());
  reserve(Region.Latencies, <u64>Path.Count + Place.Count, histogramBytes(FINE_BITS));
  reserve(Region.FlowOrder, 1, flowOrderBytes());
  reserve(Region.Traffic, 1, boot(Boot.TrafficBytes));
  reserve(Region.Faults, boot(Boot.Faults), faultBytes());
  reserve(Region.FaultFrames, boot(Boot.FaultFrames), boot(Boot.ClusterBytes));
  reserve(Region.Work, 1, workBytes());
  reserve(Region.Feedback, 1, feedbackBytes());
  reserve(Region.Closed, 1, closedBytes());
  reserve(Region.Tcp, 1, tcpBytes());
}

/** And what it keeps for the host's questions, behind the exchange areas. */
export function planQuestions(threads: u32): void {
  reserve(Region.Stops, 1, STOP_BYTES);
  reserve(Region.Peaks, 1, peakBytes(threads));
}

export function bootMachine(): void {
  initEvents();
  initTimers();
  MachineState.at().random = seedOf(boot(Boot.Seed), LOTS);
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) {
    const v = Vcpu.at(cpu);
    v.cpu = cpu;
    v.ipiAt = NEVER;
    v.doingClass = CpuClass.Idle;
    emptySlot(v.thread);
    emptySlot(v.interrupt);
  }
  for (let i: u32 = 0, n = threadTotal(); i < n; i++) attachStep(Thread.at(i));
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) {
    Wire.at(port).txDelay = NEVER;
    Wire.at(port).due = changetype<usize>(noGenerator());
    Ifnet.at(port).serializer.number = 1 + 2 * port;
    Ifnet.at(port).altqLock.number = 2 + 2 * port;
  }
}
