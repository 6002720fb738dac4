/** `npm run validate`, as a process. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readTheory } from "../../theory/file.ts";
import { fileWith, root } from "./support.ts";

const USAGE = "usage: npm run -s validate -- FILE [--json] [--only TEXT] [--seed N] [--jobs N]\n";
const run = promisify(execFile);

test.each([
  [["--help"], 0, USAGE, ""],
  [["-h"], 0, USAGE, ""],
  [[], 2, "", USAGE],
  [["--nope"], 2, "", `Unknown option '--nope'\n${USAGE}`],
  [["rows.json", "--only"], 2, "", `Option '--only <value>' argument missing\n${USAGE}`],
])("validate %j ends with %i and its usage", async (argv, code, stdout, stderr) => {
  const ended = await run(process.execPath, ["--import", "tsx", "test/theory/run.ts", ...argv], { cwd: root }).catch((error) => error);
  expect({ code: ended.code ?? 0, stdout: ended.stdout, stderr: ended.stderr }).toEqual({ code, stdout, stderr });
});

test.each([
  ['{\n  "tables": {"mm1": [{"rho": .5}]}\n}', ':2:30: expected a value, but got "."'],
  ['{"tables": {}, "tables": {}}', ':1:16: expected each key of an object once, but got "tables" again'],
  ["null", ": expected an object `tables`"],
])("rows that are no JSON, or none, are refused with the file's name: %j", async (text, line) => {
  const file = await fileWith("rows.json", text);
  expect(() => readTheory(file)).toThrow(expect.objectContaining({ message: file + line }));
});
