import type { EngineExports } from "./exports.ts";

/** What only the module of the virtual machine exports. Times are picoseconds; see assembly/machine/virtual/exports.ts and assembly/dev/traffic/attach.ts. */
export interface VirtualExports extends EngineExports {
  /** Runs until the last frame of the input area is taken. */
  runInput(): number;
  setCost(cost: number, ps: bigint, law: number): void;
  setPolicy(policy: number): void;
  attachWire(port: number, bitsPerSecond: bigint, propagation: bigint): void;
  attachModeration(port: number, rxDelay: bigint, rxCount: number, gap: bigint, txDelay: bigint): void;
  attachHandler(port: number, rxBurst: number, livelockLimit: number, livelockLow: number): void;
  attachGenerators(port: number, first: number, count: number): void;
  attachGenerator(
    number: number,
    kind: number,
    interval: bigint,
    length: number,
    flows: number,
    choice: number,
    start: bigint,
    stop: bigint,
    count: bigint,
  ): void;
  attachGeneratorAddresses(
    number: number,
    srcMac: bigint,
    srcMacs: number,
    dstMac: bigint,
    dstMacs: number,
    srcIp: number,
    srcIps: number,
    dstIp: number,
    dstIps: number,
  ): void;
  attachBatches(number: number, batchKind: number, frames: number, goesOn: bigint): void;
  attachBursts(number: number, poisson: number, on: bigint, onIsExponential: number, off: bigint, offIsExponential: number): void;
  attachRates(number: number, poisson: number, offset: number, count: number): void;
  attachCapture(
    number: number,
    offset: number,
    length: number,
    begin: number,
    speed: number,
    loop: bigint,
    loopRest: number,
    period: bigint,
    periodRest: number,
  ): void;
  attachFlowWeights(number: number, offset: number): void;
  attachSizes(number: number, kind: number, offset: number, count: number): void;
  attachMix(number: number, offset: number, count: number): void;
  attachPorts(number: number, srcPort: number, srcPorts: number, dstPort: number, dstPorts: number): void;
  attachStations(number: number, offset: number, ranges: number): void;
  attachFault(index: number, kind: number, subject: number, sides: number, amount: bigint, more: bigint): void;
  attachFaultChance(index: number, chance: bigint, nth: number): void;
  attachFaultTimes(index: number, from: bigint, to: bigint, lasts: bigint, every: bigint, law: number): void;
  attachWork(index: number, kind: number, cpu: number, flags: number, slot: number, limit: number): void;
  attachJob(index: number, gap: bigint, outside: bigint, hold: bigint): void;
  startWork(index: number, start: bigint, early: number, stop: bigint, count: bigint): void;
  attachClosedEnds(
    tcp: number,
    number: number,
    srcMac: bigint,
    dstMac: bigint,
    srcIp: number,
    dstIp: number,
    backSrcMac: bigint,
    backDstMac: bigint,
  ): void;
  attachClosed(number: number, port: number, back: number, flows: number, length: number, answer: number): void;
  attachClosedTimes(number: number, think: bigint, thinkLaw: number, service: bigint, serviceLaw: number, timeout: bigint): void;
  startClosed(number: number, first: number, slots: number, start: bigint, stop: bigint, count: bigint): void;
  attachTcp(number: number, port: number, back: number, firstFlight: number, flights: number): void;
  attachTcpConnection(number: number, source: number, port: number, word: number): void;
  attachTcpSender(number: number, mss: number, window: bigint, initial: bigint, ssthresh: bigint, rto: bigint, rtoMin: bigint, rtoMax: bigint): void;
  attachTcpReceiver(number: number, every: number, ackDelay: bigint, loss: number): void;
  startTcp(number: number, limit: bigint, start: bigint): void;
  steps(): bigint;
  events(): bigint;
  attachRefill(port: number): void;
  attachVacation(port: number, ps: bigint, law: number): void;
  reordered(): bigint;
  sentBytes(port: number): bigint;
  linkBusy(port: number): bigint;
  lockLeftAt(lock: number): bigint;
  peaksAsked(): void;
  setTrace(every: number, from: bigint, to: bigint): void;
  traceFlow(index: number, src: number, dst: number): void;
  traceWritten(): bigint;
  clearStops(): void;
  addStop(kind: number, subject: number, what: number, limit: bigint, share: number, every: bigint, least: bigint): void;
  metStop(): number;
}
