/** Sums of what an engine sent, for tests that compare or keep a lot of it. */
import { createHash } from "node:crypto";
import type { Departure } from "../../src/types.ts";

/** SHA-256 over every frame with its interface, time, cause and path, in the order in which they left. */
export const digestOf = (sent: readonly Departure[]): string => {
  const hash = createHash("sha256");
  for (const { port, time, cause, path, data } of sent) hash.update(`${port} ${time} ${cause} ${path} ${data.length}\n`).update(data);
  return hash.digest("hex");
};
