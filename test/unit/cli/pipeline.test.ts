/** The built command in pipelines of the shell, with tcpdump where there is one. */
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { constants } from "node:os";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { readCapture, writePcap } from "../../../src/capture/index.ts";
import { captureFile, example, fileNamed, framesIn, netisr, root, stray } from "./support.ts";

const CLI = new URL("dist/cli.js", root).pathname;
const CAPTURE = example("captures/bridge.pcapng");
const run = promisify(execFile);

/** What a pipeline of the shell prints; `netisr` and `CAPTURE` stand for themselves. Fails if any command of it fails. */
const shell = async (line: string): Promise<string> => {
  const script = `set -o pipefail; netisr() { "$NODE" "$CLI" "$@"; }; ${line}`;
  const env = { ...process.env, NODE: process.execPath, CLI, CAPTURE };
  return (await run("bash", ["-c", script], { env, maxBuffer: 2 ** 26 })).stdout;
};

test("pipes give the same bytes as files", async () => {
  const [file, piped] = [fileNamed("by_file.pcapng"), fileNamed("by_pipe.pcapng")];
  await netisr(["replay", CAPTURE, "--as", "bridge", "--assign", "source-mac", "-w", file]);
  await shell(`cat "$CAPTURE" | netisr replay - --as bridge --assign source-mac -w - -q | cat > "${piped}"`);
  expect((await readFile(piped)).equals(await readFile(file))).toBe(true);
  await shell(`netisr replay - --as bridge --assign source-mac -w - -q < "$CAPTURE" > "${piped}"`);
  expect((await readFile(piped)).equals(await readFile(file))).toBe(true);
  expect(await framesIn(file)).not.toHaveLength(0);
});

test("one replay may feed another, if that one takes what is marked as outbound", async () => {
  const report = await shell(`netisr replay "$CAPTURE" --as bridge -q -w - | netisr replay - --as bridge --outbound --json`);
  expect(JSON.parse(report).input).toMatchObject({ frames: 496, files: [{ file: "-", outbound: 496 }] });
});

test("a reader that has enough is no failure", async () => {
  expect(await shell(`netisr replay "$CAPTURE" --as bridge -q -w - | head -c 4 | od -An -tx1`)).toBe(" 0a 0d 0d 0a\n");
});

test.skipIf(!existsSync("/dev/full"))(
  "standard output that there is no room for is an error of one line, whether it gets the capture or the report",
  async () => {
    const full = async (options: string): Promise<unknown> =>
      shell(`netisr replay "$CAPTURE" --as bridge ${options} > /dev/full`).catch(({ code, stderr }) => ({ code, stderr }));
    expect(await full("-q -w -")).toEqual({ code: 2, stderr: "netisr: -w -: no space left on device\n" });
    expect(await full("")).toEqual({ code: 2, stderr: "netisr: standard output: no space left on device\n" });
  },
);

const signalled = async (signal: "SIGINT" | "SIGTERM"): Promise<unknown> => {
  const child = spawn(process.execPath, [CLI, "replay", "-", "--as", "bridge", "-w", "-"], { stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  const chunks: Buffer[] = [];
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk;
  });
  child.stdin.write(writePcap([{ time: 0n, data: stray(7) }]));
  const marks = (): unknown[] => (chunks.length === 0 ? [] : [...readCapture(Buffer.concat(chunks))].map(({ data }) => data[59]));
  while (marks().length === 0) await setTimeout(20);
  child.kill(signal);
  const [code, by] = await ended;
  // As shells show it, whether the signal itself ended the process or not.
  return {
    code: code ?? 128 + constants.signals[by as typeof signal],
    marks: marks(),
    said: err.trim().split("\n").at(-1),
    reported: err.includes("INTERRUPTED"),
  };
};

test.each([
  ["SIGINT", 130, "netisr: interrupted"],
  ["SIGTERM", 143, "netisr: terminated"],
] as const)("%s while standard input is waited for ends the command with %d and with what was done", async (signal, code, said) => {
  expect(await signalled(signal)).toEqual({ code, marks: [7], said, reported: true });
});

const hasTcpdump = ((): boolean => {
  try {
    execFileSync("tcpdump", ["--version"], { stdio: "pipe" });
    return true;
  } catch {
    console.warn("tcpdump is not installed: pipelines with it are not tried");
    return false;
  }
})();

describe.skipIf(!hasTcpdump)("with tcpdump", () => {
  test("tcpdump -w - | netisr replay - --as bridge -w - | tcpdump -r -", async () => {
    const lines = await shell(
      'tcpdump -r "$CAPTURE" -w - 2>/dev/null | netisr replay - --as bridge --assign source-mac -w - -q | tcpdump -n -tt --nano -r - 2>/dev/null',
    );
    const written = fileNamed("stations.pcapng");
    await netisr(["replay", CAPTURE, "--as", "bridge", "--assign", "source-mac", "-w", written]);
    const frames = await framesIn(written);
    expect(frames.length).toBeGreaterThan(400);
    // tcpdump writes microseconds unless it is told otherwise.
    const micro = frames.map(({ time }) => `${time! / 1_000_000_000n}.${String((time! / 1000n) % 1_000_000n).padStart(6, "0")}000`);
    const seen = lines.split("\n").filter((line) => /^\d+\.\d{9} /.test(line));
    expect(seen.map((line) => line.split(" ")[0])).toEqual(micro);
  });

  test("tcpdump reads ports that were plugged in later, and pcap", async () => {
    const frames = [0, 1, 2, 3, 4].map((n) => ({ time: BigInt(n), data: stray(n), interface: n }));
    // The first interface is described before the first frame, the others after it.
    const capture = await captureFile("late_ports.pcapng", frames.slice(0, 1), [{ name: "a" }]);
    const others = await captureFile("late_others.pcapng", frames, [{ name: "b" }, { name: "c" }, { name: "d" }, { name: "e" }, { name: "f" }]);
    const both = Buffer.concat([await readFile(capture), await readFile(others)]);
    for (const format of ["pcapng", "pcap"]) {
      const command = `"$NODE" -e 'process.stdout.write(Buffer.from("${both.toString("base64")}", "base64"))'`;
      const lines = await shell(
        `${command} | netisr replay - --as bridge -q --format ${format} -w - | tcpdump -n -r - 2>/dev/null | grep -vc '^\\s'`,
      );
      const written = fileNamed(`late.${format}`);
      await shell(`${command} | netisr replay - --as bridge -q --format ${format} -w "${written}"`);
      expect(Number(lines)).toBe((await framesIn(written)).length);
      expect((await framesIn(written)).length).toBeGreaterThan(6);
    }
  });
});
