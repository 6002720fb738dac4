import { left, printable, right, shorten, table, WIDTH, wrap } from "./layout.ts";
import { count, counted, date, duration } from "./numbers.ts";
import type { CapturedFileReport, ReplayReport } from "./replay_report.ts";

const MATCHED = { argument: "as told", name: "name", order: "place in list" } as const;

/** The captures, what each of their interfaces was connected to, and what was odd about them. */
export const inputLines = ({ frames, bytes, firstNs, durationNs, files }: ReplayReport["input"]): string[] => {
  const rows = files.flatMap(({ interfaces }) =>
    interfaces.map((one) => [
      one.name === null ? `number ${one.index}` : shorten(printable(one.name), 32),
      one.port,
      MATCHED[one.matchedBy],
      count(one.frames),
      count(one.bytes),
    ]),
  );
  const [headings, ...lines] = table(
    [left("captured on"), left("replayed into"), left("matched by"), right("frames"), right("bytes")],
    [...rows, ["total", "", "", count(frames), count(bytes)]],
  );
  const parts = files.map((file) => [`  ${shorten(printable(file.file), WIDTH - 2)}`, ...lines.splice(0, file.interfaces.length), ...oddities(file)]);
  const when = firstNs === null ? "The frames have no times." : `First frame ${date(firstNs)}, last one ${duration(durationNs)} later.`;
  return [headings!, ...parts.flat(), ...lines, `  ${when}`];
};

const oddities = (file: CapturedFileReport): string[] => {
  const notes = [
    [file.cutShort, "cut short by the capture: replayed as far as captured"],
    [file.outOfOrder, "stamped earlier than the frame before: given its time"],
    [file.withoutTime, "without a time: given that of the frame before"],
    [file.outbound, "marked as outbound: replayed as arrivals like all others"],
  ] as const;
  const lines = notes.filter(([n]) => n > 0).map(([n, text]) => `  ! ${counted(n, "frame")} ${text}`);
  return file.fault === null ? lines : [...lines, ...wrap(`! the rest was not read: ${printable(file.fault)}`)];
};
