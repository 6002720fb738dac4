/** Instances of the module with parts of the engine by themselves (test/support/parts), each with a memory of its own. */
import type { VirtualExports } from "../../src/wasm/exports.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { partsBuild } from "./engines.ts";

type Attaching =
  | "attachBatches"
  | "attachBursts"
  | "attachCapture"
  | "attachFlowWeights"
  | "attachGenerator"
  | "attachGeneratorAddresses"
  | "attachGenerators"
  | "attachMix"
  | "attachPorts"
  | "attachRates"
  | "attachSizes"
  | "attachStations";

export interface Parts extends Pick<VirtualExports, Attaching | "regionBase" | "regionBytes"> {
  readonly memory: WebAssembly.Memory;
  lay(bytes: number, ports: number): number;
  generators(): number;
  trafficNext(port: number): bigint;
  trafficWrite(port: number, at: number): number;
  lastGenerator(): number;
  lastFlow(): number;
  lastFrame(): number;
  trafficTimes(port: number, at: number, n: number): number;
  seedOf(seed: number, stream: bigint): bigint;
  draw(at: number): bigint;
  below(at: number, n: bigint): bigint;
  exponential(at: number, mean: bigint): bigint;
  makeTcp(
    at: number,
    limit: bigint,
    mss: number,
    window: bigint,
    initial: bigint,
    ssthresh: bigint,
    rto: bigint,
    rtoMin: bigint,
    every: number,
  ): void;
  tcpStart(at: number, now: bigint): void;
  tcpTake(at: number, now: bigint): number;
  tcpAck(at: number, ack: number, now: bigint): void;
  tcpTimeout(at: number, now: bigint): void;
  tcpData(at: number, seq: number, length: number, now: bigint): number;
  ackSent(at: number): void;
  tcpSeq(at: number): bigint;
  tcpLength(at: number): number;
  tcpDue(at: number): bigint;
  tcpAckDue(at: number): bigint;
  histogramBytes(bits: number): bigint;
  record(at: number, bits: number, value: bigint): void;
  queuePut(at: number, now: bigint): void;
  queueTake(at: number, now: bigint, since: bigint): void;
  queueSettle(at: number, now: bigint): void;
}

const module = await loadEngine(partsBuild);

/** An instance; a failed assertion of the engine is an error here. */
export const makeParts = (): Parts => {
  const abort = (): never => {
    throw new Error("an assertion of the engine failed");
  };
  return new WebAssembly.Instance(module, { env: { abort } }).exports as unknown as Parts;
};

/** An u64 in the memory of an instance. */
export const u64At = (parts: Parts, at: number): bigint => new DataView(parts.memory.buffer).getBigUint64(at, true);
export const putU64 = (parts: Parts, at: number, value: bigint): void => new DataView(parts.memory.buffer).setBigUint64(at, value, true);

/** What the module returns as i64 is meant unsigned. */
export const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
