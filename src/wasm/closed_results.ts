import {
  CLOSED_RECORD,
  ClosedField,
  FAR_END_RECORD,
  FEEDBACK_HEAD,
  FINE_BITS,
  PS_PER_SECOND,
  REQUEST_RECORD,
  Region,
  TCP_RECORD,
  TcpField,
} from "../../assembly/abi.ts";
import type { ClosedResult, ResolvedConfig, TcpResult } from "../types.ts";
import type { VirtualExports } from "./exports.ts";
import { histogramBytes, readHistogram } from "./histogram.ts";

const NEVER = (1n << 64n) - 1n;

const modulo = (value: bigint): bigint => BigInt.asUintN(64, value);
const perSecond = (count: bigint, time: bigint): number => (time > 0n ? (Number(count) * PS_PER_SECOND) / Number(time) : 0);

/** Frames and bytes that closed loops made for an interface. */
export const closedMade = (exports: VirtualExports, config: ResolvedConfig, port: number): BigUint64Array[] => {
  const { closed, tcp } = config.virtual!;
  if (closed.length + tcp.length === 0) return [];
  return [new BigUint64Array(exports.memory.buffer, (exports.regionBase(Region.Feedback) >>> 0) + FEEDBACK_HEAD + port * FAR_END_RECORD, 2)];
};

/** What sources of requests have measured; undefined: there are none. */
export const readClosed = (exports: VirtualExports, { ports, virtual }: ResolvedConfig, now: bigint): ClosedResult[] | undefined => {
  const { closed } = virtual!;
  if (closed.length === 0) return undefined;
  const base = exports.regionBase(Region.Closed) >>> 0;
  const slots = closed.reduce((sum, { outstanding }) => sum + outstanding, 0);
  const times = base + closed.length * CLOSED_RECORD + slots * REQUEST_RECORD;
  return closed.map(({ port, outstanding, start }, number) => {
    const words = new BigUint64Array(exports.memory.buffer, base + number * CLOSED_RECORD, ClosedField.Count);
    const [inFlight, idle] = [words[ClosedField.inFlight]!, words[ClosedField.idle]!];
    const completed = words[ClosedField.completed]!;
    return {
      interface: ports[port]!.name,
      outstanding,
      requests: words[ClosedField.requests]!,
      resent: words[ClosedField.resent]!,
      completed,
      late: words[ClosedField.late]!,
      answers: words[ClosedField.answers]!,
      inFlight,
      idle,
      waiting: modulo(words[ClosedField.waiting]! + inFlight * now),
      thinking: modulo(words[ClosedField.thinking]! + idle * now),
      throughput: perSecond(completed, now - start),
      response: readHistogram(exports.memory.buffer, times + number * histogramBytes(FINE_BITS), FINE_BITS),
    };
  });
};

/** What TCP connections have done; undefined: there are none. */
export const readTcp = (exports: VirtualExports, { ports, virtual }: ResolvedConfig, now: bigint): TcpResult[] | undefined => {
  const { tcp } = virtual!;
  if (tcp.length === 0) return undefined;
  const base = exports.regionBase(Region.Tcp) >>> 0;
  const all = tcp.flatMap(({ port, connections }) => Array.from({ length: connections }, (_, connection) => ({ port, connection })));
  return all.map(({ port, connection }, number) => {
    const words = new BigUint64Array(exports.memory.buffer, base + number * TCP_RECORD, TcpField.Count);
    const { started, finished, ...fields } = fieldsOf(words);
    const end = finished === NEVER ? now : finished;
    return {
      interface: ports[port]!.name,
      connection,
      ...fields,
      started: started === NEVER ? undefined : started,
      finished: finished === NEVER ? undefined : finished,
      goodput: started === NEVER ? 0 : perSecond(fields.acked * 8n, end - started),
    };
  });
};

type TcpFields = Record<Exclude<keyof typeof TcpField, "Count">, bigint>;

const fieldsOf = (words: BigUint64Array): TcpFields =>
  Object.fromEntries(Array.from({ length: TcpField.Count }, (_, field) => [TcpField[field]!, words[field]!])) as TcpFields;
