/** Rows that nothing can be said of are no passed rows, whoever runs them. */
import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runRow } from "./row.ts";
import type { Outcome } from "./worker.ts";

const light = { T: 17, S: 23, K: 5 };

test("a row without results fails", async () => {
  const { passed, faults } = await runRow({ table: "D/D/1", index: 1, row: light });
  expect({ passed, faults }).toEqual({ passed: false, faults: ["the row has no results to compare"] });
});

/** What the command says of rows, which several processes share. */
const validate = async (rows: object[], ...options: string[]): Promise<{ code: number; lines: string[] }> => {
  const file = join(await mkdtemp(join(tmpdir(), "netisr-theory-")), "rows.json");
  await writeFile(file, JSON.stringify({ tables: { "D/D/1": rows } }));
  const run = fileURLToPath(new URL("run.ts", import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["--import", "tsx", run, file, "--json", "--jobs", "2", ...options], (_, out) =>
      resolve({ code: child.exitCode!, lines: out.trimEnd().split("\n") }),
    );
  });
};

test("processes bring the rows back in their order, with those that could not be run; the last line has the counts", async () => {
  const { code, lines } = await validate([{ ...light, throughput: 1 / 23 }, { ...light, throughput: 1 / 22 }, { T: 17 }]);
  const said = lines.slice(0, -1).map((line): Outcome => JSON.parse(line));
  expect(said.map(({ index, passed, faults }) => [index, passed, faults])).toEqual([
    [1, true, []],
    [2, false, []],
    [3, false, ["expected a number `S`, found undefined"]],
  ]);
  expect({ code, last: lines.at(-1) }).toEqual({ code: 1, last: "1 passed, 2 failed" });
}, 60_000);

test("no rows are no success", async () => {
  expect(await validate([light], "--only", "nonsense")).toEqual({ code: 2, lines: [""] });
}, 60_000);
