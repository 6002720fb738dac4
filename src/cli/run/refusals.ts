/** Options of `netisr run` that do not go together. */
import { parseQuantity, TIME_UNITS } from "../../config/quantities.ts";
import { Exit, Failure } from "../exit.ts";
import { STANDARD } from "../input/byte_source.ts";
import { type Given, OF_MADE_UP, OF_TRAFFIC } from "./options.ts";
import type { TraceSetting } from "./trace.ts";

const MOST_BUCKETS = 1_000n;
/** Options that say the same, or of which each says when how much comes. */
const ALTERNATIVES = [
  ["rateAt", "rate"],
  ["rateAt", "bursts"],
  ["sizes", "bytes"],
] as const;

/** @throws Failure that names them */
export const refuseOdd = (config: string | undefined, given: Given): void => {
  refuseSystem(config, given);
  refuseLate(given);
  refuseOutputs(given);
};

const refuseSystem = (config: string | undefined, given: Given): void => {
  const odd = OF_MADE_UP.find((name) => given[name] !== undefined);
  if (config !== undefined && odd !== undefined)
    throw wrong(`${optionOf(odd)} is for a system that is made up; with a configuration its \`virtual\` says it`);
  const both = ALTERNATIVES.find(([one, other]) => given[one] !== undefined && given[other] !== undefined);
  if (both) throw wrong(`${optionOf(both[0])} and ${optionOf(both[1])}: expected one of the two`);
  // Connections have their MSS. Beside other traffic, or users, that has this length.
  if (given.tcp && !given.closed && given.bytes !== undefined && OF_TRAFFIC.every((name) => name === "bytes" || given[name] === undefined))
    throw wrong("--bytes: expected --rate, --flows or --closed beside it, as frames of TCP have lengths of their own");
  if (given.think !== undefined && !given.closed) throw wrong("--think needs --closed N, the users who think");
};

/** What would begin when the run is over. */
const refuseLate = ({ time, at = [], rateAt = [], trafficCapture = [], trace = [], fault = [], work = [] }: Given): void => {
  const change = at.find((one) => one.time >= time);
  if (change) throw tooLate("--at", change.text);
  const rate = rateAt.find(({ at: text }) => isLate(`${text}`, time));
  if (rate) throw tooLate("--rate-at", [rate.at, rate.rate, rate.ramp].filter((part) => part !== undefined).join(":"));
  const capture = trafficCapture.find(({ start }) => isLate(start, time));
  if (capture) throw tooLate("--traffic-capture", capture.text);
  refuseWindow(trace, time);
  const late = fault.find(({ entry: { from } }) => isLate(typeof from === "number" ? `${from}ns` : `${from}`, time));
  if (late) throw wrong(`--fault ${late.text}: expected \`from\` before the end of the run (--time)`);
  const thread = work.find(({ start }) => isLate(`${start}`, time));
  if (thread) throw wrong(`--work ${thread.name}: expected \`start\` before the end of the run (--time)`);
};

const refuseWindow = (trace: readonly TraceSetting[], end: bigint): void => {
  const { from, to } = trace.at(-1)?.choice ?? {};
  const typed = `--trace ${trace.map(({ text }) => text).join(",")}`;
  if (from !== undefined && to !== undefined && to <= from) throw wrong(`${typed}: expected \`to\` after \`from\``);
  if (from !== undefined && from >= end) throw wrong(`${typed}: expected \`from\` before the end of the run (--time)`);
};

/** No time is not late: another check refuses it. */
const isLate = (text: string | undefined, end: bigint): boolean => (parseQuantity(text ?? "", TIME_UNITS) ?? 0n) >= end;

const tooLate = (option: string, text: string): Failure => wrong(`${option} ${text}: expected a time before the end of the run (--time)`);

const refuseOutputs = ({ time, every, csv, trace, traceOut, json }: Given): void => {
  if (every !== undefined && csv === undefined && !json) throw wrong("--every needs --csv FILE or --json, where the parts are");
  if (csv !== undefined && every === undefined) throw wrong("--csv needs --every TIME, the length of each part");
  if (trace !== undefined && traceOut === undefined) throw wrong("--trace needs --trace-out FILE, where it is written to");
  if (every !== undefined && (time + every - 1n) / every > MOST_BUCKETS)
    throw wrong(`--every: expected at most ${MOST_BUCKETS} parts of the run, but got ${(time + every - 1n) / every}`);
  const standard = [csv === STANDARD ? "--csv -" : "", traceOut === STANDARD ? "--trace-out -" : "", json ? "--json" : ""].filter(
    (option) => option !== "",
  );
  if (standard.length > 1 && (csv === STANDARD || traceOut === STANDARD))
    throw wrong(`${standard.join(" and ")}: expected standard output for one of them`);
};

/** "--rate-at" of `rateAt`. */
export const optionOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const wrong = (line: string): Failure => new Failure(Exit.Usage, line);
