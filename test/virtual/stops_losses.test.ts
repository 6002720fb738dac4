/** A run that is to stop at a loss by a fault of the wire stops when the frame would have come, or has left; not when somebody looks. */
import { expect, test } from "vitest";
import type { FaultConfig, WireConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { ownMac, station } from "../support/frames.ts";
import { MS, US } from "../support/systems.ts";

/** A frame every 10 us, the first at 10 us, and an interrupt long after it. */
const late = { delay: "200us" } satisfies WireConfig;

const stopsAt = async (fault: FaultConfig, stop: string, em0: WireConfig = late): Promise<bigint> => {
  const interfaces = [0, 1].map((i) => ({ name: `em${i}`, mac: ownMac(i) }));
  const engine = await makeEngine("virtual", {
    interfaces,
    bridges: [{ name: "br0", members: [{ if: "em0" }, { if: "em1" }] }],
    virtual: {
      costs: { preset: "zero" },
      interfaces: { em0, em1: { rate: 0, txDelay: "none" } },
      traffic: [{ if: "em0", arrivals: "constant", rate: 100_000, srcMac: station(0), dstMac: station(1000) }],
      faults: [fault],
    },
  });
  expect(engine.run(MS, { stop: [stop] })).toMatchObject({ kind: "drop" });
  return engine.now;
};

test.each<[FaultConfig, string]>([
  [{ kind: "loss", if: "em0", nth: 3 }, "drop WireLoss"],
  [{ kind: "loss", if: "em0", nth: 3 }, "drop WireLoss on em0"],
  [{ kind: "bitErrors", if: "em0", nth: 3, fcs: true }, "drop BadFcs"],
])("of a frame that comes: %j, %s", async (fault, stop) => {
  expect(await stopsAt(fault, stop)).toBe(30n * US);
});

test("of a frame that leaves", async () => {
  expect(await stopsAt({ kind: "loss", if: "em1", nth: 3, side: "tx" }, "drop WireLoss", { delay: 0 })).toBe(30n * US);
});
