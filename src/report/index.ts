/** Reports: one record, printed as text or as JSON. */
export { costList } from "./cost_list.ts";
export { type DemoPage, demoText } from "./demo_text.ts";
export { json } from "./json.ts";
export { knobList } from "./knob_list.ts";
export { printable } from "./layout.ts";
export type { LockRow } from "./lock_table.ts";
export { count, size } from "./numbers.ts";
export { droppedComment, sentComment } from "./packet_comment.ts";
export { rate, time } from "./quantities.ts";
export type { CapturedFileReport, CapturedInterfaceReport, MatchedBy, OutputReport, ReplayReport, StationReport } from "./replay_report.ts";
export { figuresOf } from "./run_figures.ts";
export { limitOf } from "./run_limit.ts";
export type { RunReport } from "./run_report.ts";
export { bucketBetween } from "./run_series.ts";
export { runText } from "./run_text.ts";
export { seriesCsv } from "./series_csv.ts";
export { replayText } from "./text.ts";
