import { ConfigError, EngineError } from "../errors.ts";
import type { VirtualExports } from "./virtual_exports.ts";

export type { VirtualExports } from "./virtual_exports.ts";

/** What the engine's module exports, with the names of its parameters. One contract for all builds; see assembly/index.ts. */
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
  attachMember(number: number, port: number, flags: number, state: number): void;
  attachAddress(port: number, index: number, ip: number, length: number): void;
  attachProtocol(isr: number, mpsafe: number, host: number): void;
  bridgeAddStatic(number: number, mac: bigint, port: number): number;
  bridgeRemoveMember(number: number, port: number): number;
  bridgeRestoreMember(number: number, port: number): number;
  bridgeSetMaxaddr(number: number, maxaddr: number): void;
  requestSchednetisr(cpu: number, isr: number): void;
  setCarrier(port: number, up: number): void;
  setInterfaceUp(port: number, up: number): void;
  interfaceUp(port: number): number;
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
  rtexact(prefix: number, length: number): bigint;
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
  if (!(module instanceof WebAssembly.Module)) throw new ConfigError("module", "a WebAssembly.Module", module);
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "startEngine"))
    throw new ConfigError("options.wasm", "the module of an engine", "a module of something else");
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
