// Builds the engine and the package: asc for each machine and target, wasm-opt's inlining pass for the release, esbuild for the host, tsc
// for its types.
//
//   node tools/build.mjs            what the package needs: release engine, dist/
//   node tools/build.mjs --tests    also the debug engine, the stutter machine and the parts by themselves, into build/
//
// A target is built again only if one of its inputs has changed.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import asc from "assemblyscript/asc";
import * as esbuild from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

const VIRTUAL = {
  "assembly/seam/index.ts": "./virtual",
  "assembly/machine/index.ts": "./virtual/index",
  "assembly/machine/exports.ts": "./virtual/exports",
  "assembly/kern/watch/index.ts": "./on",
};

/** The lines that name the machine, and the folders of others. `traced` is the virtual machine with a trace; `parts` exports other functions instead. */
export const MACHINES = {
  instant: undefined,
  virtual: VIRTUAL,
  traced: { ...VIRTUAL, "assembly/kern/trace/index.ts": "./on" },
  stutter: { "assembly/seam/index.ts": "../../test/support/stutter/seam", "assembly/machine/index.ts": "../../test/support/stutter/machine" },
  parts: { "assembly/index.ts": "../test/support/parts/index" },
};

const TARGETS = [
  { out: "build/release.wasm", target: "release", machine: "instant", inline: true },
  { out: "build/virtual.wasm", target: "release", machine: "virtual", inline: true },
  { out: "build/traced.wasm", target: "release", machine: "traced", inline: true },
  { out: "build/virtual-debug.wasm", target: "debug", machine: "traced", tests: true },
  { out: "build/debug.wasm", target: "debug", machine: "instant", tests: true },
  { out: "build/stutter.wasm", target: "debug", machine: "stutter", tests: true },
  { out: "build/parts.wasm", target: "debug", machine: "parts", tests: true },
];

/**
 * Functions by name, as a usual packet does not meet them, that stay apart. A JavaScript engine compiles a function as a whole when it is first called, so
 * what is inlined into a packet's usual way makes the first packet wait, most of all for the memory that the compiler takes: thirty times the code.
 */
const SELDOM = [
  "*/ends/drop",
  "*/icmp/*",
  "*/ip_options/*",
  "*/ip_output/fragment",
  "*/trace/packets/trace*",
  "*/trace/threads/trace*",
  "*/trace/ring/*",
  "*/dev/faults/passOn",
  "*/dev/faults/release*",
  "*/dev/faults/countDown",
  "*/kern/fault_frames/sendFaulty",
  "*/kern/fault_frames/countLost",
  "*/kern/faults/holderGot",
  "*/virtual/fault*",
  "*/kern/costs/drawn",
];

/**
 * Calls of small functions and of those with one caller are removed, so that a packet's usual way has few; of larger ones the tests that they begin with.
 * More gains a few per cent and doubles the time that a JavaScript engine needs before the first packet; less loses five to ten per cent. Traps: the
 * debug build has the assertions, and without this their operands would still be loaded. Names, which SELDOM needs, are left out of what comes out.
 */
const INLINING = [
  ...SELDOM.map((functions) => `--no-full-inline=${functions}`),
  "-O3",
  "--traps-never-happen",
  "--partial-inlining-ifs=2",
  "--always-inline-max-function-size=160",
  "--one-caller-inline-max-function-size=600",
  "--flexible-inline-max-function-size=160",
];
const FEATURES = ["--enable-simd", "--enable-bulk-memory", "--enable-mutable-globals", "--enable-sign-ext", "--enable-nontrapping-float-to-int"];

const filesUnder = async (folder) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();

const hashOf = async (files) => {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(await readFile(file));
  return hash.digest("hex");
};

/** Runs `make` unless `out` was made from the same inputs. */
const unlessFresh = async (out, inputs, make) => {
  const stamp = `build/${out.replaceAll("/", "-")}.inputs`;
  const hash = await hashOf(inputs);
  const before = await readFile(stamp, "utf8").catch(() => "");
  const there = await readFile(out).catch(() => undefined);
  if (there && before === hash) return;
  await make();
  await writeFile(stamp, hash);
};

