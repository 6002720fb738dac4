// DPDK testpmd: io hands frames on untouched, macswap exchanges the MAC addresses, 5tswap those, the IP addresses and the ports.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { available, ealArguments, measure, PAGE_KINDS } from "./dpdk.mjs";
import { capture, station } from "./frames.mjs";
import { check, packages, scratch, versionOf } from "./support.mjs";

const MODES = ["io", "macswap", "5tswap"];
const MBUFS = 32_768;

export async function* rows(bench) {
  await packages("dpdk", "dpdk-dev");
  const version = (await versionOf("dpdk")).split("-")[0];
  const folder = scratch();
  const file = path.join(folder, "in.pcap");
  await writeFile(
    file,
    capture((flow) => station(2, flow)),
  );
  const devices = {
    net_null: [0, 1].map((port) => `net_null${port},size=60`),
    net_pcap: [0, 1].map((port) => `net_pcap${port},rx_pcap=${file},infinite_rx=1`),
  };
  for (const pages of PAGE_KINDS) {
    if (!(await available(pages, bench))) continue;
    for (const [device, ports] of Object.entries(devices))
      for (const mode of MODES) {
        const { rates, bytes, checks, output } = await forward(bench, pages, ports, mode);
        if (device === "net_pcap") check(bytes === 60, `60 bytes a frame, not ${bytes}`);
        check(
          /Accumulated.*\n\s+RX-packets: (\d+)\s+RX-dropped: 0 .*\n\s+TX-packets: \1\s+TX-dropped: 0 /.test(output),
          "all that testpmd received was sent",
        );
        yield { system: `DPDK ${version} testpmd, ${device}, ${pages}`, work: mode, rates, checks: checks.join(", ") };
      }
  }
}

/** The second lcore forwards; the first waits for input and shares the core without using it. */
function forward(bench, pages, ports, mode) {
  const eal = ealArguments(`0@${bench.cpu},1@${bench.cpu}`, pages, ports);
  return measure(bench, "dpdk-testpmd", [...eal, "--", `--forward-mode=${mode}`, "--auto-start", `--total-num-mbufs=${MBUFS}`]);
}
