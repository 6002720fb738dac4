/** Receive livelock: an interrupt works s1 for every frame, before anything else, and a thread s2 for each that it gets to. Everything is constant. */
import { positive, type Row } from "../file.ts";
import type { Model, System } from "../model.ts";
import { sum } from "../window.ts";
import { machineOf, PACE } from "./machine.ts";

/** Few, so that in overload they are used up soon. */
const MBUFS = 64;

const systemOf = (row: Row): Omit<System, "config" | "quantities"> & { interval: number } => {
  const gap = 1 / positive(row, "offered");
  const tick = 10 ** Math.floor(Math.log10(PACE / gap));
  return { tick, pace: gap * tick, interval: gap * tick, drops: ["RingFull", "NoMbufs"] };
};

const interruptDriven = (row: Row): System => {
  const { interval, ...system } = systemOf(row);
  return {
    ...system,
    config: (seed, stop) =>
      machineOf({
        seed,
        stop,
        interval,
        arrivals: "constant",
        mbufs: MBUFS,
        costs: {
          RxFrame: { mean: positive(row, "s1") * system.tick, law: "constant" },
          Service: { mean: positive(row, "s2") * system.tick, law: "constant" },
        },
      }),
    quantities: (window) => ({ interrupt_driven: (sum(window, "all count") / sum(window, "elapsed")) * system.tick }),
  };
};

/** Polling ticks a second, and frames that a tick may take. */
const TICKS = 1000;
const QUOTA = 1000;
/** Picoseconds between two ticks. */
const TICK = 1_000_000_000_000n / BigInt(TICKS);
/** Of a tick, in packets, that the quota leaves over: a tick that is full to the picosecond is late, and the next burst an eighth shorter. */
const SPARE = 1;
/** Picoseconds of work for a packet. */
const PER_PACKET = 1e12 / TICKS / (QUOTA + SPARE);

/** Device polling that takes as many frames in a tick as there is time to work off. */
const polledWithQuota = (row: Row): System => {
  const [s1, s2, offered] = [positive(row, "s1"), positive(row, "s2"), positive(row, "offered")];
  const tick = PER_PACKET / (s1 + s2);
  const interval = tick / offered;
  return {
    tick,
    pace: interval,
    period: TICK,
    // A burst begins at some frames and grows by one in a tick.
    start: BigInt(QUOTA) * TICK,
    drops: ["RingFull"],
    config: (seed, stop) =>
      machineOf({
        seed,
        stop,
        interval,
        arrivals: "constant",
        rxRing: 2 * QUOTA,
        wire: { polling: true },
        sysctl: { "kern.polling.pollhz": TICKS, "kern.polling.burst_max": QUOTA, "kern.polling.each_burst": QUOTA, "kern.polling.user_frac": 0 },
        costs: { RxFrame: { mean: Math.floor(s1 * tick), law: "constant" }, Service: { mean: Math.floor(s2 * tick), law: "constant" } },
      }),
    quantities: (window) => ({ polled_with_quota: (sum(window, "all count") / sum(window, "elapsed")) * tick }),
  };
};

export const livelock: Model = { parameters: ["s1", "s2", "offered"], systems: (row) => [interruptDriven(row), polledWithQuota(row)] };
