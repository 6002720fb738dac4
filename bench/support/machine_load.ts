/** How much a system carries, found out by simulating it: the same on every host, as no clock of a host is looked at. */
import { PS_PER_SECOND } from "../../assembly/abi.ts";
import type { MachineRun, Piece } from "./machine_run.ts";
import { FIRST_RATE } from "./machine_systems.ts";

/** Packets per virtual second. */
export interface Loads {
  /** 0.6 of what was carried at `overload`. */
  normal: number;
  /** 1.5 times the most that was carried at any rate. */
  overload: number;
}

const NORMAL = 0.6;
const OVERLOAD = 1.5;
const FACTOR = 1.3;
/** A system that carries less of its arrivals has reached its limit. */
const NEARLY_ALL = 0.95;
/** Far more than the pool holds, which fills first. */
const PACKETS = 20_000;
const OVERLOAD_PACKETS = 100_000;

export const carriedRate = ({ carried, virtual }: Piece): number => (carried * PS_PER_SECOND) / virtual;

/** Raises the rate until packets are lost. */
export const findLoads = (run: Pick<MachineRun, "setRate" | "simulate">): Loads => {
  const at = (rate: number, packets: number): Piece => {
    run.setRate(rate);
    run.simulate(1, packets / 2);
    return run.simulate(1, packets);
  };
  let most = 0;
  for (let rate = FIRST_RATE; ; rate *= FACTOR) {
    const piece = at(rate, PACKETS);
    most = Math.max(most, carriedRate(piece));
    if (piece.carried < NEARLY_ALL * piece.generated) break;
  }
  const overload = OVERLOAD * most;
  return { overload, normal: NORMAL * carriedRate(at(overload, OVERLOAD_PACKETS)) };
};
