// Other systems that do this work, one row each: installs what is missing from Debian, measures on one core, cleans up.
//
//   bench/peers/run [NAME...] [--json] [--samples N] [--cpu N] [--list]
//
// Exit code: 0 rows printed or peers skipped with a reason, 1 a peer failed or a check did not hold, 2 wrong arguments.

import os from "node:os";
import { parseArgs } from "node:util";
import { cleanUp, Skip, scope, within } from "./support.mjs";
import { jsonOf, tableOf } from "./table.mjs";

const PEERS = ["testpmd", "l3fwd", "linux", "ovs", "ns3"];
/** No peer takes longer, installing included; ms. */
const LIMIT = 480_000;

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      samples: { type: "string", default: "7" },
      cpu: { type: "string", default: String(os.cpus().length - 1) },
    },
  });
  const number = (name, least, most) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new Error(`--${name}: an integer from ${least} to ${most}, not ${values[name]}`);
    return value;
  };
  const unknown = positionals.filter((name) => !PEERS.includes(name));
  if (unknown.length > 0) throw new Error(`${unknown.join(", ")}: not a peer; there are ${PEERS.join(", ")}`);
  return {
    json: values.json,
    list: values.list,
    names: positionals.length > 0 ? positionals : PEERS,
    samples: number("samples", 3, 30),
    cpu: number("cpu", 0, os.cpus().length - 1),
  };
}

async function runPeer(name, { samples, cpu }) {
  const result = { name, rows: [], skipped: [], failed: undefined };
  const bench = { samples, cpu, skip: (reason) => result.skipped.push(reason) };
  try {
    const peer = await import(`./${name}.mjs`);
    await within(LIMIT, name, async () => {
      for await (const row of peer.rows(bench)) {
        result.rows.push(row);
        process.stderr.write(".");
      }
    });
  } catch (error) {
    if (error instanceof Skip) result.skipped.push(error.message);
    else result.failed = error.message;
  } finally {
    await cleanUp();
  }
  return result;
}

async function main() {
  const given = options();
  if (given.list) return console.log(PEERS.join("\n"));
  await scope(given.cpu);
  const results = [];
  for (const name of given.names) results.push(await runPeer(name, given));
  process.stderr.write("\n");
  console.log(given.json ? jsonOf(results, given) : tableOf(results, given));
  if (results.some(({ failed }) => failed)) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});
