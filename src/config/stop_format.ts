import type { StopCondition } from "../types.ts";
import { refuse } from "./path.ts";
import { timeText } from "./quantities.ts";
import { checkStop } from "./stop_shape.ts";

/**
 * A condition as text in the grammar of `StopConfig`; `parseStop` makes the same of it. @throws ConfigError for what is no condition, and for names that the
 * grammar has no room for
 */
export const formatStop = (given: StopCondition): string => {
  const condition = checkStop(given, ["condition"]);
  switch (condition.kind) {
    case "queue":
      return `queue ${words("queue", condition.queue)} ${condition.op} ${condition.packets}`;
    case "drop":
      return `drop ${word("reason", condition.reason)}${on(condition.on)} ${condition.op} ${condition.packets}`;
    case "counter":
      return `counter ${word("counter", condition.counter)}${on(condition.on)} ${condition.op} ${condition.count}`;
    case "packets":
      return `packets ${condition.what} ${condition.op} ${condition.packets}`;
    case "latency":
      return `p${condition.percentile}${condition.path === "all" ? "" : ` ${condition.path}`} > ${timeText(condition.above)} every ${condition.every} after ${condition.after}`;
    default:
      return "idle";
  }
};

const on = (name: string | undefined): string => (name === undefined ? "" : ` on ${words("on", name)}`);

const WORD = "[^\\s<>=!]+";
const ONE_WORD = new RegExp(`^${WORD}$`);
const SEVERAL = new RegExp(`^${WORD}(?: ${WORD})*$`);

const word = (field: string, name: string): string =>
  ONE_WORD.test(name) ? name : refuse(["condition", field], 'one word without "<", ">", "=" and "!"', name);
const words = (field: string, name: string): string =>
  SEVERAL.test(name) ? name : refuse(["condition", field], 'words without "<", ">", "=" and "!", one space between them', name);
