/**
 * Knobs, interfaces, cables, polling, members, tables and routes that change while random systems run under load, some with faults and other work: nothing traps on the build with assertions, every
 * identity holds, the system comes to rest when all is on again, and a run does not depend on how it is cut, what it is asked to stop at, or on a snapshot.
 */
import { expect, test } from "vitest";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { builds } from "../support/engines.ts";
import { LONG } from "../support/long.ts";
import { changeCase, checkChanges } from "./change_cases.ts";

const SEEDS = LONG ? 3000 : 60;
/** A storm came while the interface was polled, and was waited for ever after. */
const FOUND = [143];
const modules = { debug: await loadEngine(builds.virtual), release: await loadEngine(builds.virtualRelease) };

test(`on ${SEEDS} systems`, () => {
  for (const seed of [...FOUND, ...Array.from({ length: SEEDS }, (_, i) => i + 1)]) expect(checkChanges(changeCase(seed), modules)).toEqual([]);
}, 3_600_000);
