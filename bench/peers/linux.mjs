// The Linux kernel as bridge and as router between virtual Ethernet pairs, fed in two ways. Everything runs on one core, from the feeder to the
// sink that drops the frames. Two rows each: the whole chain, and the chain less the feeder alone (derived, from neighbouring samples).

import { writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { announcements, capture, dotted, FLOWS, ROUTES, routes, station, toPort1 } from "./frames.mjs";
import { cable, namespaces, received } from "./namespaces.mjs";
import { check, command, irqSeconds, packages, scratch, share } from "./support.mjs";

const ROUTER_MAC = "02:00:00:00:00:01";
const SECONDS = 1;
/** Traffic comes from gen, passes dut and ends in sink, which drops it: no address there is a frame's destination. */
const ROLES = ["gen", "dut", "sink"];

/** What gives frames to the kernel, where (role, interface) to have them forwarded, and where to have them dropped at once. */
const FEEDERS = [
  { name: "system calls", program: "sender", chain: ["gen", "g0"], alone: ["gen", "g1"] },
  { name: "XDP live frames", program: "live", chain: ["dut", "d0"], alone: ["sink", "e0"] },
];

export async function* rows(bench) {
  await packages("iproute2", "procps", "gcc", "libc6-dev", "linux-libc-dev");
  const folder = scratch();
  for (const { program } of FEEDERS) {
    const source = new URL(`native/${program}.c`, import.meta.url).pathname;
    await command("gcc", ["-O2", "-o", path.join(folder, program), source], { timeout: 60_000 });
  }
  for (const build of [bridge, router]) {
    const net = await namespaces(...ROLES);
    await cable(net, "gen g0", "dut d0");
    await cable(net, "gen g1", "sink e0");
    await cable(net, "dut d1", "sink s1");
    await cable(net, "dut d2", "sink s2");
    const feed = (program, place, file, seconds) => run(bench, net, path.join(folder, program), place, file, seconds);
    const system = await build(net, feed, folder);
    for (const feeder of FEEDERS) yield* pair(bench, net, feed, feeder, system);
    for (const role of ROLES) await command("ip", ["netns", "del", net.name(role)]);
  }
}

/** Members d0, d1, d2; all stations are behind d1, so that what arrives at s2 has been flooded. */
async function bridge(net, feed, folder) {
  await net.ip("dut", "link add br0 type bridge stp_state 0 mcast_snooping 0");
  for (const name of ["d0", "d1", "d2"]) await net.ip("dut", `link set ${name} master br0`);
  await net.ip("dut", "link set br0 up");
  const [file, learn] = [path.join(folder, "bridge.pcap"), path.join(folder, "learn.pcap")];
  await writeFile(learn, announcements());
  await writeFile(
    file,
    capture((flow) => station(2, flow)),
  );
  await feed("sender", ["sink", "s1"], learn, 0);
  return { work: `bridge, ${FLOWS} stations`, file, toS1: 1, proof: "0 floods" };
}

/** Routes of port 1 lead to a neighbour behind d1, the others to one behind d2; both neighbours are entered by hand. */
async function router(net, _feed, folder) {
  await net.inside("dut", "sysctl", "-qw", "net.ipv4.ip_forward=1");
  await net.ip("dut", `link set d0 address ${ROUTER_MAC}`);
  for (const [name, address] of Object.entries({ d0: "10.0.255.254/16", d1: "10.2.1.1/24", d2: "10.2.2.1/24" }))
    await net.ip("dut", `addr add ${address} dev ${name}`);
  for (const port of [1, 2]) await net.ip("dut", `neigh add 10.2.${port}.2 lladdr 02:00:02:00:00:0${port} dev d${port} nud permanent`);
  const [file, batch] = [path.join(folder, "router.pcap"), path.join(folder, "routes")];
  const via = (port) => (port === 1 ? "10.2.1.2 dev d1" : "10.2.2.2 dev d2");
  const network = (prefix, length) => dotted((prefix & (-1 << (32 - length))) >>> 0);
  await writeFile(batch, routes.map(({ prefix, length, port }) => `route add ${network(prefix, length)}/${length} via ${via(port)}\n`).join(""));
  await net.ip("dut", `-batch ${batch}`);
  const mac = ROUTER_MAC.split(":").map((byte) => Number.parseInt(byte, 16));
  await writeFile(
    file,
    capture(() => mac),
  );
  return { work: `router, ${ROUTES} routes`, file, toS1: toPort1, proof: "routes obeyed" };
}

/** One run of a feeder on the bench's core: frames sent, seconds of that core with its softirqs, seconds of wall clock. */
async function run({ cpu }, net, program, [role, name], file, seconds) {
  const before = await irqSeconds(cpu);
  const said = await net.inside(role, "taskset", "-c", String(cpu), program, name, file, String(seconds));
  const [, sent, wall, core] = /^sent (\d+) nanoseconds (\d+) core (\d+)$/m.exec(said).map(Number);
  return { sent, wall: wall / 1e9, core: core / 1e9 + (await irqSeconds(cpu)) - before };
}

const sum = (runs, name) => runs.reduce((total, one) => total + one[name], 0);

async function* pair({ samples, skip }, net, feed, { name, program, ...at }, { work, file, toS1, proof }) {
  const [chain, alone] = [[], []];
  const refused = await feed(program, at.chain, file, SECONDS).then(
    () => undefined,
    (error) => error.message,
  );
  if (refused) return skip(`${name}: ${refused}`);
  const first = await received(net, "s1", "s2", "e0");
  for (let k = 0; k < samples; k++) {
    chain.push(await feed(program, at.chain, file, SECONDS));
    alone.push(await feed(program, at.alone, file, SECONDS));
  }
  const [s1, s2, e0] = (await received(net, "s1", "s2", "e0")).map(({ packets, others }, k) => ({
    packets: packets - first[k].packets,
    others: others - first[k].others,
  }));
  const arrived = s1.packets + s2.packets;
  check(arrived > 0 && arrived === sum(chain, "sent"), `${sum(chain, "sent")} sent, ${arrived} arrived`);
  check(Math.abs(s1.packets / arrived - toS1) < 1e-4, `${toS1} of the frames arrive at s1, not ${s1.packets / arrived}`);
  check(e0.others === sum(alone, "sent"), `${sum(alone, "sent")} sent to the sink, ${e0.others} dropped there`);
  const system = `Linux ${os.release().split("-")[0]}, ${name}`;
  const checks = `all sent arrived, ${proof}, ${share(sum(chain, "core"), sum(chain, "wall"))}`;
  yield { system: `${system}, whole chain`, work, rates: chain.map(({ sent, core }) => sent / core), checks };
  const rates = chain.map((one, k) => 1 / (one.core / one.sent - alone[k].core / alone[k].sent));
  const feeding = (sum(alone, "sent") / sum(alone, "core") / 1e6).toFixed(2);
  yield { system: `${system}, feeder subtracted`, work, rates, checks: `derived; feeder alone ${feeding} M/s` };
}
