/** Interrupt moderation: nothing takes time, so a packet is late by its stay in the ring alone. */
import type { Engine } from "../../../src/engine.ts";
import { ownMac, station } from "../../support/frames.ts";
import { ipFrame, udp } from "../../support/packets.ts";
import { countOf, positive } from "../file.ts";
import { LEAST_PACKETS, type Model } from "../model.ts";
import { sum, type Window } from "../window.ts";
import { machineOf, PACE, psText } from "./machine.ts";

/** As large as rings and bursts can be. */
const RING = 4096;
/** A little below what traffic can be told to the picosecond. */
const INTERVAL = 0.9 * PACE;
/** So many are expected of what happens for certain. */
const SURE = 30;

const modelOf = (parameters: ("lam" | "T" | "N")[]): Model => ({
  parameters,
  systems: (row) => {
    const lam = positive(row, "lam");
    const delay = parameters.includes("T") ? Math.round(positive(row, "T") * lam * INTERVAL) : 0;
    // A whole number of picoseconds for T, so that the longest delay can be compared exactly.
    const tick = delay ? delay / positive(row, "T") : lam * INTERVAL;
    const count = parameters.includes("N") ? countOf(row, "N") : 0;
    const interval = tick / lam;
    return [
      {
        tick,
        pace: interval,
        config: (seed, stop) => machineOf({ seed, stop, interval, rxRing: RING, wire: { delay: psText(delay), count, rxBurst: RING } }),
        quantities: (window) => quantitiesOf(window, tick),
        bounds: delay && count && timeouts(lam * positive(row, "T"), count) < SURE ? ["max_delay"] : [],
        exact: ["max_delay", ...(delay ? [] : ["per_interrupt"])],
        ...(!delay && { flush: (engine) => complete(engine, count) }),
      },
    ];
  },
});

const quantitiesOf = (window: Window, tick: number): Record<string, number> => {
  const interrupts = sum(window, "interrupts em0");
  return {
    per_interrupt: sum(window, "Ring count") / interrupts,
    interrupt_rate: (interrupts / sum(window, "elapsed")) * tick,
    mean_added_delay: sum(window, "Ring sum") / sum(window, "Ring count") / tick,
    max_delay: window.maxima.get("Ring")! / tick,
  };
};

/** How often in the shortest run `count` frames, `mean` of which come in the time of the timer, are not there before it. */
const timeouts = (mean: number, count: number): number => {
  let [few, term] = [0, Math.exp(-mean)];
  for (let others = 0; others <= count - 2; others++) {
    few += term;
    term *= mean / (others + 1);
  }
  return (LEAST_PACKETS / count) * few;
};

/** Frames without a timer wait until there are `count`: as many as are missing. */
const complete = (engine: Engine, count: number): void => {
  const waiting = engine.counters().conservation.queued;
  if (waiting === 0) return;
  const data = ipFrame({ dst: ownMac(0), src: station(0) }, { dst: "20.0.0.1", payload: udp() });
  engine.receive(Array.from({ length: count - waiting }, () => ({ interface: "em0", data, time: engine.now })));
};

export const timer = modelOf(["lam", "T"]);
export const everyN = modelOf(["lam", "N"]);
export const firstOf = modelOf(["lam", "T", "N"]);
