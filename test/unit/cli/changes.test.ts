/** What `netisr run --at` changes, and what it refuses to. */
import { describe, expect, test } from "vitest";
import type { RunReport } from "../../../src/report/index.ts";
import { fileWith, netisr } from "./support.ts";

const LOCK_MODE = "net.netisr.mpsafe_thread";
const PORTS = "em0, em1, em2, em3";
const PREFIX = 'a prefix like "192.0.2.0/24", or "default"';

describe("refused", () => {
  test.each<[change: string, expected: string, received?: string]>([
    ["em9=down", `a knob, an interface, vlan or bridge, route, or polling (did you mean "em0"?), one of ${PORTS}, route, polling`, "em9"],
    ["net.netisr.mpsafe_lazi=1", 'a knob, an interface, vlan or bridge, route, or polling (did you mean "net.netisr.mpsafe_lazy"?), one of net.'],
    [`${LOCK_MODE}=256`, "an integer from 0 to 255", "256"],
    ["kern.polling.4.enable=0", "a CPU from 0 to 3", "kern.polling.4.enable"],
    ["polling=maybe", "on or off", "maybe"],
    ["em0=1", "up, down, polling, -polling, carrier or -carrier", "1"],
    ["em0=deletem em1", "up, down, polling, -polling, carrier or -carrier", "deletem em1"],
    ["route=add 10.0.0.0/8", "add DST [GATEWAY] INTERFACE, or delete DST", "add 10.0.0.0/8"],
    ["route=delete 10.0.0.0/8 em0", "add DST [GATEWAY] INTERFACE, or delete DST", "delete 10.0.0.0/8 em0"],
    ["route=change 10.0.0.0/8 em0", "add DST [GATEWAY] INTERFACE, or delete DST", "change 10.0.0.0/8 em0"],
    ["route=add 10.0.0.0/33 em0", PREFIX, "10.0.0.0/33"],
    ["route=delete all", PREFIX, "all"],
    ["route=add default 10.1 em0", 'a gateway like "192.0.2.1"', "10.1"],
    ["route=add default em9", `an interface, vlan or bridge at the end (did you mean "em0"?), one of ${PORTS}`, "em9"],
  ])("%s: expected %s", async (change, expected, received) => {
    const { exit, out, err } = await netisr(["run", "--cpus", "4", "--at", `5ms:${change}`]);
    const line = `netisr: --at 5ms:${change}: expected ${expected}${received === undefined ? "" : `, but got "${received}"\n`}`;
    expect({ exit, out, err: received === undefined ? err.slice(0, line.length) : err }).toEqual({ exit: 2, out: "", err: line });
  });

  test.each<[change: string, expected: string, received: string]>([
    ["bridge0=deletem em9", `deletem and a member that bridge0 is configured with (did you mean "em0"?), one of ${PORTS}`, "em9"],
    ["bridge0=maxaddr 0", "maxaddr and an integer from 1 to 256", "0"],
    ["bridge0=maxaddr 257", "maxaddr and an integer from 1 to 256", "257"],
    ["bridge0=addm", "up, down, deletem MEMBER, addm MEMBER or maxaddr N", "addm"],
    ["bridge0=polling", "up, down, deletem MEMBER, addm MEMBER or maxaddr N", "polling"],
  ])("of a bridge, %s: expected %s", async (change, expected, received) => {
    const line = `netisr: --at 5ms:${change}: expected ${expected}, but got "${received}"\n`;
    expect(await netisr(["run", "--as", "bridge", "--cpus", "4", "--at", `5ms:${change}`])).toEqual({ exit: 2, out: "", err: line });
  });

  const system = {
    interfaces: [
      { name: "em0", mac: "02:00:00:00:00:01", ip: ["10.0.0.1/16"] },
      { name: "em1", mac: "02:00:00:00:00:02" },
      { name: "em2", mac: "02:00:00:00:00:03" },
    ],
    routes: [{ dst: "20.0.0.0/8", via: "10.0.0.2", if: "em0" }],
    limits: { routes: 16 },
    virtual: { interfaces: { em0: { vacation: "34us" }, em1: { rings: 2 } }, traffic: [{ if: "em0", arrivals: "poisson", rate: 1000 }] },
  };
  const refusal = async (changes: readonly string[], config: object = system): Promise<string> => {
    const file = await fileWith("odd_changes.json", JSON.stringify(config));
    return (await netisr(["run", file, ...changes.flatMap((one) => ["--at", one])])).err;
  };

  test("an interface that cannot be polled; all that can be are", async () => {
    expect(await refusal(["5ms:em0=polling"])).toBe('netisr: --at 5ms:em0=polling: expected -polling, as em0 has a `vacation`, but got "polling"\n');
    expect(await refusal(["5ms:em1=polling"])).toMatch("expected -polling, as em1 has several rings, each with an interrupt of its own");
    const said = "netisr: --at 5ms:polling=on left out em0 (it has a vacation)";
    expect(await refusal(["5ms:polling=on"])).toBe(`${said}, em1 (it has several rings)\n`);
    const some = { ...system, virtual: { ...system.virtual, interfaces: { em0: { vacation: "34us" }, em1: { polling: true } } } };
    expect(await refusal(["5ms:polling=on"], some)).toBe(`${said}\n`);
    expect(await refusal(["5ms:polling=off"], some)).toBe("");
  });

  test("CPUs that do not poll: the interfaces that interrupt all the same are named", async () => {
    const said = async (...argv: string[]): Promise<string> => {
      const { exit, err } = await netisr(["run", "--time", "1ms", "--rate", "200k", ...argv]);
      expect(exit).toBe(0);
      return err;
    };
    const none = ["--cpus", "2", "--set", "kern.polling.enable=0"];
    const both = "left out em0 (kern.polling.enable is 0 on CPU 0), em1 (kern.polling.enable is 0 on CPU 1)\n";
    expect(await said(...none, "--polling")).toBe(`netisr: --polling ${both}`);
    expect(await said(...none, "--at", "500us:polling=on")).toBe(`netisr: --at 500us:polling=on ${both}`);
    const one = ["--cpus", "2", "--polling", "--set", "kern.polling.1.enable=0"];
    expect(await said(...one)).toBe("netisr: --polling left out em1 (kern.polling.enable is 0 on CPU 1)\n");
    expect(await said("--cpus", "2", "--polling")).toBe("");
    const late = "em32 (only CPUs 0 to 31 can poll), em33 (only CPUs 0 to 31 can poll)";
    expect(await said("--cpus", "34", "--at", "500us:polling=on")).toBe(`netisr: --at 500us:polling=on left out ${late}\n`);
  });

  test("more routes than the table takes, at any time", async () => {
    const added = Array.from({ length: 14 }, (_, n) => `5ms:route=add 30.${n}.0.0/16 em0`);
    const tooMany = (text: string): string => `netisr: --at ${text}: expected at most 16 routes together, the limit of the table (limits.routes)\n`;
    expect(await refusal(added)).toBe("");
    expect(await refusal([...added, "6ms:route=add 30.14.0.0/16 em1"])).toBe(tooMany("6ms:route=add 30.14.0.0/16 em1"));
    expect(await refusal([...added, "7ms:route=add 30.14.0.0/16 em1", "6ms:route=delete 30.0.0.0/16"])).toBe("");
    expect(await refusal([...added, "4ms:route=add 30.14.0.0/16 em1"])).toBe(tooMany("5ms:route=add 30.13.0.0/16 em0"));
  });
});

