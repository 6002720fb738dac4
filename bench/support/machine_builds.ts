/** Builds of the virtual machine: that of the package, and others to be measured beside it. */
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import type { Engine } from "../../src/engine.ts";
import type { EngineConfig, EngineOptions } from "../../src/types.ts";
import { DIST, importDist } from "./dist.ts";

export interface Build {
  contestant: string;
  make(config: EngineConfig): Promise<Engine>;
}

/** The host of a package, with the module that belongs to it or another one. */
export const packaged = (contestant: string, folder: URL, options: EngineOptions): Build => ({
  contestant,
  async make(config) {
    const { createEngine } = await importDist(folder);
    return createEngine(config, { machine: "virtual", collect: false, ...options });
  },
});

export const ownBuild = packaged("engine", DIST, {});

/** A module or the folder of a package; undefined if it has no virtual machine. */
export const buildOf = async (path: string): Promise<Build | undefined> => {
  const contestant = `engine ${basename(path)}`;
  const isFolder = statSync(path).isDirectory();
  const url = pathToFileURL(isFolder ? `${path}/` : path);
  const bytes = await readFile(isFolder ? new URL("engine.virtual.wasm", url) : url).catch(() => undefined);
  const exported = bytes ? WebAssembly.Module.exports(new WebAssembly.Module(bytes)) : [];
  if (!exported.some(({ name }) => name === "attachWire")) return undefined;
  return isFolder ? packaged(contestant, url, {}) : packaged(contestant, DIST, { wasm: url });
};
