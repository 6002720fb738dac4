/** The built command, as a process. The rest of the command's tests call its `main`. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { KNOBS } from "../../../src/knobs.ts";
import { example, fileNamed, framesIn, root } from "./support.ts";

const CLI = new URL("dist/cli.js", root).pathname;
const run = promisify(execFile);

test("the built command knows its version and finds its engine", async () => {
  const { version } = JSON.parse(await readFile(new URL("package.json", root), "utf8"));
  expect((await run(process.execPath, [CLI, "--version"])).stdout).toBe(`${version}\n`);
  const { stdout } = await run(process.execPath, [CLI, "replay", example("captures/bridge.pcapng"), "-c", example("bridge.json"), "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ version, input: { frames: 470 }, counters: { conservation: { holds: true } } });
});

test("run simulates with and without a trace, each with the module that belongs to it", async () => {
  const traced = fileNamed("trace.txt");
  const system = ["run", "--cpus", "2", "--rate", "200kpps", "--time", "1ms", "--json"];
  const plain = JSON.parse((await run(process.execPath, [CLI, ...system])).stdout);
  const watched = JSON.parse((await run(process.execPath, [CLI, ...system, "--trace", "every=10", "--trace-out", traced])).stdout);
  expect(Number(plain.simulated.carried)).toBeGreaterThan(100);
  expect(watched.simulated).toEqual(plain.simulated);
  expect(await readFile(traced, "utf8")).toMatch(/^em0 #0\b/m);
});

test.skipIf(process.platform !== "linux").each(["/proc/x", "/proc/x/y"])("demo --out %s, where no folder can be made, is refused", async (folder) => {
  const ended = await run(process.execPath, [CLI, "demo", "--out", folder], { timeout: 4_000, killSignal: "SIGKILL" }).catch((error) => error);
  expect(ended).toMatchObject({ code: 2, stdout: "", stderr: `netisr: --out ${folder}: no such file or directory\n` });
});

test("knobs --json has every knob", async () => {
  const { stdout } = await run(process.execPath, [CLI, "knobs", "--json"]);
  expect(JSON.parse(stdout).knobs).toEqual(Object.values(KNOBS));
});

test("two outputs that are pipes may be read one after the other", { timeout: 15_000 }, async () => {
  const [csv, trace, csvRead, traceRead] = ["csv_pipe", "trace_pipe", "csv_read", "trace_read"].map(fileNamed) as [string, string, string, string];
  await run("mkfifo", [csv, trace]);
  const reader = spawn("sh", ["-c", 'cat "$1" > "$2"; cat "$3" > "$4"', "sh", csv, csvRead, trace, traceRead], { stdio: "ignore", detached: true });
  const options = ["--cpus", "2", "--time", "2ms", "--every", "1ms", "--csv", csv, "--trace", "every=100", "--trace-out", trace];
  const child = spawn(process.execPath, [CLI, "run", ...options], { stdio: "ignore" });
  const [read, ended] = [once(reader, "exit"), once(child, "exit")];
  onTestFinished(() => {
    child.kill("SIGKILL");
    if (reader.exitCode === null) process.kill(-reader.pid!, "SIGKILL");
  });
  expect(await Promise.all([ended, read])).toEqual([
    [0, null],
    [0, null],
  ]);
  expect((await readFile(csvRead, "utf8")).trimEnd().split("\n")).toHaveLength(3);
  expect(await readFile(traceRead, "utf8")).toMatch(/^em0 #0\b/m);
});

test("an error is one line on stderr, and its exit code that of the process", async () => {
  const ended = await run(process.execPath, [CLI, "replay", "/no/such.pcap", "-c", example("bridge.json")]).catch((error) => error);
  expect(ended).toMatchObject({ code: 3, stdout: "", stderr: "netisr: /no/such.pcap: no such file or directory\n" });
});

test("SIGINT while a pipe is waited for ends the command, and the output can be read", async () => {
  const [pipe, written] = [fileNamed("pipe"), fileNamed("pipe_out.pcapng")];
  await run("mkfifo", [pipe]);
  // Open for both: the command then never sees the end of it.
  const handle = await open(pipe, "r+");
  onTestFinished(() => handle.close());
  const child = spawn(process.execPath, [CLI, "replay", pipe, "-c", example("bridge.json"), "-w", written]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  await handle.write(await readFile(example("captures/bridge.pcapng")));
  while ((await readFile(written).catch(() => "")).length === 0) await setTimeout(20);
  child.kill("SIGINT");
  // By the signal itself if a read is still out, else by its exit code: shells show both as 130.
  const [code, signal] = (await ended) as [number | null, string | null];
  expect(signal === "SIGINT" ? 130 : code).toBe(130);
  await expect(framesIn(written)).resolves.toBeDefined(); // a whole capture, with what had been sent by then
});

test.each([
  ["SIGINT", 130, "netisr: interrupted\n", "6000"],
  ["SIGTERM", 143, "netisr: terminated\n", "10000000"],
] as const)(
  "%s ends a calibration, between simulations and in a long one",
  async (signal, exit, line, packets) => {
    const child = spawn(process.execPath, [CLI, "calibrate", example("measured.csv"), "--packets", packets], { stdio: ["ignore", "pipe", "pipe"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    const said: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
    const ended = once(child, "close");
    await setTimeout(1_500);
    child.kill(signal);
    const [code, by] = (await Promise.race([ended, setTimeout(6_000, ["too late", null])])) as [number | string | null, string | null];
    expect([by === signal ? exit : code, Buffer.concat(said).toString()]).toEqual([exit, line]);
  },
  15_000,
);

test("SIGINT while the reader of the output takes nothing ends the command, which says what it did", async () => {
  const pipe = fileNamed("stalled");
  await run("mkfifo", [pipe]);
  // Open for both, and never read.
  const handle = await open(pipe, "r+");
  onTestFinished(() => handle.close());
  const command = ["replay", example("captures/bridge.pcapng"), "--as", "bridge", "--loop", "999999999", "-w", pipe, "--json"];
  const child = spawn(process.execPath, [CLI, ...command], { stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk));
  const ended = once(child, "close");
  const first = Buffer.alloc(4);
  await handle.read(first, 0, first.length); // it has begun to write
  await setTimeout(200);
  child.kill("SIGINT");
  const [code, signal] = (await ended) as [number | null, string | null];
  expect(signal === "SIGINT" ? 130 : code).toBe(130);
  expect(JSON.parse(Buffer.concat(said).toString())).toMatchObject({ interrupted: true, output: { file: pipe, stalled: true } });
});

test("a capture that is read as standard input is not written over", async () => {
  const file = fileNamed("read_as_stdin.pcapng");
  const before = await readFile(example("captures/bridge.pcapng"));
  await writeFile(file, before);
  const handle = await open(file);
  onTestFinished(() => handle.close());
  const child = spawn(process.execPath, [CLI, "replay", "-", "-c", example("bridge.json"), "-w", file], { stdio: [handle.fd, "ignore", "pipe"] });
  const said: Buffer[] = [];
  child.stderr!.on("data", (chunk: Buffer) => said.push(chunk));
  const [code] = await once(child, "close");
  expect([code, Buffer.concat(said).toString()]).toEqual([2, `netisr: -w ${file}: this file is read; writing would destroy it\n`]);
  expect(Buffer.compare(await readFile(file), before)).toBe(0);
});
