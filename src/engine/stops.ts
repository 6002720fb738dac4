/** The conditions at which a run stops: what they name is found in the engine, and the engine is told. */
import { ALL, Counter, Drop, FINE_BITS, MAX_STOPS, PortCounter, StopKind, ThreadCounter } from "../../assembly/abi.ts";
import { checkStop, millionths, STOP_PATHS } from "../config/stop_shape.ts";
import { parseStopText } from "../config/stop_text.ts";
import { ConfigError } from "../errors.ts";
import { knownWord } from "../suggest.ts";
import type { CounterStop, LatencyStop, ResolvedConfig, StopCondition, StopConfig } from "../types.ts";
import { type EngineExports, isVirtual, type VirtualExports } from "../wasm/exports.ts";
import { bucketAbove } from "../wasm/histogram.ts";
import { queueNames, threadNames } from "../wasm/names.ts";

/** As `addStop` takes it. */
interface Request {
  kind: StopKind;
  subject: number;
  what: number;
  limit: bigint;
  share?: number;
  every?: number;
  least?: number;
}

/** Refuses a name; `field` is where the condition has it. */
type Refuse = (field: string, expected: string, received: string) => never;

/** Gives the engine conditions for the next run. @returns them, without gaps. @throws ConfigError with the position in a text */
export const setStops = (exports: EngineExports, config: ResolvedConfig, stops: readonly StopConfig[]): StopCondition[] => {
  if (!isVirtual(exports)) throw new ConfigError("stop", 'nothing, as only the machine "virtual" can stop at a condition', stops);
  if (!Array.isArray(stops) || stops.length > MAX_STOPS) throw new ConfigError("stop", `a list of at most ${MAX_STOPS} conditions`, stops);
  const requests = stops.map((given: StopConfig, i) => requestOf(given, i, exports, config));
  exports.clearStops();
  for (const { kind, subject, what, limit, share = 0, every = 1, least = 1 } of requests.map(([, request]) => request))
    exports.addStop(kind, subject, what, limit, share, BigInt(every), BigInt(least));
  return requests.map(([condition]) => condition);
};

const requestOf = (given: StopConfig, i: number, exports: VirtualExports, config: ResolvedConfig): [StopCondition, Request] => {
  const path = `stop[${i}]`;
  const { condition, places } =
    typeof given === "string" ? parseStopText(given, path) : { condition: checkStop(given, ["stop", i]), places: undefined };
  const refuse: Refuse = (field, expected, received) => {
    throw new ConfigError(places ? path : `${path}.${field}`, expected, received, places?.[field]);
  };
  return [condition, resolve(condition, exports, config, refuse)];
};

const resolve = (condition: StopCondition, exports: VirtualExports, config: ResolvedConfig, refuse: Refuse): Request => {
  switch (condition.kind) {
    case "queue": {
      const names = queueNames(exports, config, threadNames(exports, config));
      const queue = find("queue", "a queue", condition.queue, names, refuse);
      return { kind: StopKind.Queue, subject: queue, what: 0, limit: atLeast(condition.op, condition.packets) };
    }
    case "drop": {
      const what = find("reason", "a reason", condition.reason, namesOf(Drop), refuse);
      return { kind: StopKind.Drop, subject: portOf(condition.on, config, refuse, 1), what, limit: atLeast(condition.op, condition.packets) };
    }
    case "counter":
      return counterRequest(condition, exports, config, refuse);
    case "packets": {
      const limit = atLeast(condition.op, condition.packets);
      if (condition.what === "received") return { kind: StopKind.PortCounter, subject: ALL, what: PortCounter.received, limit };
      return { kind: StopKind.Ended, subject: ALL, what: condition.what === "carried" ? ALL : STOP_PATHS.indexOf(condition.what), limit };
    }
    case "latency":
      return latencyRequest(condition);
    default:
      return { kind: StopKind.Idle, subject: ALL, what: 0, limit: 0n };
  }
};

const atLeast = (op: ">" | ">=", n: number): bigint => BigInt(n) + (op === ">" ? 1n : 0n);

const namesOf = (names: Record<number, string> & { Count: number }): string[] => Array.from({ length: names.Count }, (_, i) => names[i]!);

const find = (field: string, what: string, name: string, legal: readonly string[], refuse: Refuse): number => {
  const index = legal.indexOf(name);
  return index >= 0 ? index : refuse(field, knownWord(`the name of ${what}`, name, legal), name);
};

/** All of them, or the place of one in a table. `first`: where port 0 is there. */
const portOf = (name: string | undefined, { ports }: ResolvedConfig, refuse: Refuse, first: number): number => {
  if (name === undefined) return ALL;
  const names = ports.map((port) => port.name);
  return first + find("on", "an interface, vlan or bridge", name, names, refuse);
};

const counterRequest = ({ counter, on, op, count }: CounterStop, exports: VirtualExports, config: ResolvedConfig, refuse: Refuse): Request => {
  const [ofStack, ofPort, ofThread] = [Counter, PortCounter, ThreadCounter].map(namesOf) as [string[], string[], string[]];
  const number = find("counter", "a counter", counter, [...ofStack, ...ofPort, ...ofThread], refuse);
  const limit = atLeast(op, count);
  if (number < ofStack.length) {
    if (on !== undefined) refuse("on", "nothing, as this counter is of the whole stack", on);
    return { kind: StopKind.Counter, subject: ALL, what: number, limit };
  }
  const what = number - ofStack.length;
  if (what >= ofPort.length) {
    const subject = on === undefined ? ALL : find("on", "a thread", on, threadNames(exports, config), refuse);
    return { kind: StopKind.ThreadCounter, subject, what: what - ofPort.length, limit };
  }
  if (what === PortCounter.ifq_high_water && on === undefined)
    refuse("counter", "`on` and the name of an interface, as this counter of several is no sum", counter);
  return { kind: StopKind.PortCounter, subject: portOf(on, config, refuse, 0), what, limit };
};

const latencyRequest = ({ percentile, path, above, every, after }: LatencyStop): Request => ({
  kind: StopKind.Latency,
  subject: path === "all" ? ALL : STOP_PATHS.indexOf(path),
  what: bucketAbove(FINE_BITS, above),
  limit: above,
  share: millionths(percentile)!,
  every,
  least: after,
});
