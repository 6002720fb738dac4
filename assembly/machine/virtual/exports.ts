// Settings and results of the virtual machine, for the host.

import { LockPolicy } from "../../abi";
import { MachineState, NEVER } from "../../kern/events";
import { Ifnet } from "../../kern/ifnet";
import { Io, Kernel } from "../../kern/kernel";
import { LockState } from "../../kern/step";
import { threadTotal } from "../../kern/thread";
import { restartPeaks } from "../../kern/watch/queues";
import { Wire } from "../../kern/wire";

export {
  attachBatches,
  attachFlowWeights,
  attachGenerator,
  attachGeneratorAddresses,
  attachGenerators,
} from "../../dev/traffic/attach";
export { attachBursts } from "../../dev/traffic/bursts";
export { attachCapture } from "../../dev/traffic/capture";
export {
  attachClosed,
  attachClosedEnds,
  attachClosedTimes,
  attachTcp,
  attachTcpConnection,
  attachTcpReceiver,
  attachTcpSender,
  startClosed,
  startTcp,
} from "../../dev/traffic/closed_attach";
export { attachMix, attachPorts, attachSizes, attachStations } from "../../dev/traffic/content";
export { attachRates } from "../../dev/traffic/rates";
export { setCost } from "../../kern/costs";
export { attachFault, attachFaultChance, attachFaultTimes } from "../../kern/faults";
export { setTrace, traceFlow, traceWritten } from "../../kern/trace";
export { attachVacation } from "./quiet";
export { run, runInput } from "./run";
export { addStop, clearStops, metStop } from "./stop_set";
export { attachJob, attachWork, startWork } from "./work";

/** LockPolicy of the BGL. */
export function setPolicy(policy: LockPolicy): void {
  MachineState.at().policy = policy;
}

/** An interface's link: see Wire. Times, here and below, in picoseconds. */
export function attachWire(port: u32, bitsPerSecond: u64, propagation: u64): void {
  const wire = Wire.at(port);
  wire.bitsPerSecond = bitsPerSecond;
  wire.propagation = propagation;
}

/** When it interrupts: see Wire. */
export function attachModeration(port: u32, rxDelay: u64, rxCount: u32, gap: u64, txDelay: u64): void {
  const wire = Wire.at(port);
  wire.rxDelay = rxDelay;
  wire.rxCount = rxCount;
  wire.gap = gap;
  wire.lastInterrupt = 0 - gap; // the first interrupt need not wait
  wire.txDelay = txDelay;
}

/** How its handler is called: it reads `rxBurst` frames in one step at most, and is in livelock above `livelockLimit` interrupts a second, until there are fewer than `livelockLow` for a whole one. */
export function attachHandler(port: u32, rxBurst: u32, livelockLimit: u32, livelockLow: u32): void {
  const wire = Wire.at(port);
  wire.livelockLimit = livelockLimit;
  wire.livelockLow = livelockLow;
  Ifnet.at(port).rxBurst = rxBurst;
}

/** Lets the driver of an interface give receive slots back at the end of the step that has read them. Before the first run. */
export function attachRefill(port: u32): void {
  Wire.at(port).refillLate = 1;
}

/** Bytes of frames whose last bit has left an interface by the end of the last run. */
export function sentBytes(port: u32): u64 {
  return Wire.at(port).sentBytes;
}

/** Picoseconds for which an interface's link has been sending. */
export function linkBusy(port: u32): u64 {
  return Wire.at(port).busy(Kernel.at().now);
}

/** Steps that threads have made. */
export function steps(): u64 {
  return MachineState.at().steps;
}

/** Turns of the event loop: not part of the state, as they depend on how a run is split. */
export function events(): u64 {
  return Io.at().events;
}

/** From when on nobody has a lock that its owner has left in the middle of a step; NEVER: that is not so. */
export function lockLeftAt(lock: u32): u64 {
  const state = LockState.at(lock);
  return state.freeAt && !state.head ? state.freeAt : NEVER;
}

/** The host asks how long queues were at most since it asked last, and reads that before. */
export function peaksAsked(): void {
  restartPeaks(threadTotal());
}

/** Frames that left behind a later one of their flow. */
export function reordered(): u64 {
  return MachineState.at().reordered;
}
