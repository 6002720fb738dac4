import { readFile } from "node:fs/promises";
import type { Io } from "./io.ts";

/** The package's version, from its package.json. */
export const versionOf = async (io: Pick<Io, "root">): Promise<string> =>
  JSON.parse(await readFile(new URL("package.json", io.root), "utf8")).version;
