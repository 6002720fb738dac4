import { expect, test } from "vitest";
import { unpluggedOf } from "../../../src/report/run_cables.ts";

const change = (time: bigint, what: string, to: string) => ({ time, what, from: to === "on" ? "off" : "on", to });

test("cables that were out, for which share of the time", () => {
  const changes = [
    change(10n, "em0 carrier", "off"),
    change(20n, "em1 carrier", "off"),
    change(30n, "em0 carrier", "on"),
    change(35n, "em2", "down"),
    change(40n, "em3 carrier", "off"),
    change(40n, "em3 carrier", "on"),
    change(90n, "em0 carrier", "off"),
  ];
  expect(unpluggedOf(changes, 100n)).toEqual([
    { interface: "em0", share: 0.3 },
    { interface: "em1", share: 0.8 },
  ]);
});
