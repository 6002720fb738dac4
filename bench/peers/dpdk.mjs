// A DPDK application on one core, its counters read over its telemetry socket.

import { rm } from "node:fs/promises";
import os from "node:os";
import readline from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterwards, check, coreSeconds, hugePages, Skip, share, start } from "./support.mjs";

const PORTS = [0, 1];
/** Pages of 2 MB for mbufs and tables. */
const PAGES = 256;
/** Names this run among DPDK processes. */
const prefix = `netisr-peers-${process.pid}`;

/** The name, for one application at a time; what DPDK leaves under it in /var/run is removed afterwards. */
export function filePrefix() {
  afterwards(() => rm(`/var/run/dpdk/${prefix}`, { recursive: true, force: true }));
  return prefix;
}

export const PAGE_KINDS = ["2 MB pages", "4 KB pages"];

/** Arguments of the environment layer: virtual devices only; "4 KB pages" is DPDK's --no-huge. */
export const ealArguments = (lcores, pages, devices) => [
  "--no-pci",
  ...(pages === "4 KB pages" ? ["--no-huge", "-m", "1024"] : ["--in-memory"]),
  "--file-prefix",
  filePrefix(),
  "--lcores",
  lcores,
  ...devices.flatMap((device) => ["--vdev", device]),
];

/** Without huge pages the other rows are still worth having. */
export async function available(pages, bench) {
  if (pages === "4 KB pages") return true;
  try {
    await hugePages(PAGES);
    return true;
  } catch (error) {
    if (!(error instanceof Skip)) throw error;
    bench.skip(error.message);
    return false;
  }
}

/** Asks one counter after another: `ask("/ethdev/stats,0")`. */
function telemetry(cpu) {
  const client = start(cpu, "python3", ["-u", "/usr/bin/dpdk-telemetry.py", "-f", prefix]);
  const lines = readline.createInterface({ input: client.child.stdout })[Symbol.asyncIterator]();
  const ask = async (what) => {
    client.child.stdin.write(`${what}\n`);
    const { value, done } = await Promise.race([lines.next(), sleep(5000, { done: true }, { ref: false })]);
    if (done) throw new Error(`no answer to ${what}: ${client.output().trim()}`);
    return Object.values(JSON.parse(value))[0];
  };
  return { ask, stop: client.stop };
}

async function counters(ask, pid) {
  const ports = [];
  for (const port of PORTS) ports.push(await ask(`/ethdev/stats,${port}`));
  return { wall: performance.now() / 1000, core: await coreSeconds(pid), ports };
}

const total = (ports, name) => ports.reduce((sum, port) => sum + port[name], 0);
const grown = (from, to, name) => total(to.ports, name) - total(from.ports, name);

/** Retries until the application answers: it has opened its socket before its ports run. */
async function ready(app, cpu) {
  for (let tries = 0; tries < 30 && !app.ended(); tries++) {
    await sleep(500);
    const client = telemetry(cpu);
    const ports = await counters(client.ask, app.child.pid).catch(() => undefined);
    if (ports && total(ports.ports, "opackets") > 0) return client;
    await client.stop();
  }
  throw new Error(`did not start to forward: ${app.output().trim().split("\n").slice(-3).join(" / ")}`);
}

/** Rates of one run, in packets sent per second that it had the core, and what the counters prove. */
export async function measure({ cpu, samples }, program, args) {
  const app = start(cpu, program, args);
  const other = (cpu + 1) % os.cpus().length;
  const client = await ready(app, other).catch((error) => app.stop().then(() => Promise.reject(error)));
  await sleep(1000);
  const reads = [await counters(client.ask, app.child.pid)];
  for (let k = 0; k < samples; k++) {
    await sleep(1000);
    reads.push(await counters(client.ask, app.child.pid));
  }
  await client.stop();
  await app.stop();
  return { ...summary(reads), output: app.output() };
}

function summary(reads) {
  const rates = reads.slice(1).map((to, k) => grown(reads[k], to, "opackets") / (to.core - reads[k].core));
  const [first, last] = [reads[0], reads.at(-1)];
  const received = grown(first, last, "ipackets");
  const sent = grown(first, last, "opackets");
  // 1 %: the ports are read one after another, some milliseconds apart on a loaded machine.
  check(received > 0 && Math.abs(received - sent) <= received / 100, `received ${received}, sent ${sent}`);
  check(grown(first, last, "oerrors") === 0, "no send failed");
  const sentBy1 = last.ports[1].opackets - first.ports[1].opackets;
  return {
    rates,
    sentBy1: sentBy1 / sent,
    bytes: grown(first, last, "ibytes") / received,
    checks: ["received = sent", share(last.core - first.core, last.wall - first.wall)],
  };
}
