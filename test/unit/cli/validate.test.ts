/** `npm run validate`, as a process. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "./support.ts";

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
