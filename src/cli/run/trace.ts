/** `--trace` and `--trace-out`: what is traced, and the text that is written. */
import { InvalidArgumentError } from "commander";
import { parseIp } from "../../addresses.ts";
import { END_OF_TIME, parseQuantity, TIME_UNITS } from "../../config/quantities.ts";
import { packetLines, traceJson, traceLine } from "../../trace/print.ts";
import type { Trace, TraceFlow, TraceOptions, TraceRecord } from "../../types.ts";

const MOST_FLOWS = 8;
const EXPECTED =
  "Expected every=N, flow=SRC:DST (IPv4 addresses, one may be left out), from=TIME, to=TIME, records=N or several of them with commas, as in every=1000,from=5ms,to=5.1ms.";

/** One `--trace`. */
export interface TraceSetting {
  /** What it says, with what those before it said. */
  choice: TraceOptions;
  /** As it was typed. */
  text: string;
}

/** `--trace KEY=VALUE,...`, once more. */
export const traceSetting = (text: string, before: TraceSetting[] = []): TraceSetting[] => {
  const choice = { ...before.at(-1)?.choice };
  for (const part of text.split(",")) {
    const equals = part.indexOf("=");
    const key = part.slice(0, Math.max(equals, 0));
    const more = READERS.get(key)?.(part.slice(equals + 1), choice);
    if (!more) throw new InvalidArgumentError(EXPECTED);
    if (Object.hasOwn(choice, key)) throw new InvalidArgumentError(`Expected each key but flow once, but got ${JSON.stringify(key)} again.`);
    Object.assign(choice, more);
  }
  return [...before, { choice, text }];
};

type Reader = (value: string, choice: TraceOptions) => TraceOptions | undefined;

const READERS = new Map<string, Reader>(
  Object.entries<Reader>({
    every: (value) => whole(value, 0xffff_ffff, (every) => ({ every })),
    records: (value) => whole(value, 16_777_216, (records) => ({ records })),
    flow: (value, { flows = [] }) => {
      const flow = flowOf(value);
      return flow && flows.length < MOST_FLOWS ? { flows: [...flows, flow] } : undefined;
    },
    from: (value) => moment(value, (from) => ({ from })),
    to: (value) => moment(value, (to) => ({ to })),
  }),
);

const whole = (text: string, most: number, make: (n: number) => TraceOptions): TraceOptions | undefined => {
  const n = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return n >= 1 && n <= most ? make(n) : undefined;
};

const moment = (text: string, make: (ps: bigint) => TraceOptions): TraceOptions | undefined => {
  const ps = parseQuantity(text, TIME_UNITS);
  return ps !== undefined && ps < END_OF_TIME ? make(ps) : undefined;
};

/** Two addresses; one of them may be left out. */
const flowOf = (text: string): TraceFlow | undefined => {
  const [src, dst, ...rest] = text.split(":");
  const bad = rest.length > 0 || dst === undefined || (!src && !dst) || [src, dst].some((ip) => ip && !parseIp(ip));
  return bad ? undefined : { ...(src && { src }), ...(dst && { dst }) };
};

/** What was traced: JSON lines for a .jsonl file, else text. */
export const traceText = (file: string, choice: TraceOptions, trace: Trace): Iterable<string> => {
  const format = file.endsWith(".jsonl") ? traceJson : isOfPackets(choice) ? undefined : traceLine;
  return format ? lines(trace, format) : packets(trace);
};

/** Only packets were chosen, and no time in which everything counts. */
const isOfPackets = ({ every, flows, from, to }: TraceOptions): boolean =>
  (every !== undefined || flows !== undefined) && from === undefined && to === undefined;

/** In the order of their times. */
function* lines({ records }: Trace, format: (record: TraceRecord) => string): Generator<string> {
  for (const record of records) yield `${format(record)}\n`;
}

/** One packet after the other. */
function* packets({ records }: Trace): Generator<string> {
  const byCause = new Map<number, TraceRecord[]>();
  for (const record of records) {
    const cause = record.cause!;
    const own = byCause.get(cause);
    if (own) own.push(record);
    else byCause.set(cause, [record]);
  }
  for (const [cause, own] of byCause) yield `${packetLines(own, cause).join("\n")}\n\n`;
}
