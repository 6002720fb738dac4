/** Sums of every n-th stored point, computed in a process or thread of its own: `n` as argument or workerData; the answer as JSON on stdout or as message. */
import { parentPort, workerData } from "node:worker_threads";
import { Engine } from "../../src/engine.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { builds } from "../support/engines.ts";
import { allSums } from "./trajectory.ts";

const module = await loadEngine(builds.virtualRelease);
const step = Number(parentPort ? workerData : (process.argv[2] ?? 1));
const sums = await allSums((config, options) => Engine.make(module, config, options), step);
if (parentPort) parentPort.postMessage(sums);
else process.stdout.write(JSON.stringify(sums));
