/**
 * npm run -s conformance -- DIR [--out OUT] [--reference]
 *
 * Puts every case folder under DIR to the engine, or to the TypeScript model, with the flow cache off and on. Prints a line for each frame that was
 * answered in another way than by the Linux kernel, then "N passed, M failed". --out writes what was sent as OUT/{on,off}/CASE/out.pN.pcap, where the
 * seconds of a time stamp are the index of the input frame.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writePcap } from "../../src/capture/index.ts";
import { type Case, loadCase, type OutputFrame } from "./case.ts";
import { compareCase, type Difference } from "./compare.ts";
import { engineSystem, referenceSystem, runCase } from "./system.ts";

const USAGE = "usage: npm run -s conformance -- DIR [--out OUT] [--reference]";
const SECOND = 1_000_000_000n;
/** Characters of a frame that a line shows. */
const SHOWN = 120;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: "string" }, reference: { type: "boolean" } } });
  const system = values.reference ? referenceSystem : engineSystem("release");
  const [folder] = positionals;
  if (folder === undefined || !existsSync(folder)) return refuse(folder === undefined ? USAGE : `${folder}: expected a folder of cases`);
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "case.json")));
  if (names.length === 0) return refuse(`${folder}: expected folders with a case.json`);
  let failed = 0;
  for (const name of names.sort()) {
    const one = loadCase(join(folder, name));
    for (const setting of ["off", "on"] as const) {
      const outputs = await runCase(one, system, setting === "on");
      if (values.out !== undefined) writeOutputs(join(values.out, setting, name), one, outputs);
      const differences = compareCase(one, outputs);
      for (const difference of differences) console.log(line(name, setting, difference));
      if (differences.length > 0) failed++;
    }
  }
  console.log(`${2 * names.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function refuse(message: string): number {
  console.error(message);
  return 2;
}

function line(name: string, setting: string, { index, port, want, got, note }: Difference): string {
  const show = (keys: string[]) => `[${keys.map((key) => key.slice(0, SHOWN)).join(", ")}]`;
  return `${name} fastforwarding=${setting} frame ${index} on p${port}: want ${show(want)}, got ${show(got)}${note === "" ? "" : ` (${note})`}`;
}

function writeOutputs(folder: string, one: Case, outputs: OutputFrame[][]): void {
  mkdirSync(folder, { recursive: true });
  one.file.ports.forEach((_, port) => {
    const frames = outputs.flatMap((sent, index) =>
      sent.filter((frame) => frame.port === port).map(({ data }) => ({ data, time: BigInt(index) * SECOND })),
    );
    writeFileSync(join(folder, `out.p${port}.pcap`), writePcap(frames, { resolution: "us" }));
  });
}

process.exitCode = await main();
