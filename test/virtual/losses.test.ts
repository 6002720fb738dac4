import { expect, test } from "vitest";
import { makeEngine } from "../support/engines.ts";
import { systemOf } from "../support/systems.ts";

test.each(["virtual", "virtualRelease"] as const)("records of what is lost find room, however long nobody looks at a ring (%s)", async (build) => {
  // A handler takes 25 ms for a full ring, while 50,000 frames come.
  const config = systemOf({
    n: 1,
    rate: 2_000_000,
    mode: 1,
    as: "slow",
    mbufs: 256,
    costs: { RxFrame: 100_000 },
    traffic: () => ({ stop: "50ms" }),
  });
  const whole = await makeEngine(build, config, { collect: false, drops: true });
  whole.run();
  const { dropped } = whole.counters().conservation;
  expect(dropped).toBeGreaterThan(90_000);
  expect(whole.takeDrops().length).toBe(dropped);
  const plain = await makeEngine(build, config, { collect: false });
  plain.run();
  expect(plain.counters()).toEqual(whole.counters());
  const parts = await makeEngine(build, config, { collect: false, drops: true });
  for (let ms = 1n; ms < 60n; ms += 7n) parts.run(ms * 1_000_000_000n);
  expect(parts.takeDrops().length).toBe(parts.counters().conservation.dropped);
});
