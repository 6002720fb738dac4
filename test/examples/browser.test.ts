/** examples/browser: what it simulates, in Node; and the page, bundled as `npm run page` does it, in Chromium if there is one. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COLOURS, LINES } from "../../examples/browser/charts.ts";
import { type Part, Simulation } from "../../examples/browser/simulation.ts";
import { answerOf, CHROMIUM, type Served } from "../support/chromium.ts";

const at = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const RATE = 1_500_000;

describe("the simulation", () => {
  let simulation: Simulation;
  const mean = (parts: Part[], key: "offered" | "carried" | "bgl"): number => parts.reduce((sum, part) => sum + part[key], 0) / parts.length;
  const run = (parts: number): Part[] => Array.from({ length: parts }, () => simulation.next());

  beforeAll(async () => {
    simulation = await Simulation.open({ cpus: 4, rate: RATE, mode: 0 });
  });
  afterAll(() => simulation.close());

  test("with the BGL four CPUs carry what one does, and without it all that is offered", () => {
    const locked = run(20).slice(10);
    simulation.setMode(1);
    const free = run(30).slice(20);
    expect([...locked, ...free].map(({ time }) => time)).toEqual([
      ...Array.from({ length: 10 }, (_, i) => 11 + i),
      ...Array.from({ length: 10 }, (_, i) => 41 + i),
    ]);
    for (const parts of [locked, free]) expect(Math.abs(mean(parts, "offered") / RATE - 1)).toBeLessThan(0.05);
    expect(mean(locked, "carried")).toBeLessThan(RATE / 2);
    expect(mean(locked, "bgl")).toBeGreaterThan(0.95);
    expect(mean(free, "carried")).toBeGreaterThan(0.95 * RATE);
    expect(mean(free, "bgl")).toBeLessThan(0.01);
    expect(locked.at(-1)!.p50!).toBeGreaterThan(5 * free.at(-1)!.p50!);
  });

  test("shares of a CPU are shares", () => {
    for (const { cpus } of run(3)) {
      expect(cpus).toHaveLength(4);
      for (const shares of cpus) {
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
      }
    }
  });
});

/** The files of the page, with a script that waits for figures, switches the mode, waits again, and tells what the page shows. */
async function pageFiles(): Promise<(path: string) => Served | undefined> {
  const { scripts } = JSON.parse(await readFile(at("package.json"), "utf8")) as { scripts: { page: string } };
  const words = scripts.page.slice(scripts.page.indexOf("esbuild ") + 8).split(" ");
  expect(words).toContain("--loader:.wasm=file");
  const entryPoints = words.filter((word) => word.endsWith(".ts")).map(at);
  expect(entryPoints).toHaveLength(2);
  const { outputFiles } = await build({
    entryPoints,
    bundle: true,
    format: "esm",
    loader: { ".wasm": "file" },
    outdir: at("build/tests/page"),
    write: false,
  });
  const files = new Map(outputFiles.map(({ path, contents }): [string, Uint8Array] => [path.slice(path.lastIndexOf("/")), contents]));
  const html = await readFile(at("examples/browser/index.html"), "utf8");
  const probe = `
    const shown = () => document.querySelector("#figures").textContent;
    const wait = (pattern) => new Promise((resolve) => { const timer = setInterval(() => pattern.test(shown()) && resolve(clearInterval(timer)), 50); });
    const tell = (answer) => fetch("/", { method: "POST", body: JSON.stringify(answer) });
    addEventListener("error", ({ message }) => tell({ error: message }));
    addEventListener("unhandledrejection", ({ reason }) => tell({ error: String(reason) }));
    await wait(/BGL taken (9\\d|100) %/);
    document.querySelector("[name=mode][value='1']").click();
    await wait(/BGL taken 0 %/);
    tell({ figures: shown(), speed: document.querySelector("#speed").textContent, colours: [...document.querySelectorAll("#legend span, .key")].map(({ style }) => style.getPropertyValue("--c")) });`;
  return (path) => {
    if (path === "/") return { type: "text/html", body: html.replace("</body>", `<script type="module">${probe}</script></body>`) };
    const body = files.get(path);
    return body && { type: path.endsWith(".wasm") ? "application/wasm" : "text/javascript", body };
  };
}

test.skipIf(CHROMIUM === undefined)("the page shows figures, and switches the mode of the system that runs", async () => {
  const answer = JSON.parse(await answerOf("/", await pageFiles(), 50_000)) as Record<string, string>;
  expect(answer).toEqual({
    figures: expect.stringMatching(/^offered 1\.\d\d · carried 1\.\d\d · dropped \d\.\d\d Mpps · BGL taken 0 %$/),
    speed: expect.stringMatching(/^\d+\.\d\d million simulated packets a second on this machine$/),
    colours: [...COLOURS, ...LINES, ...LINES].map(() => expect.stringMatching(/^#[0-9a-f]{6}$/)),
  });
});
