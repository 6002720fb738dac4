/** Captures of any size need little memory. 2 GB with NETISR_LONG=1, else enough to see that memory does not grow with the capture. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { expect, onTestFinished, test } from "vitest";
import { LONG, LONG_TIMEOUT } from "../../support/long.ts";
import { example, fileNamed, root } from "./support.ts";

const BYTES = LONG ? 2_000_000_000 : 100_000_000;
const MOST_MIB = 256;
const CLI = new URL("dist/cli.js", root).pathname;
const here = (name: string): string => new URL(name, import.meta.url).pathname;

const start = (argv: string[], env: NodeJS.ProcessEnv = {}): ChildProcess => {
  const child = spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
};

const generate = (): ChildProcess => start([here("big_capture.mjs"), String(BYTES)]);

/** Ends of the command, the report, and MiB at the most. `feed`: takes the command while it runs; comes back with the bytes of its standard output. */
const replay = async (
  argv: string[],
  feed: (child: ChildProcess) => Promise<number>,
): Promise<{ code: number; report: string; mib: number; out: number }> => {
  const peak = fileNamed("peak");
  const child = start(["--import", here("peak_memory.mjs"), CLI, "replay", ...argv, "-c", example("bridge.json"), "--json"], { PEAK_MEMORY: peak });
  let report = "";
  child.stderr!.on("data", (text) => {
    report += text;
  });
  const ended = once(child, "exit");
  const out = await feed(child);
  const [code] = await ended;
  return { code, report, mib: Number(await readFile(peak, "utf8")) / 1024, out };
};

const bytesOf = async (child: ChildProcess): Promise<number> => {
  let bytes = 0;
  for await (const chunk of child.stdout!) bytes += chunk.length;
  return bytes;
};

const check = ({ code, report, mib, out }: Awaited<ReturnType<typeof replay>>, started: number, name: string): void => {
  const { input, output, counters } = JSON.parse(report);
  const seconds = (performance.now() - started) / 1000;
  console.info(
    `${name}: ${input.frames} frames, ${BYTES / 1e6} MB, ${mib.toFixed(0)} MiB at the most, ${(input.frames / seconds / 1e6).toFixed(2)} M frames/s`,
  );
  expect(code).toBe(0);
  expect(input.bytes).toBeGreaterThan(0.85 * BYTES);
  expect(counters.conservation).toMatchObject({ received: input.frames, holds: true });
  expect(output.frames).toBeGreaterThanOrEqual(input.frames);
  expect(out).toBeGreaterThan(output.bytes);
  expect(mib).toBeLessThan(MOST_MIB);
};

const linux = existsSync("/proc/self/status");
if (!linux) console.warn("there is no /proc: how much memory a replay needs is not looked at");

test.skipIf(!linux)("a large capture through a pipe, and what was sent through another one", { timeout: LONG_TIMEOUT }, async () => {
  const started = performance.now();
  const ended = await replay(["-", "-w", "-"], async (child) => {
    const [bytes] = await Promise.all([bytesOf(child), pipeline(generate().stdout!, child.stdin!)]);
    return bytes;
  });
  check(ended, started, "pipe");
});

test.skipIf(!linux)("a large capture from a file", { timeout: LONG_TIMEOUT }, async () => {
  const file = fileNamed("big.pcapng");
  onTestFinished(() => rm(file, { force: true }));
  await pipeline(generate().stdout!, createWriteStream(file));
  const started = performance.now();
  check(await replay([file, "-w", "-"], bytesOf), started, "file");
});
