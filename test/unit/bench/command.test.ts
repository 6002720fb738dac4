import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

const bench = (...argv: string[]) => spawnSync(process.execPath, ["bench/run.mjs", ...argv], { cwd: ROOT, encoding: "utf8" });

describe("npm run bench", () => {
  test("a bench that does not exist is refused with exit code 2, before anything runs", () => {
    const { status, stdout, stderr } = bench("throghput");
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("throghput: expected one of throughput, bare, boundary, start, scaling, capture, machines");
    expect(stderr).toContain("usage: npm run bench");
  });

  test("--help prints the usage", () => {
    const { status, stdout } = bench("--help");
    expect(status).toBe(0);
    expect(stdout).toContain("usage: npm run bench");
  });

  test("JSON says where figures come from, and has a row for each contestant with the digest that all share", () => {
    const { status, stdout } = bench("throughput", "--json", "--quick", "--samples", "1", "--only", "flow misses");
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      version: expect.any(String),
      node: process.version,
      cpu: expect.any(String),
      quick: true,
      settings: { samples: 1 },
    });
    expect(Number.isNaN(Date.parse(report.date))).toBe(false);
    const [table] = report.benches[0].tables;
    expect(table.rows.map((row: { contestant: string }) => row.contestant)).toEqual(["engine", "TypeScript reference"]);
    expect(table.rows[0]).toMatchObject({ workload: "flow misses", forwarded: 1, samples: 1, digest: table.rows[1].digest });
  });

  test("a workload that does not exist is refused", () => {
    const { status, stderr } = bench("throughput", "--only", "nothing of this name");
    expect(status).toBe(2);
    expect(stderr).toContain("--only nothing of this name: expected a part of");
  });

  test("a build of the engine that cannot be read is an error of its own", () => {
    const { status, stderr } = bench("throughput", "--quick", "--only", "fastforward", "--wasm", "nowhere.wasm");
    expect(status).toBe(1);
    expect(stderr).toContain("nowhere.wasm");
  });
});
