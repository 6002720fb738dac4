/** `--fault`: an entry of `virtual.faults` on the command line. */
import { InvalidArgumentError } from "commander";
import { FAULT_KINDS } from "../../config/fault_shape.ts";

export interface FaultSetting {
  /** As a configuration would have it; checked as one. */
  entry: Record<string, unknown>;
  /** As it was typed. */
  text: string;
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:e-?\d+)?$/i;
const WORDS: Readonly<Record<string, boolean>> = { true: true, false: false };

const readValue = (text: string): unknown => (NUMBER.test(text) ? Number(text) : (WORDS[text] ?? text));

/** `--fault KIND:KEY=VALUE,...`, once more. */
export const faultSetting = (text: string, before: FaultSetting[] = []): FaultSetting[] => {
  const [, kind, rest] = /^([A-Za-z]+)(?::(.*))?$/.exec(text) ?? [];
  if (kind === undefined) throw new InvalidArgumentError("Expected KIND:KEY=VALUE,..., as in loss:if=em0,p=0.01.");
  const entry: Record<string, unknown> = { kind };
  for (const part of rest ? rest.split(",") : []) {
    const at = part.indexOf("=");
    if (at < 1) throw new InvalidArgumentError(`Expected KEY=VALUE, but got ${JSON.stringify(part)}.`);
    const key = part.slice(0, at);
    if (!/^[A-Za-z]+$/.test(key)) throw new InvalidArgumentError(`Expected KEY=VALUE, KEY in letters, but got ${JSON.stringify(part)}.`);
    if (Object.hasOwn(entry, key)) throw new InvalidArgumentError(`Expected each key once, but got ${JSON.stringify(key)} again.`);
    entry[key] = readValue(part.slice(at + 1));
  }
  return [...before, { entry, text }];
};

/** What a check says of the last of them, each by the option that it is. `before`: faults of the configuration, which come first in `virtual.faults`. */
export const faultMessage = (message: string, typed: readonly FaultSetting[], before: number): string =>
  message
    .replace(`virtual.faults[${before + typed.length - 1}]`, "")
    .replace(/^(?:\.|: )/, "")
    .replace(/virtual\.faults\[(\d+)\]/g, (path, number) => (number < before ? path : `--fault ${typed[number - before]!.text}`));

const KEYS: Readonly<Record<(typeof FAULT_KINDS)[number], string>> = {
  loss: "if p|nth side=rx|tx               frames are lost on the wire",
  bitErrors: "if p|nth|ber side fcs=true|false  bits of frames flip",
  duplication: "if p|nth                          frames come twice",
  reordering: "if p|nth delay frames             frames are held back",
  mbufs: "count                             mbufs are gone from the pool",
  ring: "if slots                          a receive ring takes fewer frames",
  queue: "if limit                          an output queue holds fewer packets",
  lostInterrupts: "if p|nth watchdog                 interrupts are not seen",
  duplicatedInterrupts: "if p|nth                          interrupts come twice",
  storm: "if rate                           interrupts without a reason",
  stall: "cpu                               a CPU stands still",
  holder: "lock if p|nth stall               the holder of a lock loses its CPU",
  flap: "if                                no carrier",
  table: "table=bridge|arp|flows if limit   a table is full",
  route: "dst via if                        a route is away, or another one",
  arp: "if ip                             a neighbour does not answer",
};

export const FAULT_HELP = `Faults: --fault KIND:KEY=VALUE,... is an entry of \`virtual.faults\` of a configuration
(src/types/faults.ts). All have from, to, for, every and law=constant|exponential: when they are
there, as in from=5ms,to=8ms or for=100us,every=2ms; without these, all the time.
${FAULT_KINDS.map((kind) => `  ${kind.padEnd(21)}${KEYS[kind]}`).join("\n")}`;
