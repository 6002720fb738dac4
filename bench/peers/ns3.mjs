// ns-3, a simulator of discrete events: simulated packets per second of the core, end to end with hosts and links.

import path from "node:path";
import { check, command, packages, scratch, versionOf } from "./support.mjs";

const MODULES = ["core", "network", "internet", "applications", "bridge", "csma", "point-to-point"];
const PACKETS = 200_000;
const WORK = { bridge: "CSMA bridge, simulated", router: "p2p router, simulated" };

/** pkg-config also names libraries by path that ns-3 itself is linked with, and whose development packages need not be there. */
const ofNs3 = (flag) => !flag.startsWith("/");

export async function* rows({ cpu, samples }) {
  await packages("libns3-dev", "g++", "pkg-config");
  const folder = scratch();
  const program = path.join(folder, "simulation");
  const names = MODULES.map((name) => `ns3-${name}`);
  const flags = (await command("pkg-config", ["--cflags", "--libs", ...names])).trim().split(/\s+/).filter(ofNs3);
  const source = new URL("native/simulation.cc", import.meta.url).pathname;
  await command("g++", ["-O3", "-o", program, source, ...flags], { timeout: 200_000 });
  const system = `ns-3 ${(await versionOf("libns3-dev")).split("-")[0]}`;
  for (const [kind, work] of Object.entries(WORK)) {
    const rates = [];
    for (let k = 0; k < samples; k++) {
      const said = await command("taskset", ["-c", String(cpu), program, kind, String(PACKETS)], { timeout: 60_000 });
      const [, received, forwarded, core] = /received (\d+) forwarded (\d+) core (\d+)/.exec(said).map(Number);
      check(received === PACKETS, `${PACKETS} sent, ${received} arrived`);
      check(forwarded >= PACKETS, `the node in the middle sent ${forwarded}`);
      rates.push(received / (core / 1e9));
    }
    yield { system, work, rates, checks: "all sent arrived" };
  }
}
