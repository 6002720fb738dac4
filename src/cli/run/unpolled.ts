/** Interfaces that were to be polled, with all others, and interrupt all the same. */
import { POLLING_CPUS } from "../../config/polling_shape.ts";
import type { Engine } from "../../engine.ts";
import { listed } from "../../report/layout.ts";
import type { ResolvedPort } from "../../types.ts";

/** So many are named. */
const MOST = 8;

/** Undefined: there are none. */
export const unpolled = (engine: Engine): string | undefined => {
  const polled = new Set(engine.results().polling?.flatMap(({ interfaces }) => interfaces));
  const others = engine.config.ports.filter(({ kind, name }) => kind === "interface" && !polled.has(name));
  if (others.length === 0) return undefined;
  const items = others.map((port) => `${port.name} (${why(port, engine)})`);
  return listed("left out", items, MOST, Number.POSITIVE_INFINITY);
};

const why = ({ index, cpu }: ResolvedPort, engine: Engine): string => {
  const wire = engine.config.virtual?.wires.find(({ port }) => port === index);
  if (wire?.vacation.ps) return "it has a vacation";
  if (wire && wire.rings.length > 0) return "it has several rings";
  if (cpu >= POLLING_CPUS) return `only CPUs 0 to ${POLLING_CPUS - 1} can poll`;
  return engine.getKnob(`kern.polling.${cpu}.enable`) === 0 ? `kern.polling.enable is 0 on CPU ${cpu}` : `CPU ${cpu} polls as many as it can`;
};
