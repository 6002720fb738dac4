import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { writePcap } from "../../../src/capture/index.ts";
import { loadEntries } from "./entry.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "netisr-"));
const good = {
  name: "good.pcap",
  container: "pcap LE nsec",
  linktype: "ether",
  tshark_packets: 1,
  tshark_caplen_sum: 60,
  tcpdump_rc: 0,
  verdict: "ok",
};
const cut = { ...good, name: "mutated/cut.pcap", tshark_packets: 0, tshark_caplen_sum: 0, tcpdump_rc: 1, verdict: "rejected" };

/** A folder of captures with this index and, if given, one of damaged files. */
function captures(name: string, index: unknown, mutated?: unknown): string {
  const made = join(folder, name);
  mkdirSync(join(made, "mutated"), { recursive: true });
  const bytes = writePcap([{ time: 1n, data: new Uint8Array(60) }]);
  writeFileSync(join(made, "good.pcap"), bytes);
  writeFileSync(join(made, "mutated/cut.pcap"), bytes.subarray(0, 50));
  writeFileSync(join(made, "index.json"), typeof index === "string" ? index : JSON.stringify(index));
  if (mutated !== undefined) writeFileSync(join(made, "mutated/index.json"), JSON.stringify(mutated));
  return made;
}

/** What the command prints, both channels, and its exit code. */
function run(args: string[], oracle = join(folder, "nowhere")): { status: number | null; text: string } {
  const command = ["--expose-gc", "--import", "tsx", "test/conformance/captures/run.ts", ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NETISR_ORACLE: oracle },
  });
  return { status, text: stdout + stderr };
}

afterAll(() => rmSync(folder, { recursive: true }));

test("a folder of captures that are read as they should be passes, damaged ones included", () => {
  expect(run([captures("passing", [good], [cut])])).toEqual({ status: 0, text: "2 passed, 0 failed\n" });
});

test("each capture that is judged wrong has its line, and the exit code is 1", () => {
  const wrong = { ...good, tshark_packets: 2 };
  expect(run([captures("failing", [good, wrong])])).toEqual({ status: 1, text: "good.pcap: 1 frames instead of 2\n1 passed, 1 failed\n" });
});

test.each<[string, () => string, RegExp]>([
  ["a folder without an index", () => join(folder, "nothing"), /nothing\/index\.json: expected an index of captures, but got "ENOENT"/],
  ["an index that is not JSON", () => captures("text", "[{"), /text\/index\.json: expected JSON/],
  ["an index that is no list", () => captures("object", {}), /index\.json: \(whole\): expected Array/],
  ["an entry that lacks a field", () => captures("lacking", [good, { name: "x" }]), /index\.json: 1\.tshark_packets: expected/],
  [
    "an entry of an unknown verdict",
    () => captures("verdict", [{ ...good, verdict: "fine" }]),
    /0\.verdict: expected \("ok" \| "partial" \| "rejected"\)/,
  ],
  ["an entry without its file", () => captures("fileless", [{ ...good, name: "absent.pcap" }]), /absent\.pcap: expected a capture file/],
])("%s is refused with its place", (_, make, text) => {
  expect(() => loadEntries(make())).toThrow(expect.objectContaining({ name: "ConfigError", message: expect.stringMatching(text) }));
});

test("what cannot be used is refused with one line and exit code 2", () => {
  const { status, text } = run([join(folder, "nothing")]);
  expect(status).toBe(2);
  expect(text).toMatch(/^[^\n]*index\.json: expected an index[^\n]*\n$/);
});

test("without a folder the captures of the oracle are taken, or the check says why it is skipped", () => {
  const oracle = join(folder, "oracle");
  captures("oracle/captures/open", [good]);
  expect(run([], oracle)).toEqual({ status: 0, text: "1 passed, 0 failed\n" });
  expect(run([])).toMatchObject({ status: 0, text: expect.stringMatching(/^SKIPPED: no .*nowhere\/captures\/open\/index\.json/) });
});
