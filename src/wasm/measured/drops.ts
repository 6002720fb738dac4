import { Drop, Region } from "../../../assembly/abi.ts";
import type { DropResult } from "../../types.ts";
import type { Tables } from "./tables.ts";

/** There is a count for each CPU, interface and reason. Most are 0, which a word read as a double tells at once, and a big integer slowly. */
export const readDrops = (tables: Tables): DropResult[] => {
  const { cpus, ports } = tables.config;
  const words = cpus * tables.rows * Drop.Count;
  const doubles = new Float64Array(tables.memory, tables.base(Region.Drops), words);
  const halves = new Uint32Array(doubles.buffer, doubles.byteOffset, 2 * words);
  const drops: DropResult[] = [];
  for (let index = 0; index < words; index++) {
    if (doubles[index] === 0) continue;
    const row = Math.floor(index / Drop.Count) % tables.rows; // row 0: made here
    const cpu = Math.floor(index / (tables.rows * Drop.Count));
    const packets = halves[2 * index]! + halves[2 * index + 1]! * 2 ** 32;
    drops.push({ reason: Drop[index % Drop.Count]!, interface: ports[row - 1]?.name, cpu, packets });
  }
  return drops;
};
