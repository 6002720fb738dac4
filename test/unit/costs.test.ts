import { expect, test } from "vitest";
import { Cost } from "../../assembly/abi.ts";
import { COST_BY_NAME, COST_PRESETS, COSTS, presetCosts } from "../../src/costs.ts";

const ns = (...names: (keyof typeof Cost)[]): number => names.reduce((sum, name) => sum + COSTS[Cost[name]]!.default, 0);
const LOCK = ns("LockGet", "LockRelease");
const INPUT = ns("RxFrame", "EtherInput", "PutLocal", "Service", "EtherOncpu", "IpFlow");
const OUTPUT = ns("EtherOutput", "IfqEnqueue", "IfStart", "TxComplete");
/** Of a full ring of 64 packets, at the receiver and at the transmitter. */
const INTERRUPTS = (2 * ns("Interrupt") + 4 * ns("Switch")) / 64;
const mpps = (perPacket: number): number => 1000 / perPacket;

test("the table has every member of Cost under its own name, with unit, grade and source", () => {
  expect(COSTS.map(({ name }) => name)).toEqual(Object.keys(Cost).filter((key) => !/^\d+$/.test(key) && key !== "Count"));
  expect(COST_BY_NAME.get("LineTransfer")).toBe(Cost.LineTransfer);
  expect(COSTS.filter(({ unit }) => unit !== "ns").map(({ name }) => name)).toEqual(["CopyByte"]);
  expect(COSTS.filter(({ source, summary }) => source === "" || !/^[A-Za-z_].*[.?]$/.test(summary))).toEqual([]);
});

test("cited figures are those of the source: CAS 37.9, lock and unlock 65.6, a cache miss 139.5, a CAS with one 306", () => {
  expect(COSTS.filter(({ grade }) => grade === "cited").map(({ name, default: n }) => [name, n])).toEqual([
    ["LockGet", 37.9],
    ["LockRemote", 306],
    ["LineTransfer", 139.5],
  ]);
  expect(LOCK).toBeCloseTo(65.6, 6);
});

test("the stages of a forwarded packet add up to what systems of the time did, 0.4 to 1.3 Mpps, and to what the file says", () => {
  const fast = INPUT + OUTPUT + 3 * LOCK;
  const slow = fast + ns("NetisrRun", "IpInput", "IpForward") + LOCK;
  expect(Math.round(fast)).toBe(1637);
  expect(Math.round(slow)).toBe(2232);
  for (const perPacket of [fast, slow, fast + INTERRUPTS, slow + INTERRUPTS]) {
    expect(mpps(perPacket)).toBeGreaterThan(0.4);
    expect(mpps(perPacket)).toBeLessThan(1.3);
  }
});

test("presets: the table itself, one microsecond for a message alone, nothing at all", () => {
  expect(COST_PRESETS).toEqual(["opteron-2008", "unit", "zero"]);
  expect(presetCosts("opteron-2008")[Cost.LockGet]).toBe(37_900n);
  expect(presetCosts("opteron-2008")[Cost.CopyByte]).toBe(500n);
  const unit = presetCosts("unit");
  expect(unit[Cost.Service]).toBe(1_000_000n);
  expect(unit.filter((ps) => ps !== 0n)).toHaveLength(1);
  expect(presetCosts("zero")).toEqual(Array(Cost.Count).fill(0n));
});