/** Compiles the engine. `replace`: source text by file, in place of what lies on the disk. `options`: of asc, beside the target's. */
export const compile = async (target, out, replace = {}, options = []) => {
  const readSource = async (name, base) => {
    const file = name.replaceAll("\\", "/");
    if (replace[file] !== undefined) return replace[file];
    return readFile(`${base}/${name}`, "utf8").catch(() => null);
  };
  const { error, stderr } = await asc.main(
    ["--config", "asconfig.json", "--target", target, "--outFile", out, "--textFile", out.replace(".wasm", ".wat"), ...options],
    {
      readFile: readSource,
    },
  );
  if (error) throw new Error(`${out}: ${error.message}\n${stderr.toString()}`);
};

const machineSources = (machine) =>
  Object.fromEntries(Object.entries(MACHINES[machine] ?? {}).map(([file, other]) => [file, `export * from "${other}";\n`]));

/**
 * `names`: those of functions stay in the module. `apart`: functions by name that stay functions, so that only wasm-opt may inline. `replace`: source text by file, in place of what lies on the
 * disk.
 */
export const buildEngine = async ({ out, target, machine, inline, names, apart = [] }, replace = {}) => {
  await compile(target, out, { ...machineSources(machine), ...replace }, apart.length > 0 ? ["--optimizeLevel", "0"] : []);
  if (inline)
    await promisify(execFile)("node_modules/.bin/wasm-opt", [
      out,
      "-o",
      out,
      ...(names ? ["-g"] : []),
      ...apart.map((functions) => `--no-inline=${functions}`),
      ...INLINING,
      ...FEATURES,
    ]);
};

const buildHost = async () => {
  const shared = { bundle: true, format: "esm", target: "es2022", logLevel: "warning", sourcemap: "linked", sourcesContent: false };
  await esbuild.build({ ...shared, entryPoints: { "index.node": "src/index.node.ts" }, outdir: "dist", platform: "node", packages: "external" });
  await esbuild.build({ ...shared, entryPoints: { index: "src/index.browser.ts" }, outdir: "dist", platform: "browser" });
  await esbuild.build({
    ...shared,
    entryPoints: { cli: "src/cli/main.ts" },
    outdir: "dist",
    platform: "node",
    packages: "external",
    banner: { js: "#!/usr/bin/env node" },
  });
  await copyFile("build/release.wasm", "dist/engine.wasm");
  await copyFile("build/virtual.wasm", "dist/engine.virtual.wasm");
  await copyFile("build/traced.wasm", "dist/engine.traced.wasm");
};

/** Adds a file of declarations, and those that it names, to `found`. */
const addDeclarations = async (file, found) => {
  if (found.has(file)) return;
  found.add(file);
  const names = (await readFile(file, "utf8")).matchAll(/"(\.\.?\/[^"]+)\.ts"/g);
  for (const [, name] of names) await addDeclarations(join(dirname(file), `${name}.d.ts`), found);
};

/** Declarations of what the package exports, and of what these need. A name of a source file in them is resolved to the declarations beside it. */
const buildTypes = async () => {
  await rm("dist/types", { recursive: true, force: true });
  await promisify(execFile)("node_modules/.bin/tsc", ["-p", "tsconfig.types.json"]);
  const needed = new Set();
  for (const entry of ["node", "browser"]) await addDeclarations(`dist/types/src/index.${entry}.d.ts`, needed);
  for (const file of await filesUnder("dist/types")) if (!needed.has(file)) await rm(file);
};

const main = async () => {
  await mkdir("build", { recursive: true });
  await mkdir("dist", { recursive: true });
  const engine = [
    ...(await filesUnder("assembly")),
    ...(await filesUnder("test/support/stutter")),
    ...(await filesUnder("test/support/parts")),
    "asconfig.json",
    "tools/build.mjs",
  ];
  const wanted = TARGETS.filter(({ tests }) => !tests || process.argv.includes("--tests"));
  for (const target of wanted) await unlessFresh(target.out, engine, () => buildEngine(target));
  const host = await filesUnder("src");
  await unlessFresh("dist/cli.js", [...engine, ...host], buildHost);
  await unlessFresh(
    "dist/types/src/index.node.d.ts",
    ["assembly/abi.ts", ...host, "tsconfig.json", "tsconfig.types.json", "tools/build.mjs"],
    buildTypes,
  );
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
