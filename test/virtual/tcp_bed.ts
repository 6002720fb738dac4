/** Both ends of a TCP connection, and between them a path that takes the same time for everything and loses what a test says. No engine is in it. */
import { TCP_RECORD, TcpField } from "../../assembly/abi.ts";
import { makeParts, type Parts, unsigned } from "../support/parts_module.ts";

export const MSS = 1000;
/** Picoseconds. */
export const RTT = 100_000_000_000n;
const NEVER = 2n ** 64n - 1n;

export interface BedOptions {
  /** Segments in all. */
  segments: number;
  /** Segments. */
  window?: number;
  initial?: number;
  ssthresh?: number;
  every?: number;
  rtoMin?: bigint;
  /** Whether the `nth` sending (from 1) of segment `segment` (from 0) is lost. */
  loses?: (segment: number, nth: number) => boolean;
}

/** What the sender sends: segment and time in round trips. */
export interface Sent {
  round: number;
  segment: number;
}

type Event = { time: bigint; data?: { seq: number; length: number }; ack?: number };
export type Fields = Record<Exclude<keyof typeof TcpField, "Count">, number>;

export class TcpBed {
  readonly parts: Parts = makeParts();
  readonly at: number;
  readonly sent: Sent[] = [];
  /** Numbers of acknowledgements, in segments. */
  readonly acks: number[] = [];
  now = 0n;
  readonly #loses: (segment: number, nth: number) => boolean;
  readonly #times = new Map<number, number>();
  readonly #events: Event[] = [];

  constructor({ segments, window = 1000, initial = 1, ssthresh = 0, every = 1, rtoMin = 3n * RTT, loses = () => false }: BedOptions) {
    this.#loses = loses;
    this.at = this.parts.lay(TCP_RECORD + 4096, 1);
    const bytes = (n: number): bigint => BigInt(n * MSS);
    this.parts.makeTcp(this.at, bytes(segments), MSS, bytes(window), bytes(initial), bytes(ssthresh), 10n * RTT, rtoMin, every);
    this.parts.tcpStart(this.at, 0n);
    this.#sendAll();
  }

  get fields(): Fields {
    const words = new BigUint64Array(this.parts.memory.buffer, this.at, TcpField.Count);
    return Object.fromEntries(Array.from({ length: TcpField.Count }, (_, field) => [TcpField[field]!, Number(words[field]!)])) as Fields;
  }

  /** In segments. */
  get cwnd(): number {
    return this.fields.cwnd / MSS;
  }
  get ssthresh(): number {
    return this.fields.ssthresh / MSS;
  }

  /** One thing that happens. False: nothing is left. */
  step(): boolean {
    const due = unsigned(this.parts.tcpDue(this.at));
    const ackDue = unsigned(this.parts.tcpAckDue(this.at));
    const next = this.#events[0]?.time ?? NEVER;
    const first = [next, ackDue, due].reduce((a, b) => (b < a ? b : a));
    if (first === NEVER) return false;
    this.now = first;
    if (first === next) this.#arrives(this.#events.shift()!);
    else if (first === ackDue) this.#acknowledge();
    else {
      this.parts.tcpTimeout(this.at, this.now);
      this.#sendAll();
    }
    return true;
  }

  /** All that happens before `round` round trips have passed. */
  until(round: number): this {
    const end = BigInt(Math.round(round * 1000)) * (RTT / 1000n);
    for (;;) {
      const times = [this.#events[0]?.time ?? NEVER, unsigned(this.parts.tcpDue(this.at)), unsigned(this.parts.tcpAckDue(this.at))];
      if (times.every((time) => time >= end)) return this;
      this.step();
    }
  }

  run(): this {
    while (this.step());
    return this;
  }

  /** Segments that were sent in each round trip. */
  rounds(): number[][] {
    const rounds: number[][] = [];
    for (const { round, segment } of this.sent) {
      rounds[Math.floor(round)] ??= [];
      rounds[Math.floor(round)]!.push(segment);
    }
    return Array.from(rounds, (one) => one ?? []);
  }

  #arrives({ data, ack }: Event): void {
    if (ack !== undefined) {
      this.parts.tcpAck(this.at, ack, this.now);
      this.#sendAll();
    } else if (this.parts.tcpData(this.at, data!.seq, data!.length, this.now)) this.#acknowledge();
  }

  #acknowledge(): void {
    this.parts.ackSent(this.at);
    const ack = this.fields.received;
    this.acks.push(ack / MSS);
    this.#events.push({ time: this.now + RTT / 2n, ack });
    this.#sort();
  }

  #sendAll(): void {
    while (this.parts.tcpTake(this.at, this.now)) {
      const seq = Number(this.parts.tcpSeq(this.at));
      const segment = seq / MSS;
      const nth = (this.#times.get(segment) ?? 0) + 1;
      this.#times.set(segment, nth);
      this.sent.push({ round: Number(this.now) / Number(RTT), segment });
      if (!this.#loses(segment, nth)) this.#events.push({ time: this.now + RTT / 2n, data: { seq, length: this.parts.tcpLength(this.at) } });
    }
    this.#sort();
  }

  /** Stable: what was sent first arrives first. */
  #sort(): void {
    this.#events.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  }
}
