/** One start in a fresh process. */
import { serveChild } from "./support/child.ts";
import { importDist } from "./support/dist.ts";
import { firstPacket } from "./support/start.ts";
import { startConfigs } from "./support/start_configs.ts";

export interface FreshStart {
  /** Milliseconds. */
  imported: number;
  firstPacket: number;
}

await serveChild(async (name: string): Promise<FreshStart> => {
  const { config, input } = startConfigs[name]!();
  const start = process.hrtime.bigint();
  const { createEngine } = await importDist();
  const imported = Number(process.hrtime.bigint() - start) / 1e6;
  return { imported, firstPacket: await firstPacket(createEngine, config, input, {}) };
});
