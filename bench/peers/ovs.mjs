// Open vSwitch with DPDK as learning bridge (action NORMAL): stations behind two ports, each sending to its opposite number.
// Its packages are unpacked into a temporary folder and not installed, because installing them starts services.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { filePrefix } from "./dpdk.mjs";
import { capture, station } from "./frames.mjs";
import { namespaces } from "./namespaces.mjs";
import { afterwards, CLEANING, check, command, coreSeconds, hugePages, packages, Skip, scratch, share, start } from "./support.mjs";

const PACKAGES = ["openvswitch-common", "openvswitch-switch", "openvswitch-switch-dpdk"];
const PAGES = 256;
/** Behind each of the two ports. */
const STATIONS = 512;
const DATAPATH = "netdev@ovs-netdev";

export async function* rows(bench) {
  await packages("dpdk", "iproute2");
  const folder = scratch();
  const root = await unpack(folder);
  await hugePages(PAGES);
  const ovs = await daemons(bench, folder, root);
  await learned(ovs);
  const reads = [await read(ovs)];
  for (let k = 0; k < bench.samples; k++) {
    await sleep(1000);
    reads.push(await read(ovs));
  }
  const [first, last] = [reads[0], reads.at(-1)];
  const [received, sent] = [last.received - first.received, last.sent - first.sent];
  check(received > 0 && Math.abs(received - sent) <= received / 100, `received ${received}, sent ${sent}`);
  check(last.missed === first.missed, "no packet missed the flow cache after the learning");
  const rates = reads.slice(1).map((to, k) => (to.sent - reads[k].sent) / (to.core - reads[k].core));
  const checks = `received = sent, ${2 * STATIONS} addresses, 0 misses, ${share(last.core - first.core, last.wall - first.wall)}`;
  yield { system: `OVS ${ovs.version} DPDK, net_pcap, 2 MB pages`, work: `bridge, ${2 * STATIONS} stations`, rates, checks };
}

async function unpack(folder) {
  const root = path.join(folder, "root");
  await command("apt-get", ["download", ...PACKAGES], { cwd: folder, timeout: 120_000 }).catch((error) => {
    throw new Skip(`${PACKAGES.join(", ")} cannot be had: ${error.message}`);
  });
  await command("sh", ["-c", `for file in *.deb; do dpkg -x "$file" root; done`], { cwd: folder });
  return root;
}

/** Database and switch in a network namespace of their own, which takes their tap interfaces with it. */
async function daemons(bench, folder, root) {
  const net = await namespaces("ovs");
  const at = (...parts) => path.join(folder, ...parts);
  const [database, control] = [at("db.sock"), at("switch.ctl")];
  const folders = Object.fromEntries(["RUNDIR", "DBDIR", "LOGDIR", "SYSCONFDIR"].map((name) => [`OVS_${name}`, folder]));
  const env = { ...process.env, ...folders, OVS_PKGDATADIR: path.join(root, "usr/share/openvswitch") };
  const run = (program, ...args) => command(path.join(root, "usr/bin", program), args, { env, timeout: 20_000 });
  const leave = ["--timeout=10", "-t", control, "exit", "--cleanup"];
  const launch = (program, ...args) => start(bench.cpu, "ip", ["netns", "exec", net.name("ovs"), path.join(root, "usr", program), ...args], { env });
  await run("ovsdb-tool", "create", at("conf.db"), path.join(root, "usr/share/openvswitch/vswitch.ovsschema"));
  launch("sbin/ovsdb-server", at("conf.db"), `--remote=punix:${database}`, `--unixctl=${at("db.ctl")}`);
  await configure(bench, at, (...words) => run("ovs-vsctl", "--no-wait", "--timeout=10", `--db=unix:${database}`, ...words));
  const daemon = launch("lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk", `unix:${database}`, `--unixctl=${control}`);
  const ask = (...words) => run("ovs-appctl", "--timeout=10", "-t", control, ...words);
  afterwards(() => command(path.join(root, "usr/bin/ovs-appctl"), leave, { env, signal: CLEANING }).catch(() => {}));
  const version = /\d[\d.]+/.exec(await run("ovs-vsctl", "--version"))[0];
  return { daemon, ask, version };
}

async function configure({ cpu }, at, vsctl) {
  for (let tries = 0; ; tries++) {
    const refused = await vsctl("init").then(
      () => undefined,
      (error) => error,
    );
    if (!refused) break;
    if (tries === 20) throw refused;
    await sleep(250);
  }
  const mask = `other_config:pmd-cpu-mask=${(1 << cpu).toString(16)}`;
  const extra = `other_config:dpdk-extra="--no-pci --in-memory --file-prefix ${filePrefix()}"`;
  await vsctl("set", "Open_vSwitch", ".", "other_config:dpdk-init=true", extra, mask, `other_config:dpdk-socket-mem=${PAGES}`);
  await vsctl("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", "other-config:mac-table-size=8192");
  for (const side of [1, 2]) {
    const file = at(`side${side}.pcap`);
    await writeFile(
      file,
      capture((flow) => station(3 - side, flow), side, STATIONS),
    );
    const device = `options:dpdk-devargs="vdev:net_pcap${side},rx_pcap=${file},infinite_rx=1"`;
    await vsctl("add-port", "br0", `p${side}`, "--", "set", "interface", `p${side}`, "type=dpdk", device);
  }
}

/** Counters of the two ports, misses of the flow cache, and the time of all threads of the switch. */
async function read({ ask, daemon }) {
  const said = await ask("dpctl/show", "-s", DATAPATH);
  const sum = (what) =>
    [...said.matchAll(new RegExp(`p[12] \\(dpdk[^]*?${what} packets:(\\d+)`, "g"))].reduce((total, [, count]) => total + Number(count), 0);
  const missed = /missed:(\d+) lost:(\d+)/.exec(said);
  return {
    received: sum("RX"),
    sent: sum("TX"),
    missed: Number(missed[1]) + Number(missed[2]),
    core: await coreSeconds(daemon.child.pid),
    wall: performance.now() / 1000,
  };
}

/** Waits until both sides' stations are known and no packet has missed the flow cache for two seconds. */
async function learned(ovs) {
  let quiet = 0;
  let before;
  for (let tries = 0; tries < 40; tries++) {
    await sleep(1000);
    check(!ovs.daemon.ended(), `the switch has ended: ${ovs.daemon.output().trim().split("\n").at(-1)}`);
    const now = await read(ovs).catch(() => undefined);
    quiet = now && before && now.missed === before.missed && now.sent > before.sent ? quiet + 1 : 0;
    before = now;
    if (quiet < 2) continue;
    const table = await ovs.ask("fdb/stats-show", "br0");
    check(table.includes(`MAC entries in the table: ${2 * STATIONS}/`), `${2 * STATIONS} addresses learned, not ${table.split("\n")[1]?.trim()}`);
    return;
  }
  throw new Error("the flow cache did not come to rest within 40 s");
}
