/** M/G/1 with multiple vacations: a thread that looks at its ring, takes time for every frame until the ring is empty, sleeps for V and looks again. */
import { numberOf, positive, type Row } from "../file.ts";
import type { Model } from "../model.ts";
import { sum } from "../window.ts";
import { type Law, machineOf, ns, PACE } from "./machine.ts";

/** The law that has this squared coefficient of variation. */
const lawOf = (row: Row, name: string): Law => {
  const value = numberOf(row, name);
  if (value !== 0 && value !== 1) throw new Error(`expected \`${name}\` 0 (constant) or 1 (exponential), found ${value}`);
  return value === 0 ? "constant" : "exponential";
};

export const vacations: Model = {
  parameters: ["lam", "S", "cs2", "V", "cv2"],
  systems: (row) => {
    const tick = PACE * positive(row, "lam");
    const vacation = { value: `${ns(positive(row, "V") * tick)}ns`, law: lawOf(row, "cv2") };
    return [
      {
        tick,
        pace: PACE,
        config: (seed, stop) =>
          machineOf({
            seed,
            stop,
            cpus: 2,
            rxRing: 4096,
            costs: { RxFrame: { mean: positive(row, "S") * tick, law: lawOf(row, "cs2") } },
            wire: { vacation },
          }),
        quantities: (window) => ({ Wq: sum(window, "Ring sum") / sum(window, "Ring count") / tick }),
      },
    ];
  },
};
