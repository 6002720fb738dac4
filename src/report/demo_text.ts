/** The page that `netisr demo` prints: the table, what it shows, what to try next. */
import { WIDTH, wrap } from "./layout.ts";
import { type LockRow, lockTable } from "./lock_table.ts";
import { count } from "./numbers.ts";
import { conservationLine } from "./text.ts";
import { isInterrupt, LOCK_LEGEND, totalOf } from "./threads.ts";

export interface DemoPage {
  version: string;
  /** Each capture in the modes 0, 1 and 2, in this order. */
  rows: readonly LockRow[];
  /** Files written. */
  written: readonly string[];
  /** Where the examples lie, for the commands to try. */
  examples: string;
}

export const demoText = ({ version, rows, written, examples }: DemoPage): string =>
  [
    `netisr ${version}: two captures, replayed in the three modes of the Big Giant Lock`,
    "",
    ...lockTable(rows),
    ...LOCK_LEGEND,
    ...wrap(
      "Protocol threads only; the mode is net.netisr.mpsafe_thread.  sent: frames.  bytes: whether frames, ports and times sent are those of mode 0.",
    ),
    "",
    "Conservation",
    ...byCapture(rows).flatMap(([capture, runs]) => verdicts(capture, runs)),
    "",
    "What this shows",
    ...byCapture(rows).flatMap(([capture, runs]) => explain(capture, runs)),
    ...sameness(rows),
    "",
    `Wrote ${written.join(" and ")}: what each port sent, in mode 1.`,
    "",
    "Try next",
    ...command("npx netisr replay", `${examples}/captures/router.pcapng`, `-c ${examples}/router.json`),
    "      what became of each frame, and why those that were dropped were",
    ...command("npx netisr replay", `${examples}/captures/bridge.pcapng`, `-c ${examples}/bridge.json`, "--cpus 4"),
    "      the same bridge on four CPUs: more threads, the same frames sent",
    ...command("tshark -n", `-r ${written.at(-1)}`, "-Y icmp"),
    "      the errors and replies that the router made itself",
    "",
  ].join("\n");

/** In one line if it fits, else over several as a shell takes them. */
const command = (...parts: readonly string[]): string[] => {
  const line = `  ${parts.join(" ")}`;
  return line.length > WIDTH ? parts.map((part, i) => `${i === 0 ? "  " : "    "}${part}${i < parts.length - 1 ? " \\" : ""}`) : [line];
};

/** One line if a capture's modes agree. */
const verdicts = (capture: string, runs: readonly LockRow[]): string[] => {
  const lines = runs.map(({ counters }) => conservationLine(counters.conservation));
  if (new Set(lines).size === 1) return [`  ${capture}, in all modes: ${lines[0]}`].flatMap(split);
  return runs.flatMap(({ mode }, i) => split(`  ${capture}, mode ${mode}: ${lines[i]}`));
};

const split = (line: string): string[] => line.split(/ (?==)/).map((side, i) => (i === 0 ? side : `      ${side}`));

const byCapture = (rows: readonly LockRow[]): [string, LockRow[]][] =>
  [...new Set(rows.map(({ capture }) => capture))].map((capture) => [capture, rows.filter((row) => row.capture === capture)]);

const sameness = (rows: readonly LockRow[]): string[] =>
  rows.every(({ same }) => same)
    ? ["  - What is sent is the same in all modes: a lock decides who may run, not what becomes of a packet."]
    : ["  - WRONG: the modes did not send the same. A lock must not decide what becomes of a packet."];

/** One point per capture. The numbers are those of the table. */
const explain = (capture: string, rows: readonly LockRow[]): string[] => {
  const [bgl, adaptive, none] = rows.map(({ counters }) => totalOf(counters.threads.filter((thread) => !isInterrupt(thread))));
  if (!bgl || !adaptive || !none) return [];
  const share = ((100 * adaptive.gets) / Math.max(1, adaptive.messages)).toFixed(0);
  const mode0 = `- ${capture}: in mode 0 every thread takes the lock once and keeps it through all ${count(bgl.keeps)} messages, so only one CPU could work at a time.`;
  const mode1 = `Mode 1 takes it ${count(adaptive.gets)} times, ${share} % of the messages, where a message or a handler needs it.`;
  const risky = `Mode 2 lets ${count(none.violations)} of these messages run without it (violations), which is why it is called experimental.`;
  const mode2 = none.violations > 0 ? risky : "Mode 2 saves nothing more: handlers that are not MPSAFE still take it.";
  return wrap(`${mode0} ${mode1} ${mode2}`, "  ", WIDTH - 2).map((line, i) => (i === 0 ? line : `  ${line}`));
};
