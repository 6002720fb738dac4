import { left, printable, right, shorten, table, WIDTH, wrap } from "./layout.ts";
import { count, counted, date, duration } from "./numbers.ts";
import type { CapturedFileReport, ReplayReport, StationReport } from "./replay_report.ts";

const MATCHED = { argument: "as told", name: "name", order: "place in list", file: "file" } as const;
/** Source addresses that are listed; all of them are in the JSON report. */
const MOST_STATIONS = 32;
const SOURCES: Record<string, string> = { others: "all others", none: "none (too short)" };

/** The captures, what each of their interfaces was connected to, and what was odd about them. */
export const inputLines = (report: ReplayReport): string[] => {
  const { frames, bytes, files, stations } = report.input;
  const rows = files.flatMap(({ interfaces }) =>
    interfaces.map((one) => [
      one.name === null ? `number ${one.index}` : shorten(printable(one.name), 32),
      one.port,
      MATCHED[one.matchedBy],
      count(one.frames),
      count(one.bytes),
    ]),
  );
  const listed = stations.slice(0, MOST_STATIONS).map(stationRow);
  const [headings, ...lines] = table(
    [left(stations.length > 0 ? "captured from" : "captured on"), left("replayed into"), left("matched by"), right("frames"), right("bytes")],
    [...rows, ...listed, ["total", "", "", count(frames), count(bytes)]],
  );
  const parts = files.flatMap((file) => [nameOf(file), ...lines.splice(0, file.interfaces.length), ...oddities(file, report.options.outbound)]);
  const more = stations.length - listed.length;
  const rest = more > 0 ? [`  ... and ${counted(more, "address", "addresses")} more (--json has all of them)`] : [];
  return [headings!, ...parts, ...lines.splice(0, listed.length), ...rest, ...lines, ...whenLines(report.input), ...hints(report)];
};

const nameOf = ({ file, packing }: CapturedFileReport): string => {
  const name = file === "-" ? "standard input" : printable(file);
  return `  ${shorten(name, WIDTH - 9)}${packing ? ` (${packing})` : ""}`;
};

const stationRow = ({ source, port, frames, bytes }: StationReport): string[] => [
  SOURCES[source] ?? source,
  port,
  "source address",
  count(frames),
  count(bytes),
];

const whenLines = ({ frames, firstNs, durationNs, passes, periodNs, files }: ReplayReport["input"]): string[] => {
  if (frames === 0) {
    const skipped = files.some(({ outbound }) => outbound > 0);
    return [`  No frame was replayed${skipped ? ": all that were read are marked as outbound" : ""}.`];
  }
  const lines = [firstNs === null ? "  The frames have no times." : `  First frame ${date(firstNs)}, last one ${duration(durationNs)} later.`];
  if (periodNs !== null) lines.push(`  ${counted(passes, "pass", "passes")}, one every ${duration(periodNs)}.`);
  return lines;
};

const oddities = (file: CapturedFileReport, outbound: boolean): string[] => {
  const notes = [
    [file.cutShort, `cut short by the capture: replayed as far as captured (in all ${count(file.bytes)} bytes of ${count(file.wireBytes)})`],
    [file.outOfOrder, "stamped earlier than the frame before: given its time"],
    [file.withoutTime, "without a time: given that of the frame before"],
    [file.outbound, `marked as outbound: ${outbound ? "replayed as arrivals like all others" : "skipped (--outbound replays them, too)"}`],
  ] as const;
  const lines = notes.filter(([n]) => n > 0).map(([n, text]) => `  ! ${counted(n, "frame")} ${text}`);
  return file.fault === null ? lines : [...lines, ...wrap(`! the rest was not read: ${printable(file.fault)}`)];
};

/** What a user of `--as bridge` may want to know. */
const hints = ({ options, input }: ReplayReport): string[] => {
  if (options.as === null || input.frames === 0) return [];
  const ports = new Set([...input.files.flatMap(({ interfaces }) => interfaces), ...input.stations].map(({ port }) => port));
  if (ports.size > 1) return [];
  return wrap(
    "! All frames came in by one port, so the bridge takes all stations to be there and forwards only what is for others. --assign source-mac gives each station a port of its own.",
  );
};
