// node bench/instructions/run.mjs [--functions]: how many instructions a packet takes in the engine and in the C program of the same steps (valgrind), and how fast gcc makes
// the engine's own module (wasm2c). Counts are the same however busy the machine is. --functions: in which of the module's functions they are, without what
// gcc inlines. Debian: apt-get install gcc valgrind wabt (1.0.32).

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { buildEngine } from "../../tools/build.mjs";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));

const OUT = "build/instructions";
const PATHS = ["bridge", "fastforward"];
const FRAMES = 4096;
/** Rounds of two runs whose difference is counted, and of one that is timed. */
const [FEW, MANY, TIMED] = [10, 20, 2000];

const missing = ["gcc", "valgrind", "wasm2c"].filter((tool) => spawnSync(tool, ["--version"], { stdio: "ignore" }).error);
if (missing.length > 0) {
  console.error(`instructions: ${missing.join(", ")} not found`);
  process.exit(1);
}

const run = (command, ...args) => execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26 });

/** This wasm2c knows no vectors: the engine's copies of 16 bytes become two of 8, some instructions more for each frame. */
const withoutVectors = () => {
  const file = "assembly/memory/bytes.ts";
  const [vector, words] = [
    "v128.store(to + at, v128.load(from + at));",
    "{ const low = load<u64>(from + at), high = load<u64>(from + at, 8); store<u64>(to + at, low); store<u64>(to + at, high, 8); }",
  ];
  const source = readFileSync(file, "utf8");
  if (!source.includes(vector)) throw new Error(`${file}: expected "${vector}"`);
  return { [file]: source.replaceAll(vector, words) };
};

const build = async () => {
  mkdirSync(OUT, { recursive: true });
  run("node", "tools/build.mjs");
  await buildEngine({ out: `${OUT}/engine.wasm`, target: "release", machine: "instant", inline: true, names: true }, withoutVectors());
  run("wasm2c", `${OUT}/engine.wasm`, "-o", `${OUT}/engine.c`, "-n", "engine");
  const sources = ["bench/instructions/module.c", `${OUT}/engine.c`, "/usr/share/wabt/wasm2c/wasm-rt-impl.c"];
  const flags = ["-O3", "-fno-strict-aliasing", "-DWASM_RT_MEMCHECK_SIGNAL_HANDLER=1", "-I/usr/share/wabt/wasm2c", `-I${OUT}`];
  run("gcc", ...flags, "-o", `${OUT}/module`, ...sources, "-lm");
  const apart = ["-O2", "-g", "-fno-inline-functions", "-fno-inline-small-functions", "-fno-inline-functions-called-once"];
  run("gcc", ...flags, ...apart, "-o", `${OUT}/functions`, ...sources, "-lm");
  // As bench/native is built, but for instructions that valgrind does not know.
  run("gcc", "-O3", "-mavx2", "-mbmi", "-mbmi2", "-std=gnu11", "-o", `${OUT}/loop`, "bench/native/loop.c");
  await esbuild.build({
    entryPoints: ["bench/instructions/images.ts"],
    outdir: OUT,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
  });
};

/** Instructions of a whole run. */
const counted = (input, ...command) => {
  const { stderr } = spawnSync("valgrind", ["--tool=callgrind", "--callgrind-out-file=/dev/null", ...command], { input, encoding: "utf8" });
  const refs = /refs:\s+([\d,]+)/.exec(stderr);
  if (!refs) throw new Error(stderr);
  return Number(refs[1].replaceAll(",", ""));
};

const perPacket = (count) => Math.round((count(MANY) - count(FEW)) / ((MANY - FEW) * FRAMES));

/** Lines of callgrind_annotate that name a function of the engine, as instructions per packet. */
const functions = (image) => {
  const profile = `${OUT}/callgrind.out`;
  run("valgrind", "-q", "--tool=callgrind", `--callgrind-out-file=${profile}`, `${OUT}/functions`, image, `${MANY}`);
  const lines = run("callgrind_annotate", "--auto=no", profile).matchAll(/^ *([\d,]+) \(.*w2c_assembly_(\w+)/gm);
  return [...lines].map(([, count, name]) => [name, Number(count.replaceAll(",", "")) / (MANY * FRAMES)]).filter(([, count]) => count >= 1);
};

await build();
const rows = PATHS.map((path) => {
  const image = `${OUT}/${path}`;
  const v8 = Number(run("node", "--expose-gc", `${OUT}/images.js`, `${OUT}/engine.wasm`, path, image));
  const gcc = Number(run(`${OUT}/module`, image, `${TIMED}`));
  const engine = perPacket((rounds) => counted("", `${OUT}/module`, image, `${rounds}`));
  const c = perPacket((rounds) => counted(`sample ${rounds}\nquit\n`, `${OUT}/loop`, `${image}.workload`));
  return {
    path,
    "V8, ns/packet": v8.toFixed(1),
    "gcc -O3, ns/packet": gcc.toFixed(1),
    "module, instructions/packet": engine,
    "C, instructions/packet": c,
  };
});
const columns = Object.keys(rows[0]);
console.log(`| ${columns.join(" | ")} |\n|${" --- |".repeat(columns.length)}`);
for (const row of rows) console.log(`| ${columns.map((column) => row[column]).join(" | ")} |`);
if (process.argv.includes("--functions"))
  for (const path of PATHS)
    console.log(
      `\n${path}\n${functions(`${OUT}/${path}`)
        .map(([name, count]) => `${count.toFixed(0).padStart(6)}  ${name}`)
        .join("\n")}`,
    );
