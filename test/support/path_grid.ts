/** Every way of a packet on every size of machine, under every lock: the systems that identities are tested on. */
import type { Path } from "../../assembly/abi.ts";
import { LOCKS, MODES, type Point, pickerOf, rateOf, SOURCES } from "./busy_systems.ts";

export const CPUS = [1, 2, 3, 4, 8, 64] as const;
const LOADS = { light: 20, half: 50, overload: 200 } as const;
const WAYS = {
  bridge: { kind: "bridge", fastforwarding: 0 },
  fastforward: { kind: "router", fastforwarding: 1 },
  slow: { kind: "router", fastforwarding: 0 },
  mixed: { kind: "mixed", fastforwarding: 1 },
} as const;
/** Seconds for which frames come. */
const DURATION = 0.002;

export interface GridPoint extends Point {
  way: keyof typeof WAYS;
  loaded: keyof typeof LOADS;
}

const keys = <T extends object>(of: T): (keyof T)[] => Object.keys(of) as (keyof T)[];

/** Of all: so many settings of each kind, multiplied. */
const TOTAL = CPUS.length * keys(LOADS).length * keys(WAYS).length * MODES.length * LOCKS.length * SOURCES.length * 2;

/** Every `step`-th point of the grid. A step without the factors 2 and 3 meets all values of all settings in all pairs. */
export const gridOf = (step: number): GridPoint[] => {
  const points: GridPoint[] = [];
  for (let index = 0; index < TOTAL; index += step) {
    const pick = pickerOf(index);
    const source = pick(SOURCES);
    const intrMpsafe = pick([1, 0] as const);
    const way = pick(keys(WAYS));
    const mode = pick(MODES);
    const lock = pick(LOCKS);
    const loaded = pick(keys(LOADS));
    const cpus = pick(CPUS);
    const load = LOADS[loaded];
    const frames = rateOf({ cpus, load }) * DURATION;
    points.push({ source, intrMpsafe, way, ...WAYS[way], mode, lock, loaded, load, cpus, frames, seed: index + 1 });
  }
  return points;
};

/** What has to have happened to packets on a point's way, and what cannot have. Frames of the host are of all kinds. */
export const waysOf = ({ way, source }: GridPoint): { taken: (keyof typeof Path)[]; never: (keyof typeof Path)[] } => {
  if (way === "bridge") return { taken: ["Bridged"], never: ["Fastforwarded", "Forwarded"] };
  if (way === "fastforward") return { taken: ["Fastforwarded", "Forwarded"], never: ["Bridged"] };
  if (way === "slow") return { taken: ["Forwarded"], never: ["Bridged", "Fastforwarded"] };
  return { taken: source === "host" ? ["Bridged", "Forwarded", "Delivered"] : ["Fastforwarded", "Forwarded"], never: [] };
};
