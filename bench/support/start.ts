/** From createEngine to the first packet that has left. */
import type { createEngine as CreateEngine } from "../../src/index.node.ts";
import type { EngineConfig, EngineOptions } from "../../src/types.ts";
import { CheckError } from "./checks.ts";
import { framesOf } from "./records.ts";

/** Makes an engine, sends one frame through it. @returns milliseconds until the frame has left */
export const firstPacket = async (create: typeof CreateEngine, config: EngineConfig, record: Uint8Array, options: EngineOptions): Promise<number> => {
  const { port, data } = framesOf(record)[0]!;
  globalThis.gc?.(); // engines before this one
  const start = process.hrtime.bigint();
  const engine = await create(config, options);
  engine.receive([{ interface: port, data }]);
  engine.run();
  const sent = engine.take().length;
  const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
  engine.dispose();
  if (sent === 0) throw new CheckError("the first frame was not sent");
  return elapsed;
};
