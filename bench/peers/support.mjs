// What all peers need: commands bounded in time, packages, huge pages, cleaning up. Only processes started here are ended, by their own handles.

import { execFile, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** A peer, or one of its rows, cannot run here; the message says what is missing. */
export class Skip extends Error {}

/** Aborted by Ctrl-C: nothing is started any more but what cleaning up needs. */
const interrupted = new AbortController();
/** `signal` of commands that clean up. */
export const CLEANING = new AbortController().signal;

/** What has to be undone, last first. */
const undo = [];
export const afterwards = (action) => undo.push(action);

/** Undoes all; an action that fails is reported and does not stop the others. */
export async function cleanUp() {
  while (undo.length > 0)
    try {
      await undo.pop()();
    } catch (error) {
      process.stderr.write(`cleaning up: ${error.message}\n`);
    }
}

/** Refuses what no peer can do without, and cleans up on a signal. */
export async function scope(cpu) {
  if (process.platform !== "linux") throw new Error("peers run on Linux only");
  if (process.getuid() !== 0) throw new Error("peers need root: packages, huge pages, network namespaces");
  await command("taskset", ["-c", String(cpu), "true"]);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.once(signal, () => {
      interrupted.abort();
      cleanUp().finally(() => process.exit(130));
    });
}

/** Runs `work`; after `limit` ms it throws, and what the work goes on doing fails because cleaning up ends its processes. */
export async function within(limit, name, work) {
  const late = new AbortController();
  const clock = sleep(limit, undefined, { signal: late.signal }).then(() => {
    throw new Error(`${name} did not end within ${limit / 1000} s`);
  });
  try {
    return await Promise.race([work(), clock]);
  } finally {
    late.abort();
    clock.catch(() => {});
  }
}

/** Output of a command that ends by itself within `timeout` ms. Throws with the end of its output. Ctrl-C ends it, unless `signal` is given. */
export async function command(program, args, { timeout = 30_000, signal = interrupted.signal, ...rest } = {}) {
  try {
    const { stdout } = await exec(program, args, { timeout, signal, maxBuffer: 1 << 26, ...rest });
    return stdout;
  } catch (error) {
    const said = `${error.stderr ?? ""}${error.stdout ?? ""}`.trim().split("\n").slice(-3).join(" / ");
    throw new Error(`${program} ${args.slice(0, 3).join(" ")}: ${said || error.message}`);
  }
}

/** A long-running program on one core. `stop` sends SIGINT, then SIGKILL after 3 s; `output` is what it has printed. */
export function start(cpu, program, args, options = {}) {
  interrupted.signal.throwIfAborted();
  const child = spawn("taskset", ["-c", String(cpu), program, ...args], { stdio: ["pipe", "pipe", "pipe"], ...options });
  let output = "";
  let ended = false;
  const exit = new Promise((resolve) => {
    child.once("close", resolve);
    child.once("error", resolve);
  }).then(() => {
    ended = true;
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  child.stdin.on("error", () => {});
  const stop = async () => {
    if (ended) return;
    child.kill("SIGINT");
    await Promise.race([exit, sleep(3000)]);
    if (!ended) child.kill("SIGKILL");
    await exit;
  };
  afterwards(stop);
  return { child, stop, output: () => output, ended: () => ended };
}

/** A folder of this run, removed afterwards. Made at once, so that no signal can come between. */
export function scratch() {
  interrupted.signal.throwIfAborted();
  const folder = mkdtempSync(path.join(os.tmpdir(), "netisr-peers-"));
  afterwards(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Version of an installed Debian package, "" if it is not. */
export async function versionOf(name) {
  const control = await command("dpkg-query", ["-s", name]).catch(() => "");
  return /^Status: .* installed$/m.test(control) ? /^Version: (.*)$/m.exec(control)[1] : "";
}

/** Installs the Debian packages that are missing. They stay installed. */
export async function packages(...names) {
  const missing = [];
  for (const name of names) if ((await versionOf(name)) === "") missing.push(name);
  if (missing.length === 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) => command("apt-get", ["-o", "DPkg::Lock::Timeout=60", ...args], { timeout: 240_000, env });
  await apt("update").catch(() => {});
  await apt("install", "-y", "--no-install-recommends", ...missing).catch((error) => {
    throw new Skip(`${missing.join(", ")} cannot be installed: ${error.message}`);
  });
}

/** Makes `count` free pages of 2 MB; the number that was set before comes back afterwards. */
export async function hugePages(count) {
  const file = "/proc/sys/vm/nr_hugepages";
  const free = async () => Number(/HugePages_Free:\s+(\d+)/.exec(await readFile("/proc/meminfo", "utf8"))?.[1] ?? 0);
  const before = await readFile(file, "utf8").catch(() => {
    throw new Skip("huge pages: the kernel has none");
  });
  afterwards(() => writeFile(file, before));
  await writeFile(file, String(Number(before) + count)).catch(() => {});
  const got = await free();
  if (got < count) throw new Skip(`huge pages: ${count} wanted, ${got} free`);
}

/** Seconds that the threads of a process have run, to the nanosecond. */
export async function coreSeconds(pid) {
  let nanoseconds = 0;
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const stat = await readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8");
    nanoseconds += Number(stat.split(" ")[0]);
  }
  return nanoseconds / 1e9;
}

/** "core 99 %": the part of the core that the peer got; rates are per second that it had the core, so a shared core lowers them little. */
export const share = (core, wall) => `core ${Math.round((100 * core) / wall)} %`;

/** Throws what did not hold; a row whose check fails is an error, not a row. */
export function check(holds, what) {
  if (!holds) throw new Error(`check failed: ${what}`);
}

/** Seconds of softirq work on a core that no process is charged for: its ksoftirqd, and all of it where the kernel accounts interrupts apart. */
export async function irqSeconds(cpu) {
  const thread = (await command("pgrep", ["-x", `ksoftirqd/${cpu}`])).trim();
  const config = await command("sh", ["-c", "zcat /proc/config.gz 2>/dev/null || cat /boot/config-$(uname -r)"]).catch(() => "");
  if (!config.includes("CONFIG_IRQ_TIME_ACCOUNTING=y")) return coreSeconds(thread);
  const fields = new RegExp(`^cpu${cpu} (.*)$`, "m").exec(await readFile("/proc/stat", "utf8"))[1].split(" ");
  return (await coreSeconds(thread)) + (Number(fields[5]) + Number(fields[6])) / 100;
}
