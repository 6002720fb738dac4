/**
 * npx tsx test/conformance/captures/ask.ts FROM TO COUNT SEED
 *
 * Makes a folder TO for conformance:captures: COUNT damaged copies of the captures that FROM/index.json lists, and an index.json of what tshark and tcpdump
 * of this machine make of them. Every third is the file as it is, cut somewhere.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { type Entry, loadEntries } from "./entry.ts";
import { mutated, Random } from "./mutator.ts";

const MAX_SIZE = 8192;

const [from = "", to = "", count = "100", seed = "1"] = process.argv.slice(2);
const random = new Random(Number(seed));
const bases = loadEntries(from)
  .filter(({ name }) => !name.startsWith("mutated/"))
  .map(({ name }) => ({ name, bytes: new Uint8Array(readFileSync(resolve(from, name))) }))
  .filter(({ bytes }) => bytes.length <= MAX_SIZE);
mkdirSync(to, { recursive: true });

const index: (Entry & { base: string; tshark_error: string; tcpdump_error: string })[] = [];
for (let i = 0; i < Number(count); i++) {
  const base = bases[random.below(bases.length)]!;
  const bytes = i % 3 === 0 ? base.bytes.subarray(0, random.below(base.bytes.length)) : mutated(base.bytes, random);
  const name = `s${seed}-${i}${extname(base.name)}`;
  writeFileSync(resolve(to, name), bytes);
  index.push({ name, base: base.name, ...ask(resolve(to, name)) });
}
writeFileSync(resolve(to, "index.json"), JSON.stringify(index, undefined, 1));

/** tshark 4.0 keeps fractions of a second in 32 bits with a sign, so that those of damaged records come out as anything. */
const plausible = (time: string | undefined): string | null => (time === undefined || !/^(\d+\.\d{9})?$/.test(time) ? null : time);

function ask(file: string) {
  const tshark = spawnSync("tshark", ["-n", "-r", file, "-T", "fields", "-e", "frame.cap_len", "-e", "frame.time_epoch"], { encoding: "utf8" });
  const rows = tshark.stdout.split("\n").filter((row) => row !== "");
  const fields = rows.map((row) => row.split("\t"));
  const tcpdump = spawnSync("tcpdump", ["-n", "-r", file, "-w", "/dev/null"], { encoding: "utf8" });
  const verdict = tshark.status === 0 ? ("ok" as const) : rows.length > 0 ? ("partial" as const) : ("rejected" as const);
  return {
    tshark_packets: rows.length,
    tshark_caplen_sum: fields.reduce((sum, [length]) => sum + Number(length), 0),
    first_time: plausible(fields[0]?.[1]),
    last_time: plausible(fields.at(-1)?.[1]),
    tshark_error: tshark.stderr.split("\n").filter((line) => !line.startsWith("Running as user"))[0] ?? "",
    tcpdump_rc: tcpdump.status ?? -1,
    tcpdump_error: tcpdump.stderr.split("\n").filter((line) => !line.startsWith("reading from"))[0] ?? "",
    verdict,
    readers_agree: (tshark.status === 0) === (tcpdump.status === 0),
  };
}
