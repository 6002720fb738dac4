// Builds the package and the benches, and starts them: `npm run bench`. The benches are bundled as the package is, so that all contestants that are JavaScript
// come from one compiler with one set of options (no kept names, which would slow hot functions).

import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Each is a script of its own: main.js and what it starts in further processes. */
const ENTRIES = ["main", "throughput_row", "scaling_table", "start_process", "machines_row", "trace_row"];

// What the build has to say is not part of the tables.
execFileSync(process.execPath, ["tools/build.mjs"], { cwd: root, stdio: ["ignore", 2, 2] });
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ENTRIES.map((name) => `bench/${name}.ts`),
  outdir: "build/bench",
  bundle: true,
  format: "esm",
  target: "es2022",
  platform: "node",
  packages: "external",
  logLevel: "warning",
});
const { status } = spawnSync(process.execPath, ["--expose-gc", "build/bench/main.js", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.exitCode = status ?? 1;
