/**
 * Knobs, interfaces, cables, polling, members, tables and routes that change while random systems run under load: nothing traps on the build with assertions, every
 * identity holds, the system comes to rest when all is on again, and a run does not depend on how it is cut, what it is asked to stop at, or on a snapshot.
 */
import { expect, test } from "vitest";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { builds } from "../support/engines.ts";
import { LONG } from "../support/long.ts";
import { changeCase, checkChanges } from "./change_cases.ts";

const SEEDS = LONG ? 3000 : 60;
const modules = { debug: await loadEngine(builds.virtual), release: await loadEngine(builds.virtualRelease) };

test(`on ${SEEDS} systems`, () => {
  for (let seed = 1; seed <= SEEDS; seed++) expect(checkChanges(changeCase(seed), modules)).toEqual([]);
}, 3_600_000);
