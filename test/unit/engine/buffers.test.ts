/** Which buffers frames come into: nobody can see that in what the engine does, but it decides how much memory goes through the caches. */
import { expect, test } from "vitest";
import { makeEngine } from "../../support/engines.ts";
import { frame, station } from "../../support/frames.ts";
import { ownMac } from "../../support/lab.ts";
import { usedMbufs } from "../../support/mbufs.ts";

test.each(["release", "virtualRelease"] as const)("%s: frames that come one by one come into the same few buffers", async (build) => {
  const engine = await makeEngine(build, {
    interfaces: [0, 1].map((n) => ({ name: `em${n}`, mac: ownMac(n) })),
    bridges: [{ name: "bridge0", members: [{ if: "em0" }, { if: "em1" }], static: [{ mac: station(2), if: "em1" }] }],
  });
  const data = frame({ dst: station(2), src: station(1) });
  for (let n = 1n; n <= 600n; n++) {
    engine.receive([{ interface: "em0", data, time: n * 1_000_000_000n }]);
    engine.run(n * 1_000_000_000n + 999_000_000n);
  }
  expect(engine.take()).toHaveLength(600);
  expect(usedMbufs(engine).length).toBeLessThanOrEqual(4);
});
