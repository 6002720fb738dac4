/** Brings the builds up to date before the first test. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export const setup = async (): Promise<void> => {
  await promisify(execFile)(process.execPath, ["tools/build.mjs", "--tests"], { cwd: new URL("../..", import.meta.url) });
};
