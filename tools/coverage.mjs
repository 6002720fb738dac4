// Statement coverage of assembly/ under the whole test suite.
//
//   node tools/coverage.mjs [files and options for vitest]
//
// Before every statement of the engine goes a call of an import, `covered(number of the statement)`; the sources on the disk stay as they are. The suite then
// runs on these builds (NETISR_BUILDS), test/support/coverage.ts collects the numbers (NETISR_COVERAGE), and the lines that no test reached are printed.
// Exit code 1: a test failed, or less than 95 % of the statements are either reached or stand, with a reason, in tools/coverage_reasons.json.
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile, MACHINES } from "./build.mjs";
import { instrument } from "./instrument.mjs";

const ENOUGH = 0.95;
const BUILDS = "build/coverage";
const HITS = "build/coverage/hits";
/** Milliseconds after which the suite is given up, and after which a test is: it has calls to make that it does not have otherwise. */
const TIME_LIMIT = 1_200_000;
const TEST_LIMIT = 300_000;
/** Tests of the builds as they are published: of sums that are kept, of memory and of time, in processes of their own, of what is equal with and without a trace. */
const OF_RELEASE = [
  ...["virtual/determinism", "virtual/long_run", "theory/row", "unit/cli/readme"].flatMap((name) => ["--exclude", `test/${name}.test.ts`]),
  ...["--testNamePattern", "^(?!is the same however it is run)"],
];
const REASONS = "tools/coverage_reasons.json";
/** A machine's build goes under the names that the tests know. */
const NAMES = { instant: ["debug", "release"], traced: ["virtual-debug", "traced"] };

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const readSources = async () => {
  const entries = await readdir("assembly", { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".ts")).map((entry) => `${entry.parentPath}/${entry.name}`);
  return Promise.all(files.sort().map(async (file) => ({ file, text: await readFile(file, "utf8") })));
};

const buildAll = async (replace) => {
  await rm(BUILDS, { recursive: true, force: true });
  await mkdir(HITS, { recursive: true });
  for (const [machine, lines] of Object.entries(MACHINES)) {
    const swapped = Object.fromEntries(Object.entries(lines ?? {}).map(([file, other]) => [file, `export * from "${other}";\n`]));
    const [first, ...others] = NAMES[machine] ?? [machine];
    await compile("debug", `${BUILDS}/${first}.wasm`, { ...replace, ...swapped });
    for (const other of others) await copyFile(`${BUILDS}/${first}.wasm`, `${BUILDS}/${other}.wasm`);
  }
};

const VITEST = ["node_modules/vitest/vitest.mjs", "run", "--reporter=dot", `--testTimeout=${TEST_LIMIT}`];

const runTests = () => {
  const env = { ...process.env, NETISR_BUILDS: BUILDS, NETISR_COVERAGE: HITS };
  const { status } = spawnSync(process.execPath, [...VITEST, ...OF_RELEASE, ...process.argv.slice(2)], {
    env,
    stdio: "inherit",
    timeout: TIME_LIMIT,
    killSignal: "SIGKILL",
  });
  return status === 0;
};

/** 1 for each statement that a test reached. */
const collect = async (total) => {
  const reached = new Uint8Array(total);
  for (const name of await readdir(HITS))
    for (const [id, hit] of (await readFile(`${HITS}/${name}`)).entries()) if (hit && id < total) reached[id] = 1;
  return reached;
};

const percent = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)} %` : "-").padStart(7);

/** Prints a line per file and per line that was not reached; returns whether it is enough. */
const report = (points, reached, reasons) => {
  const excused = (point) => reasons.find(({ file, line }) => file === point.file && line === point.text);
  const used = new Set();
  const lines = [];
  let [covered, explained] = [0, 0];
  for (const file of new Set(points.map((point) => point.file))) {
    const own = points.filter((point) => point.file === file);
    const missed = own.filter((point) => !reached[point.id]);
    console.log(
      `${percent(own.length - missed.length, own.length)}  ${String(own.length - missed.length).padStart(4)} of ${String(own.length).padStart(4)}  ${file}`,
    );
    covered += own.length - missed.length;
    for (const point of missed) {
      const reason = excused(point);
      if (reason) {
        used.add(reason);
        explained++;
      }
      lines.push(`${point.file}:${point.line}  ${point.text}${reason ? `   (${reason.reason})` : ""}`);
    }
  }
  if (lines.length) console.log(`\nNot reached:\n${[...new Set(lines)].join("\n")}`);
  for (const { file, line } of reasons.filter((reason) => !used.has(reason)))
    console.log(`Reached, or not there any more, but still in ${REASONS}: ${file}: ${line}`);
  console.log(`\n${percent(covered, points.length).trim()} of ${points.length} statements reached, ${explained} more explained`);
  return covered + explained >= ENOUGH * points.length;
};

const { points, replace } = instrument(await readSources());
await buildAll(replace);
const passed = runTests();
const enough = report(points, await collect(points.length), JSON.parse(await readFile(REASONS, "utf8")));
if (!passed) console.log("Tests failed.");
process.exitCode = passed && enough ? 0 : 1;
