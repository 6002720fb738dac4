/** The sums as one file of JavaScript, for processes, threads and browsers that know nothing of TypeScript. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const bundle = async (entry: string, name: string, platform: "node" | "browser"): Promise<string> => {
  const outfile = path(`../../build/tests/${name}`); // as deep as test/support, which looks for the builds from where it lies
  await build({ entryPoints: [path(entry)], outfile, bundle: true, format: "esm", target: "es2022", platform, logLevel: "warning" });
  return outfile;
};

/** @returns where it lies; see sums_entry.ts */
export const bundleForNode = (): Promise<string> => bundle("sums_entry.ts", "sums.mjs", "node");

/** Exports what trajectory.ts does. @returns where it lies */
export const bundleForBrowser = (): Promise<string> => bundle("trajectory.ts", "trajectory.js", "browser");
