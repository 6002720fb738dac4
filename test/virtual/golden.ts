/** npm run -s golden:virtual: computes all sums anew and writes determinism.json. What has changed goes to stdout. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Engine } from "../../src/engine.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { builds } from "../support/engines.ts";
import { allSums } from "./trajectory.ts";

const file = new URL("determinism.json", import.meta.url);
const module = await loadEngine(builds.virtualRelease);
const sums = await allSums((config, options) => Engine.make(module, config, options));
const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : {};
const changed = Object.keys(sums).filter((name) => before[name] !== sums[name]);
writeFileSync(file, `${JSON.stringify(sums, null, 2)}\n`);
console.log(`${Object.keys(sums).length} sums, ${changed.length} of them new or changed`);
