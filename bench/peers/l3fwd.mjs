// DPDK's example l3fwd with longest prefix match: parses, looks 1,000 routes up, lowers the TTL, writes MAC addresses. It verifies no checksum.
// Debian has it as source only. Receive checksum offload is taken out of its port configuration, because net_pcap has none.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { available, ealArguments, measure, PAGE_KINDS } from "./dpdk.mjs";
import { capture, dotted, ROUTES, routes, toPort1 } from "./frames.mjs";
import { check, command, packages, Skip, scratch, versionOf } from "./support.mjs";

const OFFLOAD = /^\s*\.offloads = RTE_ETH_RX_OFFLOAD_CHECKSUM,\n/m;
const PORT_MAC = [0x02, 0x70, 0x63, 0x61, 0x70, 0x00];

export async function* rows(bench) {
  await packages("dpdk", "dpdk-dev", "libdpdk-dev", "dpkg-dev", "gcc", "make", "pkg-config");
  const folder = scratch();
  const program = await build(folder);
  const rules4 = path.join(folder, "routes4");
  const rules6 = path.join(folder, "routes6");
  const file = path.join(folder, "in.pcap");
  await writeFile(rules4, routes.map(({ prefix, length, port }) => `R${dotted(prefix)}/${length} ${port}\n`).join(""));
  await writeFile(rules6, "R2001:0200:0000:0000:0000:0000:0000:0000/64 0\n");
  const traffic = capture(() => PORT_MAC);
  await writeFile(file, traffic);
  const ports = [0, 1].map((port) => `net_pcap${port},rx_pcap=${file},infinite_rx=1`);
  const own = ["-p", "3", "-P", "--no-numa", "--parse-ptype", "--per-port-pool", "--lookup", "lpm", "--config", "(0,0,0),(1,0,0)"];
  for (const pages of PAGE_KINDS) {
    if (!(await available(pages, bench))) continue;
    const eal = ealArguments(`0@${bench.cpu}`, pages, ports);
    const { rates, sentBy1, checks } = await measure(bench, program, [...eal, "--", ...own, "--rule_ipv4", rules4, "--rule_ipv6", rules6]);
    check(Math.abs(sentBy1 - toPort1) < 0.001, `${toPort1} of the frames leave by port 1, not ${sentBy1}`);
    const system = `DPDK ${(await versionOf("dpdk")).split("-")[0]} l3fwd, net_pcap, ${pages}`;
    yield { system, work: `router, ${ROUTES} routes`, rates, checks: [...checks, "routes obeyed"].join(", ") };
  }
}

/** The source package of the installed version, through a source list of its own that is made from the machine's package lists. */
async function source(folder) {
  const list = path.join(folder, "sources.list");
  const targets = ["indextargets", "--format", "deb-src $(SITE) $(RELEASE) $(COMPONENT)", "Created-By: Packages", "ORIGIN: Debian"];
  const lines = new Set((await command("apt-get", targets)).trim().split("\n"));
  await writeFile(list, `${[...lines].join("\n")}\n`);
  await command("mkdir", ["-p", path.join(folder, "lists", "partial")]);
  const options = [`sourcelist=${list}`, "sourceparts=/dev/null"].map((option) => `Dir::Etc::${option}`);
  const apt = (...args) =>
    command("apt-get", [...[...options, `Dir::State::lists=${folder}/lists`].flatMap((option) => ["-o", option]), ...args], {
      cwd: folder,
      timeout: 200_000,
    });
  const version = (await versionOf("dpdk")).replace(/\+b\d+$/, "");
  await apt("update");
  await apt("source", "--download-only", `dpdk=${version}`);
}

async function build(folder) {
  await source(folder).catch((error) => {
    throw new Skip(`the source package of dpdk cannot be had: ${error.message}`);
  });
  const unpack = `tar xf dpdk_*.orig.tar.xz --strip-components=1 --wildcards '*/examples/l3fwd' '*/examples/common'`;
  await command("sh", ["-c", unpack], { cwd: folder, timeout: 60_000 });
  const example = path.join(folder, "examples", "l3fwd");
  const main = path.join(example, "main.c");
  const text = await readFile(main, "utf8");
  check(OFFLOAD.test(text), "l3fwd's port configuration has the line that is taken out");
  await writeFile(main, text.replace(OFFLOAD, ""));
  await command("make", ["shared"], { cwd: example, timeout: 200_000 });
  return path.join(example, "build", "l3fwd");
}
