import type { CaptureSource } from "./capture_source.ts";

/** Earliest head; of equal ones that of the file named first, and one without a time before all others. */
export const earliest = (sources: readonly CaptureSource[]): CaptureSource | undefined => {
  let best: CaptureSource | undefined;
  for (const source of sources) {
    if (!source.head) continue;
    const { time } = source.head;
    const least = best?.head?.time;
    if (!best || (least !== undefined && (time === undefined || time < least))) best = source;
  }
  return best;
};
