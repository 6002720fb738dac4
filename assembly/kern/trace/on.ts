// The trace of a machine that has time. Every function that notes something is called only while `tracing`, so that while nothing is wanted a point costs one
// load and one branch.

import { TRACE } from "../../abi";

export * from "./packets";
export { setTrace, traceBytes, traceFlow, traceWritten } from "./ring";
export * from "./threads";

export function tracing(): bool {
  return load<u32>(<usize>TRACE) != 0;
}
