import { describe, expect, test } from "vitest";
import { makeEngine } from "../support/engines.ts";
import { BROADCAST, frame, station } from "../support/frames.ts";

const PORTS = 20;

/** One broadcast on every port at the same moment, twenty interrupts on one CPU: more than an IPI queue has entries. */
const flood = async (build: "debug" | "release", burst: number, cpu: number): Promise<string[]> => {
  const interfaces = Array.from({ length: PORTS }, (_, n) => ({ name: `em${n}`, mac: `02:00:00:00:01:${(n + 16).toString(16)}`, cpu }));
  const config = { cpus: cpu + 1, mbufs: 4096, interfaces, bridges: [{ name: "br0", members: interfaces.map(({ name }) => ({ if: name })) }] };
  const engine = await makeEngine(build, config, { burst });
  engine.receive(interfaces.map(({ name }, n) => ({ interface: name, data: frame({ dst: BROADCAST, src: station(n) }), time: 0n })));
  engine.run();
  return engine.take().map((sent) => `${sent.cause} ${sent.interface}`);
};

describe.each(["debug", "release"] as const)("on the %s build", (build) => {
  test.each([0, 1])("interrupts of more ports than an IPI queue has entries lose no frame, whatever the burst, on CPU %i", async (cpu) => {
    const [one, seven, many] = await Promise.all([1, 7, 64].map((burst) => flood(build, burst, cpu)));
    expect(one).toHaveLength(PORTS * (PORTS - 1));
    expect(seven).toEqual(one);
    expect(many).toEqual(one);
  });
});
