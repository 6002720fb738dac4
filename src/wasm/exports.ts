import { EngineError } from "../errors.ts";

/** What the engine's module exports. One contract for all builds; see assembly/index.ts. */
export interface EngineExports {
  readonly memory: WebAssembly.Memory;
  /** The ways out; see way_out.ts. */
  readonly table: WebAssembly.Table;
  plan(): bigint;
  boot(): number;
  attachRing(port: number, parent: number, cpu: number, rxFirst: number, rxSlots: number): void;
  attachInterface(
    port: number,
    mac: bigint,
    mtu: number,
    receiveMtu: number,
    cpu: number,
    flags: number,
    rxFirst: number,
    rxSlots: number,
    txSlots: number,
    queue: number,
  ): void;
  attachVlan(port: number, parent: number, vid: number, mtu: number, flags: number): void;
  attachBridge(
    port: number,
    number: number,
    mac: bigint,
    mtu: number,
    flags: number,
    maxaddr: number,
    timeout: number,
    key: number,
    firstMember: number,
    firstEntry: number,
  ): void;
  attachMember(bridge: number, port: number, flags: number, state: number): void;
  attachAddress(port: number, index: number, ip: number, length: number): void;
  attachProtocol(isr: number, mpsafe: number, host: number): void;
  bridgeAddStatic(bridge: number, mac: bigint, port: number): number;
  bridgeRemoveMember(bridge: number, port: number): number;
  bridgeRestoreMember(bridge: number, port: number): number;
  bridgeSetMaxaddr(bridge: number, maxaddr: number): void;
  requestSchednetisr(cpu: number, isr: number): void;
  setCarrier(port: number, up: number): void;
  setInterfaceUp(port: number, up: number): void;
  setPolling(port: number, on: number): number;
  setPollSysctl(cpu: number, knob: number, value: number): void;
  pollclock(cpu: number): void;
  setSysctl(knob: number, value: number): void;
  startEngine(epochMs: bigint): void;
  run(until: bigint): number;
  brokenGuards(): number;
  hostAnswer(port: number, length: number): number;
  syncPorts(): void;
  arpStatic(port: number, ip: number, mac: bigint): number;
  routeCount(): number;
  rtadd(prefix: number, length: number, gateway: number, flags: number, port: number): number;
  rtdelete(prefix: number, length: number): number;
  rtlookup(dst: number): number;
  fingerprint(): bigint;
  bridgeRthash(mac: bigint, key: number): number;
  toeplitzAddresses(src: number, dst: number): number;
  toeplitzPorts(src: number, dst: number, sport: number, dport: number): number;
  mportHash(src: number, dst: number, sport: number, dport: number): number;
  ipflowHash(dst: number, src: number, tos: number): number;
  afterTtl(checksum: number): number;
  cksum(at: number, length: number): number;
  regionBase(region: number): number;
  regionBytes(region: number): number;
  now(): bigint;
  mbufsInUse(): number;
  packetsQueued(): number;
  packetsWaiting(): number;
  unaccounted(): bigint;
  threadKind(thread: number): number;
  threadCpu(thread: number): number;
  threadCounter(thread: number, counter: number): bigint;
  threadHighWater(thread: number): number;
  threadMplocked(thread: number): number;
  threadBusy(thread: number): number;
  portCounter(port: number, counter: number): bigint;
  portFlags(port: number): number;
  queueLength(port: number): number;
  ringLength(port: number): number;
  lockGets(lock: number): bigint;
  lockOwner(lock: number): number;
  flowsInUse(cpu: number): number;
  bridgeCount(bridge: number): number;
  bridgeMaxaddr(bridge: number): number;
  bridgeFirst(bridge: number): number;
  bridgeNext(bridge: number, entry: number): number;
  bridgeMac(bridge: number, entry: number): bigint;
  bridgePort(bridge: number, entry: number): number;
  bridgeIsStatic(bridge: number, entry: number): number;
  arpMac(cpu: number, port: number, ip: number): bigint;
  inputRoom(): number;
  inputAt(): number;
  inputWritten(length: number): void;
  inputRewind(): void;
  outputTake(): number;
  lossesTake(): number;
}

