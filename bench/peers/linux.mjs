// The Linux kernel as bridge and as router between virtual Ethernet pairs. Everything runs on one core: a sender's system calls carry each
// frame through to the sink. Two rows each: the whole chain, and the chain less the sender with one pair (derived, from neighbouring samples).

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

export async function* rows(bench) {
  await packages("iproute2", "procps", "gcc", "libc6-dev");
  const folder = await scratch();
  const sender = path.join(folder, "sender");
  await command("gcc", ["-O2", "-o", sender, new URL("native/sender.c", import.meta.url).pathname], { timeout: 60_000 });
  for (const build of [bridge, router]) {
    const net = await namespaces(...ROLES);
    await cable(net, "gen g0", "dut d0");
    await cable(net, "gen g1", "sink e0");
    await cable(net, "dut d1", "sink s1");
    await cable(net, "dut d2", "sink s2");
    const send = (role, name, file, seconds) => run(bench, net, sender, role, name, file, seconds);
    yield* pair(bench, net, send, await build(net, send, folder));
    for (const role of ROLES) await command("ip", ["netns", "del", net.name(role)]);
  }
}

/** Members d0, d1, d2; all stations are behind d1, so that what arrives at s2 has been flooded. */
async function bridge(net, send, folder) {
  await net.ip("dut", "link add br0 type bridge stp_state 0 mcast_snooping 0");
  for (const name of ["d0", "d1", "d2"]) await net.ip("dut", `link set ${name} master br0`);
  await net.ip("dut", "link set br0 up");
  const [file, learn] = [path.join(folder, "bridge.pcap"), path.join(folder, "learn.pcap")];
  await writeFile(learn, announcements());
  await writeFile(
    file,
    capture((flow) => station(2, flow)),
  );
  await send("sink", "s1", learn, 0);
  return { work: `bridge, ${FLOWS} stations`, file, toS1: 1, proof: "0 floods" };
}

/** Routes of port 1 lead to a neighbour behind d1, the others to one behind d2; both neighbours are entered by hand. */
async function router(net, _send, folder) {
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

/** One run of the sender on the bench's core: frames sent, seconds of that core with its softirqs, seconds of wall clock. */
async function run({ cpu }, net, sender, role, name, file, seconds) {
  const before = await irqSeconds(cpu);
  const said = await net.inside(role, "taskset", "-c", String(cpu), sender, name, file, String(seconds));
  const [, sent, wall, core] = /^sent (\d+) nanoseconds (\d+) core (\d+)$/m.exec(said).map(Number);
  return { sent, wall: wall / 1e9, core: core / 1e9 + (await irqSeconds(cpu)) - before };
}

async function* pair({ samples }, net, send, { work, file, toS1, proof }) {
  const [chain, alone] = [[], []];
  await send("gen", "g0", file, SECONDS);
  const first = await received(net, "s1", "s2", "e0");
  for (let k = 0; k < samples; k++) {
    chain.push(await send("gen", "g0", file, SECONDS));
    alone.push(await send("gen", "g1", file, SECONDS));
  }
  const [s1, s2, e0] = (await received(net, "s1", "s2", "e0")).map((count, at) => count - first[at]);
  const sum = (runs, name) => runs.reduce((total, one) => total + one[name], 0);
  check(s1 + s2 === sum(chain, "sent") && s1 + s2 > 0, `${sum(chain, "sent")} sent, ${s1 + s2} arrived`);
  check(Math.abs(s1 / (s1 + s2) - toS1) < 1e-4, `${toS1} of the frames arrive at s1, not ${s1 / (s1 + s2)}`);
  check(e0 === sum(alone, "sent"), `${sum(alone, "sent")} sent to the sink, ${e0} arrived`);
  const system = `Linux ${os.release().split("-")[0]}, namespaces`;
  const checks = `all sent arrived, ${proof}, ${share(sum(chain, "core"), sum(chain, "wall"))}`;
  yield { system: `${system}, whole chain`, work, rates: chain.map(({ sent, core }) => sent / core), checks };
  const rates = chain.map((one, k) => 1 / (one.core / one.sent - alone[k].core / alone[k].sent));
  yield {
    system: `${system}, sender subtracted`,
    work,
    rates,
    checks: `derived, sender alone ${(sum(alone, "sent") / sum(alone, "core") / 1e6).toFixed(2)} M/s`,
  };
}
