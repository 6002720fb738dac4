/**
 * Where nothing takes time, the virtual machine with one CPU cannot be told from the instant machine: the same bytes by the same interfaces at the same times,
 * the same counts, lock decisions and tables. Not compared is what only says how a machine does it: interrupts and what their threads get (here a full
 * transmitter interrupts, too), gets of the BGL by which a CPU takes it back for a thread that slept with it, how long a thread's port was for a moment.
 *
 * Frames of several interfaces that arrive at one time are taken in their order by the instant machine. The virtual machine does so if it takes in one frame at
 * a time, else interrupt by interrupt. So the random hosts, which have such frames, are run twice: as they are with bursts of 1; and with bursts of 64 and
 * each frame a picosecond later than the one before it.
 */
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { TIME_BITS } from "../../assembly/abi.ts";
import type { Engine } from "../../src/engine.ts";
import type { EngineConfig } from "../../src/types.ts";
import { configOf, loadCase } from "../conformance/case.ts";
import { compareCase } from "../conformance/compare.ts";
import { engineSystem, runCase, timeOf } from "../conformance/system.ts";
import { type Scenario, scenario } from "../model/generate.ts";
import { difference, observe, runScenario } from "../model/observe.ts";
import { type Build, makeEngine, TIMELESS } from "../support/engines.ts";
import { kernelTables, tablesDiffer } from "../support/kernel_tables.ts";
import { LONG } from "../support/long.ts";

const END_OF_TIME = 1n << BigInt(TIME_BITS);
const HOSTS = LONG ? 1000 : 100;
const FRAMES = 60;

interface Seen {
  frames: unknown;
  tables: Record<string, Uint32Array>;
}

/** All that the two machines must agree on. */
function seen(engine: Engine): Seen {
  const counters = engine.counters();
  const threads = counters.threads.filter(({ name }) => !name.startsWith("ithread")).map(({ highWater: _, ...counts }) => counts);
  const ports = counters.ports.map((port) => ({ ...port, counters: { ...port.counters, interrupts: 0 } }));
  return { frames: { ...observe(engine, []), counters: { ...counters, locks: {}, threads, ports } }, tables: kernelTables(engine) };
}

async function onMachine(build: Build, config: EngineConfig, burst: number, drive: (engine: Engine) => void): Promise<Seen> {
  const engine = await makeEngine(build, { ...config, virtual: TIMELESS }, { burst });
  drive(engine);
  const all = seen(engine);
  engine.dispose();
  return all;
}

async function machinesDiffer(config: EngineConfig, burst: number, drive: (engine: Engine) => void): Promise<string | undefined> {
  const got = await onMachine("virtual", config, burst, drive);
  const wanted = await onMachine("release", config, 1, drive);
  return difference(got.frames, wanted.frames) ?? tablesDiffer(got.tables, wanted.tables);
}

describe("a random host", () => {
  /** Those that come to their end before time does. */
  function* hosts(count: number): Generator<Scenario> {
    for (let seed = 0, made = 0; made < count; seed++) {
      const one = scenario(seed, FRAMES);
      if (one.end >= END_OF_TIME - BigInt(one.arrivals.length)) continue;
      made++;
      yield one;
    }
  }

  test(`${HOSTS} of them, frame by frame`, async () => {
    for (const one of hosts(HOSTS))
      expect(await machinesDiffer(one.config, 1, (engine) => runScenario(engine, one)), `seed ${one.seed}, ${one.kind}`).toBeUndefined();
  });

  test(`${HOSTS / 2} of them in bursts, no two frames at one time`, async () => {
    for (const { arrivals, ...one } of hosts(HOSTS / 2)) {
      const apart = arrivals.map((arrival, index) => ({ ...arrival, time: arrival.time + BigInt(index) }));
      const host = { ...one, arrivals: apart, end: one.end + BigInt(apart.length) };
      expect(await machinesDiffer(one.config, 64, (engine) => runScenario(engine, host)), `seed ${one.seed}, ${one.kind}`).toBeUndefined();
    }
  });
});

const folder = new URL("../conformance/cases/", import.meta.url).pathname;
const cases = readdirSync(folder)
  .filter((name) => existsSync(`${folder}${name}/case.json`))
  .map((name) => loadCase(`${folder}${name}`));

describe.each([false, true])("the recorded cases, flow cache %s", (fastforwarding) => {
  test("cannot be told from the instant machine's", async () => {
    expect(cases.length).toBe(68);
    for (const { file, input } of cases) {
      const arrivals = input.map(({ port, data }, index) => ({ interface: port, data, time: timeOf(index) }));
      const drive = (engine: Engine) => {
        engine.receive(arrivals);
        engine.run(timeOf(input.length));
      };
      expect(await machinesDiffer(configOf(file, fastforwarding), 64, drive), file.name).toBeUndefined();
    }
  });

  test("are answered as by the Linux kernel where everything takes its time", async () => {
    for (const one of cases) expect(compareCase(one, await runCase(one, engineSystem("virtual"), fastforwarding)), one.file.name).toEqual([]);
  });
});