/** What only the module of the virtual machine exports. Times are picoseconds; see assembly/machine/virtual/exports.ts and assembly/dev/traffic/attach.ts. */
export interface VirtualExports extends EngineExports {
  /** Runs until the last frame of the input area is taken. */
  runInput(): number;
  setCost(cost: number, ps: bigint, exponential: number): void;
  setPolicy(policy: number): void;
  attachWire(
    port: number,
    bitsPerSecond: bigint,
    propagation: bigint,
    rxDelay: bigint,
    rxCount: number,
    gap: bigint,
    txDelay: bigint,
    rxBurst: number,
    livelockLimit: number,
    livelockLow: number,
  ): void;
  attachGenerators(port: number, first: number, count: number): void;
  attachGenerator(
    generator: number,
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
    generator: number,
    srcMac: bigint,
    srcMacs: number,
    dstMac: bigint,
    dstMacs: number,
    srcIp: number,
    srcIps: number,
    dstIp: number,
    dstIps: number,
  ): void;
  attachBatches(generator: number, instants: number, frames: number, goesOn: bigint): void;
  attachBursts(generator: number, poisson: number, on: bigint, onIsExponential: number, off: bigint, offIsExponential: number): void;
  attachRates(generator: number, poisson: number, offset: number, count: number): void;
  attachCapture(
    generator: number,
    offset: number,
    length: number,
    begin: number,
    speed: number,
    loop: bigint,
    loopRest: number,
    period: bigint,
    periodRest: number,
  ): void;
  attachFlowWeights(generator: number, offset: number): void;
  attachSizes(generator: number, kind: number, offset: number, count: number): void;
  attachMix(generator: number, offset: number, count: number): void;
  attachPorts(generator: number, srcPort: number, srcPorts: number, dstPort: number, dstPorts: number): void;
  attachStations(generator: number, offset: number, ranges: number): void;
  attachFault(
    index: number,
    kind: number,
    subject: number,
    sides: number,
    from: bigint,
    to: bigint,
    lasts: bigint,
    every: bigint,
    exponential: number,
    chance: bigint,
    nth: number,
    amount: bigint,
    more: bigint,
  ): void;
  attachWork(
    index: number,
    kind: number,
    cpu: number,
    flags: number,
    gap: bigint,
    outside: bigint,
    hold: bigint,
    start: bigint,
    early: number,
    stop: bigint,
    count: bigint,
    limit: number,
    slot: number,
  ): void;
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
  attachClosed(
    number: number,
    port: number,
    back: number,
    first: number,
    slots: number,
    flows: number,
    length: number,
    answer: number,
    think: bigint,
    thinkLaw: number,
    service: bigint,
    serviceLaw: number,
    timeout: bigint,
    start: bigint,
    stop: bigint,
    count: bigint,
  ): void;
  attachTcp(number: number, port: number, back: number, firstFlight: number, flights: number): void;
  attachTcpConnection(
    number: number,
    source: number,
    port: number,
    word: number,
    loss: number,
    limit: bigint,
    mss: number,
    window: bigint,
    initial: bigint,
    ssthresh: bigint,
    rto: bigint,
    rtoMin: bigint,
    rtoMax: bigint,
    every: number,
    ackDelay: bigint,
    start: bigint,
  ): void;
  steps(): bigint;
  events(): bigint;
  attachRefill(port: number): void;
  attachVacation(port: number, ps: bigint, law: number): void;
  reordered(): bigint;
  setTrace(every: number, from: bigint, to: bigint): void;
  traceFlow(index: number, src: number, dst: number): void;
  traceWritten(): bigint;
  clearStops(): void;
  addStop(kind: number, subject: number, what: number, limit: bigint, share: number, every: bigint, least: bigint): void;
  metStop(): number;
}

export const isVirtual = (exports: EngineExports): exports is VirtualExports => "attachWire" in exports;

/** @throws EngineError if it is another machine's */
export const virtualOf = (exports: EngineExports): VirtualExports => {
  if (!isVirtual(exports)) throw new EngineError("only the virtual machine measures time: nothing takes any in this one");
  return exports;
};

/** Instantiates a compiled module. Every engine has an instance and a memory of its own. The debug build imports `abort`. */
export const instantiate = (module: WebAssembly.Module): EngineExports => {
  let memory: WebAssembly.Memory | undefined;
  const abort = (message: number, file: number, line: number, column: number): void => {
    throw new Error(`${textAt(memory, file)}:${line}:${column}: ${textAt(memory, message)}`);
  };
  const instance = new WebAssembly.Instance(module, { env: { abort } });
  const exports = instance.exports as unknown as EngineExports;
  memory = exports.memory;
  return exports;
};

/** A string constant of the debug build: UTF-16, its byte length in the word before it. */
const textAt = (memory: WebAssembly.Memory | undefined, at: number): string => {
  if (!memory || !at) return "engine";
  const length = new DataView(memory.buffer).getUint32(at - 4, true);
  return String.fromCharCode(...new Uint16Array(memory.buffer, at, length >> 1));
};
