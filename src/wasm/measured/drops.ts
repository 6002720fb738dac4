import { Drop, Region } from "../../../assembly/abi.ts";
import type { DropResult } from "../../types.ts";
import type { Tables } from "./tables.ts";

/** There is a count for each CPU, interface and reason. Most are 0, which halves tell faster than big integers. */
export const readDrops = (tables: Tables): DropResult[] => {
  const { cpus, ports } = tables.config;
  const halves = new Uint32Array(tables.memory, tables.base(Region.Drops), 2 * cpus * tables.rows * Drop.Count);
  const drops: DropResult[] = [];
  for (let half = 0; half < halves.length; half += 2) {
    const packets = halves[half]! + halves[half + 1]! * 2 ** 32;
    if (packets === 0) continue;
    const index = half / 2;
    const row = Math.floor(index / Drop.Count) % tables.rows; // row 0: made here
    const cpu = Math.floor(index / (tables.rows * Drop.Count));
    drops.push({ reason: Drop[index % Drop.Count]!, interface: ports[row - 1]?.name, cpu, packets });
  }
  return drops;
};
