/** Changes while a run goes on: `--at`. */
import { knownWord } from "../../config/suggest.ts";
import type { Engine } from "../../engine.ts";
import { KNOB_BY_NAME, knobInfo, pollingKnobOf } from "../../knobs.ts";
import type { RunEvent } from "../../report/index.ts";
import type { ResolvedConfig } from "../../types.ts";
import { Exit, Failure } from "../exit.ts";
import type { Change } from "./arguments.ts";

export interface CheckedChange {
  time: bigint;
  /** @returns what has been changed */
  apply(engine: Engine): RunEvent;
}

/** In the order of their times; of one time as they were given. @throws Failure */
export const checkChanges = (changes: readonly Change[], config: ResolvedConfig): CheckedChange[] =>
  changes.map((one) => checkChange(one, config)).sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));

const checkChange = (change: Change, config: ResolvedConfig): CheckedChange => {
  const { what, value } = change;
  const one = pollingKnobOf(what);
  if (one && one.cpu >= config.cpus) throw wrong(change, `a CPU from 0 to ${config.cpus - 1}`, what);
  if (knobInfo(what)) return knobChange(change);
  const interfaces = interfacesOf(config);
  if (what === "polling" && !interfaces.includes(what)) {
    if (value !== "on" && value !== "off") throw wrong(change, "on or off", value);
    return pollingChange(change, value, config);
  }
  if (!interfaces.includes(what))
    throw wrong(change, knownWord("a knob or an interface", what, what.includes(".") ? [...KNOB_BY_NAME.keys()] : interfaces), what);
  if (value !== "up" && value !== "down") throw wrong(change, "up or down", value);
  return linkChange(change, value);
};

const knobChange = ({ time, what, value, text }: Change): CheckedChange => {
  const { min, max } = knobInfo(what)!;
  const to = /^-?\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (!(to >= min && to <= max)) throw wrong({ text }, `an integer from ${min} to ${max}`, value);
  return {
    time,
    apply(engine) {
      const from = engine.getKnob(what);
      engine.setKnob(what, to);
      return { time, what, from, to };
    },
  };
};

const interfacesOf = ({ ports }: ResolvedConfig): string[] => ports.filter(({ kind }) => kind === "interface").map(({ name }) => name);

/** Of all interfaces but those that have a vacation. Before: on, if any was polled. */
const pollingChange = ({ time, what }: Change, to: "on" | "off", config: ResolvedConfig): CheckedChange => ({
  time,
  apply(engine) {
    const from = engine.results().polling?.some(({ handlers }) => handlers > 0) ? "on" : "off";
    for (const { port, vacation } of config.virtual!.wires) if (!vacation.ps) engine.setPolling(config.ports[port]!.name, to === "on");
    return { time, what, from, to };
  },
});

const linkChange = ({ time, what }: Change, to: "up" | "down"): CheckedChange => ({
  time,
  apply(engine) {
    const from = engine.isInterfaceUp(what) ? "up" : "down";
    engine.setInterfaceUp(what, to === "up");
    return { time, what, from, to };
  },
});

const wrong = ({ text }: Pick<Change, "text">, expected: string, received: string): Failure =>
  new Failure(Exit.Usage, `--at ${text}: expected ${expected}, but got ${JSON.stringify(received)}`);
