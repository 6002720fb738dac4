import { describe, expect, test } from "vitest";
import type { RunReport } from "../../../src/report/index.ts";
import { fileWith, LAN, netisr } from "./support.ts";

const SHORT = ["run", "--cpus", "2", "--rate", "200k", "--time", "5ms"];

describe("--fault", () => {
  test.each([
    ["5", "netisr: option '--fault <kind:key=value,...>' argument '5' is invalid. Expected KIND:KEY=VALUE,..., as in loss:if=em0,p=0.01."],
    ["loss:if", "netisr: option '--fault <kind:key=value,...>' argument 'loss:if' is invalid. Expected KEY=VALUE, but got \"if\"."],
    ["loss:if=em0,p=0.1,p=0.2", "argument 'loss:if=em0,p=0.1,p=0.2' is invalid. Expected each key once, but got \"p\" again.\n"],
    ["loss:if=em0,p=1,kind=flap", "argument 'loss:if=em0,p=1,kind=flap' is invalid. Expected each key once, but got \"kind\" again.\n"],
    ["loss:__proto__=1,if=em0,p=1", 'is invalid. Expected KEY=VALUE, KEY in letters, but got "__proto__=1".\n'],
    ["loss:if=em0,p=1,from=20ms", "--fault loss:if=em0,p=1,from=20ms: expected `from` before the end of the run (--time)\n"],
    ["loss:if=em0,p=1,from=3e7", "--fault loss:if=em0,p=1,from=3e7: expected `from` before the end of the run (--time)\n"],
    ["los:if=em0", '--fault los:if=em0: kind: expected a kind of fault (did you mean "loss"?)'],
    ["loss:if=em0,p=2", "--fault loss:if=em0,p=2: p: expected a probability above 0 up to 1, but got 2"],
    ["loss:if=em7,p=1", '--fault loss:if=em7,p=1: if: expected the name of an interface (did you mean "em0"?)'],
  ])("%s is refused", async (text, line) => {
    const { exit, err } = await netisr(["run", "--fault", text]);
    expect(exit).toBe(2);
    expect(err).toContain(line);
  });

  test.each([
    ["holder:lock=BGL,p=0.1,stall=5us", 'lock: expected a lock that --fault holder:lock=BGL,p=0.1,stall=5us is not about, but got "BGL"\n'],
    [
      "flap:if=em0,from=1ms",
      'from: expected a time at which --fault flap:if=em0,from=1ms, which changes the same, is over, but got "1000000000 ps"\n',
    ],
  ])("%s twice is refused by its name", async (text, line) => {
    const { exit, err } = await netisr(["run", "--fault", "stall:cpu=1", "--fault", text, "--fault", text]);
    expect(exit).toBe(2);
    expect(err).toBe(`netisr: --fault ${text}: ${line}`);
  });

  test("a fault of the configuration is called as it is there", async () => {
    const config = await fileWith("flap.json", JSON.stringify({ ...LAN, virtual: { faults: [{ kind: "flap", if: "em0" }] } }));
    const { exit, err } = await netisr(["run", config, "--fault", "flap:if=em0"]);
    expect(exit).toBe(2);
    expect(err).toContain("--fault flap:if=em0: from: expected a time at which virtual.faults[0], which changes the same, is over");
  });

  test("what became of each stands in both reports", async () => {
    const faults = ["--fault", "loss:if=em0,p=0.1", "--fault", "stall:cpu=1,for=100us,every=1ms", "--fault", "bitErrors:if=em1,ber=1e-4,fcs=false"];
    const { out } = await netisr([...SHORT, ...faults, "--json"]);
    const { simulated } = JSON.parse(out) as { simulated: Record<keyof RunReport["simulated"], unknown> };
    const rows = simulated.faults as { kind: string; what: string; struck: string; held: string }[];
    expect(rows.map(({ kind, what, held }) => [kind, what, held])).toEqual([
      ["loss", "em0 rx", "0"],
      ["stall", "CPU 1", "0"],
      ["bitErrors", "em1 rx", "0"],
    ]);
    const [loss, stall, bits] = rows.map(({ struck }) => Number(struck));
    expect(stall).toBe(6);
    expect(bits).toBeGreaterThan(0);
    expect((simulated.drops as { reason: string; packets: number }[]).find(({ reason }) => reason === "WireLoss")!.packets).toBe(loss);
    const text = await netisr([...SHORT, ...faults]);
    expect(text.out).toContain(`  faults: loss em0 rx ${loss} frames; stall CPU 1 6 times; bitErrors em1 rx ${bits} frames\n`);
  });

  test("no faults, no line", async () => {
    expect((await netisr(SHORT)).out).not.toContain("faults");
  });

  test("the help names every kind", async () => {
    const { out } = await netisr(["run", "--help"]);
    for (const kind of ["loss", "bitErrors", "reordering", "holder", "storm", "table=bridge|arp|flows"]) expect(out).toContain(kind);
  });
});
