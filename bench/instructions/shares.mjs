// node bench/instructions/shares.mjs [SYSTEM ...]: where the time of a simulated packet goes, by V8's sampling profiler: into the path, that is what threads do with packets
// (with locks, messages and what is measured there), into making frames and receiving them, or into the machine around it. So it tells how fast the
// simulation would be if the machine took no time. The two functions between them stay functions, which costs a few per cent. Systems as in
// `npm run bench -- machines`, at 60 %.

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { buildEngine } from "../../tools/build.mjs";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));

const OUT = "build/instructions";
const SYSTEMS = ["4 CPUs, bridge, mode 1", "4 CPUs, fastforward, mode 1", "64 CPUs, bridge, mode 1", "64 CPUs, fastforward, mode 1"];
/** Functions that begin a share, and its name; what is called from one that has a share of its own is that one's. */
const SHARES = { "assembly/path/resume": "path", "assembly/machine/virtual/nics/pull": "frames" };

mkdirSync(OUT, { recursive: true });
execFileSync("node", ["tools/build.mjs"], { stdio: "inherit" });
const wasm = `${OUT}/shares.wasm`;
await buildEngine({ out: wasm, target: "release", machine: "virtual", inline: true, names: true, apart: Object.keys(SHARES) });
await esbuild.build({
  entryPoints: ["bench/instructions/shares.ts"],
  outdir: OUT,
  bundle: true,
  format: "esm",
  platform: "node",
  packages: "external",
});

const given = process.argv.slice(2);
const rows = (given.length ? given : SYSTEMS).map((system) => {
  const { cost, shares } = JSON.parse(execFileSync("node", [`${OUT}/shares.js`, wasm, system, JSON.stringify(SHARES)], { encoding: "utf8" }));
  const { path, frames, machine } = shares;
  const ns = (share) => (share * cost).toFixed(0);
  return [system, ns(1), ns(path), ns(frames), ns(machine), (1000 / (cost * (path + frames))).toFixed(1)];
});
const columns = ["system, at 60 %", "ns/packet", "path", "frames", "machine", "M packets/s without the machine"];
for (const row of [columns, ["---", ...columns.slice(1).map(() => "--:")], ...rows]) console.log(`| ${row.join(" | ")} |`);
