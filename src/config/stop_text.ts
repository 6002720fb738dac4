/**
 * Stop conditions as text: one grammar for the API, the command line and what messages show (src/types/stops.ts). Words are parted by spaces, `>` and `>=` part
 * them, too; names of queues and threads may have several.
 */
import { ConfigError } from "../errors.ts";
import { knownWord } from "../suggest.ts";
import type { StopComparison, StopCondition, StopConfig } from "../types.ts";
import { parseQuantity, TIME_UNITS } from "./quantities.ts";
import { checkStop, LATENCY_PATHS, millionths, PACKET_KINDS, PERCENTILE_TEXT } from "./stop_shape.ts";

/** A part of the text, and the character, from 1, at which it stands. */
interface Token {
  text: string;
  at: number;
}

/** A condition of text, and where in it names stand that only the engine knows. */
export interface ParsedStop {
  condition: StopCondition;
  places: Record<string, number>;
}

const FIRST_WORDS = ["queue", "drop", "counter", "packets", "idle"];
const FIRST = 'queue, drop, counter, packets, idle, or a percentile as in "p99"';

/** @throws ConfigError with `position` */
export const parseStopText = (text: string, path = "stop"): ParsedStop => {
  const reader = new Reader(text, path);
  const condition = checkStop(reader.condition(), [path]);
  return { condition, places: reader.places };
};

/** Reads a condition of text in the grammar of `StopConfig`. @throws ConfigError with `position`, the character that is at fault */
export const parseStop = (text: string): StopCondition => {
  if (typeof text !== "string") throw new ConfigError("stop", "a condition as text", text);
  return parseStopText(text).condition;
};

/** What compares, or tries to. */
const COMPARES = /^[<>=!]/;

class Reader {
  readonly places: Record<string, number> = {};
  readonly #text: string;
  readonly #path: string;
  readonly #tokens: Token[];
  #next = 0;

  constructor(text: string, path: string) {
    this.#text = text;
    this.#path = path;
    this.#tokens = Array.from(text.matchAll(/[<>=!]+|[^\s<>=!]+/g), (match) => ({ text: match[0], at: match.index + 1 }));
  }

  condition(): Exclude<StopConfig, string> {
    const first = this.#take();
    const condition = this.#rest(first);
    if (this.#peek()) this.#fail("the end of the condition", this.#peek());
    return condition;
  }

  #rest(first: Token | undefined): Exclude<StopConfig, string> {
    switch (first?.text) {
      case "queue":
        return { kind: "queue", queue: this.#name("queue", "the name of a queue"), ...this.#packets() };
      case "drop":
        return this.#drop();
      case "counter":
        return this.#counter();
      case "packets":
        return { kind: "packets", ...this.#what(), ...this.#packets() };
      case "idle":
        return { kind: "idle" };
      default:
        return this.#latency(first);
    }
  }

  #drop(): Exclude<StopConfig, string> {
    const named = { reason: this.#word("reason", "the name of a reason"), ...this.#on("the name of an interface") };
    return this.#peek() ? { kind: "drop", ...named, ...this.#packets() } : { kind: "drop", ...named };
  }

  #counter(): Exclude<StopConfig, string> {
    const named = { counter: this.#word("counter", "the name of a counter"), ...this.#on("the name of an interface or a thread") };
    const { op, packets: count } = this.#packets();
    return { kind: "counter", ...named, op, count };
  }

  #what(): { what?: (typeof PACKET_KINDS)[number] } {
    const token = this.#peek();
    if (!token || COMPARES.test(token.text)) return {};
    return { what: this.#oneOf("one of the packets that are counted", PACKET_KINDS) };
  }

  #latency(first: Token | undefined): Exclude<StopConfig, string> {
    const share = /^p(\d{1,3}(?:\.\d+)?)$/.exec(first?.text ?? "")?.[1];
    if (share === undefined)
      this.#fail(first ? knownWord("a condition", first.text, FIRST_WORDS).replace(/, one of .*/, `: ${FIRST}`) : `a condition: ${FIRST}`, first);
    const percentile = Number(share);
    if (millionths(percentile) === undefined) this.#fail(PERCENTILE_TEXT, first);
    const path = this.#peek() && !COMPARES.test(this.#peek()!.text) ? { path: this.#oneOf("a path", LATENCY_PATHS) } : {};
    if (this.#peek()?.text !== ">") this.#fail('">"', this.#peek());
    this.#take();
    return { kind: "latency", percentile, ...path, above: this.#time(), ...this.#looks() };
  }

  /** `every N` and `after N`, in any order. */
  #looks(): { every?: number; after?: number } {
    const looks: { every?: number; after?: number } = {};
    for (let token = this.#peek(); token; token = this.#peek()) {
      const key = this.#oneOf("when it is looked at", ["every", "after"] as const);
      if (looks[key] !== undefined) this.#fail(`\`${key}\` only once`, token);
      looks[key] = this.#integer(1, 1_000_000_000);
    }
    return looks;
  }

  #packets(): { op: StopComparison; packets: number } {
    const token = this.#take();
    if (token?.text !== ">" && token?.text !== ">=") this.#fail('">" or ">="', token);
    return { op: token!.text as StopComparison, packets: this.#integer(0, Number.MAX_SAFE_INTEGER) };
  }

  #integer(min: number, max: number): number {
    const token = this.#take();
    const n = /^\d{1,16}$/.test(token?.text ?? "") ? Number(token!.text) : -1;
    if (n < min || n > max) this.#fail(`an integer from ${min} to ${max}`, token);
    return n;
  }

  #time(): bigint {
    const token = this.#take();
    const unit = this.#peek();
    const alone = token && parseQuantity(token.text, TIME_UNITS);
    const ps = alone ?? (token && unit && parseQuantity(`${token.text} ${unit.text}`, TIME_UNITS));
    if (ps === undefined) this.#fail("a time with its unit (ps, ns, us, ms, s), as in 100us", token);
    if (alone === undefined) this.#take();
    return ps!;
  }

  #on(what: string): { on?: string } {
    if (this.#peek()?.text !== "on") return {};
    this.#take();
    return { on: this.#name("on", what) };
  }

  /** Words up to a comparison, or the end. */
  #name(field: string, what: string): string {
    const words: string[] = [this.#word(field, what)];
    for (let token = this.#peek(); token && !COMPARES.test(token.text); token = this.#peek()) words.push(this.#take()!.text);
    return words.join(" ");
  }

  #word(field: string, what: string): string {
    const token = this.#take();
    if (!token || COMPARES.test(token.text)) return this.#fail(what, token);
    this.places[field] = token.at;
    return token.text;
  }

  #oneOf<const T extends readonly string[]>(what: string, legal: T): T[number] {
    const token = this.#take()!;
    return legal.includes(token.text) ? (token.text as T[number]) : this.#fail(knownWord(what, token.text, legal), token);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #take(): Token | undefined {
    return this.#tokens[this.#next++];
  }

  #fail(expected: string, token: Token | undefined): never {
    throw new ConfigError(this.#path, expected, token?.text, token?.at ?? this.#text.length + 1);
  }
}