const ran = async (...argv: string[]): Promise<RunReport> => {
  const { exit, out, err } = await netisr(["run", "--time", "4ms", "--cpus", "2", "--rate", "200k", "--every", "1ms", "--json", ...argv]);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  return JSON.parse(out);
};
const at = (ms: number): string => `${ms * 1e9}`;
const reasons = ({ simulated }: RunReport): string[] => [...new Set(simulated.drops.map(({ reason }) => reason))];

describe("done", () => {
  test("a route that goes and comes back: its packets find none in the meantime", async () => {
    const report = await ran("--at", "3ms:route=add 10.129.0.0/16 10.1.0.2 em1", "--at", "1ms:route=delete 10.129.0.0/16");
    expect(report.changes).toEqual([
      { time: at(1), what: "route 10.129.0.0/16", from: "10.1.0.2 em1", to: "none" },
      { time: at(3), what: "route 10.129.0.0/16", from: "none", to: "10.1.0.2 em1" },
    ]);
    expect(reasons(report)).toEqual(["NoRoute"]);
    const [first, second, , last] = report.series.map(({ dropped }) => dropped);
    expect([first, last]).toEqual([0, 0]);
    expect(second).toBeGreaterThan(80);
  });

  test("a member that leaves its bridge and comes back; a limit of the table", async () => {
    const changes = ["1ms:bridge0=deletem em1", "2ms:bridge0=addm em1", "2ms:bridge0=maxaddr 100"];
    const { changes: made, simulated } = await ran("--as", "bridge", ...changes.flatMap((one) => ["--at", one]));
    expect(made).toEqual([
      { time: at(1), what: "bridge0 member em1", from: "in", to: "out" },
      { time: at(2), what: "bridge0 member em1", from: "out", to: "in" },
      { time: at(2), what: "bridge0 maxaddr", from: 256, to: 100 },
    ]);
    expect(simulated.drops.map(({ reason, interface: name }) => [reason, name])).toContainEqual(["NotForUs", "em1"]);
  });

  test("a bridge that is down, an interface that is polled, another without its cable", async () => {
    const changes = ["1ms:bridge0=down", "1ms:em0=polling", "2ms:em0=-polling", "2ms:bridge0=up", "3ms:em1=-carrier"];
    const report = await ran("--as", "bridge", ...changes.flatMap((one) => ["--at", one]));
    expect(report.changes.map(({ what, from, to }) => `${what} ${from} ${to}`)).toEqual([
      "bridge0 up down",
      "em0 polling off on",
      "em0 polling on off",
      "bridge0 down up",
      "em1 carrier on off",
    ]);
    expect(report.simulated.polling).toMatchObject([{ cpu: 0, interfaces: [] }]);
    const queues = report.series.map(({ queues: lengths }) => lengths["transmit em1"]!.mean);
    expect(queues[3]).toBeGreaterThan(10 * queues[2]!);
  });

  test("blanks round names and values are none of their business", async () => {
    const { changes: made } = await ran("--at", "1ms: em0 = down ", "--at", "2ms:route= delete  10.129.0.0/16 ");
    expect(made.map(({ what, to }) => [what, to])).toEqual([
      ["em0", "down"],
      ["route 10.129.0.0/16", "none"],
    ]);
  });

  test("what is so already is said, and no change", async () => {
    const said = async (reasons: Record<string, string>, ...argv: string[]): Promise<void> => {
      const { exit, out, err } = await netisr(["run", "--time", "2ms", "--json", ...argv, ...Object.keys(reasons).flatMap((one) => ["--at", one])]);
      const lines = Object.entries(reasons).map(([change, why]) => `netisr: --at ${change} changed nothing: ${why}\n`);
      expect({ exit, err }).toEqual({ exit: 0, err: lines.join("") });
      expect((JSON.parse(out) as RunReport).changes).toEqual([]);
    };
    const disabled = ["--set", "kern.polling.enable=0"];
    await said({
      "1ms:route=delete 10.1.2.0/24": "there is no such route",
      "1ms:polling=off": "it is not polled",
      "1ms:em0=-polling": "it is not polled",
    });
    await said({ "1ms:em0=polling": "it is polled already, or its CPU does not poll (kern.polling.enable)" }, ...disabled);
    await said({
      "1ms:em0=up": "it is up already",
      "1ms:em0=carrier": "its carrier is on already",
      "1ms:net.netisr.mpsafe_thread=1": "it is 1 already",
    });
    await said({ "1ms:route=add 10.129.0.0/16 10.1.0.2 em1": "there is this route already" });
    await said({ "1ms:bridge0=maxaddr 256": "it is 256 already" }, "--as", "bridge");
    await said({ "1ms:bridge0=addm em1": "it is a member already" }, "--as", "bridge");
  });
});
