/** Work in a process of its own: what one row teaches the optimiser does not touch the next, and its memory is gone afterwards. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAX_OUTPUT = 64 << 20;

/**
 * Runs `build/bench/<entry>.js` with one JSON argument. @returns the JSON that it prints. @throws Error with what it said, if it failed
 */
export const inChild = <T>(entry: string, argument: unknown): Promise<T> => {
  const script = fileURLToPath(new URL(`${entry}.js`, import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ["--expose-gc", script, JSON.stringify(argument)], { maxBuffer: MAX_OUTPUT }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message));
      else resolve(JSON.parse(stdout) as T);
    });
  });
};

/** What the script in the process does: one argument in, one value out; an error becomes one line. */
export const serveChild = async <A, T>(work: (argument: A) => Promise<T>): Promise<void> => {
  try {
    process.stdout.write(JSON.stringify(await work(JSON.parse(process.argv[2]!) as A)));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : error}\n`);
    process.exitCode = 1;
  }
};
