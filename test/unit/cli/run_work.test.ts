import { describe, expect, test } from "vitest";
import { workEntry } from "../../../src/cli/run/work.ts";
import type { RunReport } from "../../../src/report/index.ts";
import { fileWith, netisr } from "./support.ts";

describe("--work", () => {
  test("is an entry of virtual.work in one argument", () => {
    expect(workEntry("syscall:cpu=1,class=user,rate=10kHz,hold=20us")).toEqual([
      { name: "syscall", cpu: 1, class: "user", rate: "10kHz", hold: "20us" },
    ]);
    const [entry] = workEntry("w:cpus=0-2+5,threads=3,think=exp:5us,work=1us,count=7,queue=x,stop=5ms");
    expect(entry).toEqual({
      name: "w",
      cpus: [0, 1, 2, 5],
      threads: 3,
      think: { value: "5us", law: "exponential" },
      work: "1us",
      count: 7,
      queue: "x",
      stop: "5ms",
    });
    expect(workEntry("b:cpus=all", workEntry("a:cpu=0"))).toEqual([
      { name: "a", cpu: 0 },
      { name: "b", cpus: "all" },
    ]);
  });

  test("a time of 0 needs no unit", async () => {
    expect(workEntry("w:think=0,outside=exp:0,hold=2us,start=0")).toEqual([
      { name: "w", think: 0, outside: { value: 0, law: "exponential" }, hold: "2us", start: 0 },
    ]);
    const workBy = async (zero: string) =>
      JSON.parse((await netisr(["run", "--time", "1ms", "--work", `w:class=user,think=${zero},outside=${zero},hold=2us`, "--json"])).out).simulated
        .work;
    expect(await workBy("0")).toEqual(await workBy("0us"));
  });

  test.each([
    ["syscall", "option '--work <name:key=value,...>' argument 'syscall' is invalid. Expected NAME:KEY=VALUE,..."],
    [":cpu=0", "option '--work <name:key=value,...>' argument ':cpu=0' is invalid. Expected NAME:KEY=VALUE,..."],
    ["w:clas=user", "option '--work <name:key=value,...>' argument 'w:clas=user' is invalid."],
    ["w:cpu=0,cpu=1", "option '--work <name:key=value,...>' argument 'w:cpu=0,cpu=1' is invalid."],
    ["w:name=v", "option '--work <name:key=value,...>' argument 'w:name=v' is invalid."],
    ["w:class=user,rate=5,work=1us,cpu=4", "--work w: cpu: expected integers from 0 to 3, as `cpus` is 4, but got 4\n"],
    ["w:class=user,rate=5,work=1us,cpus=0+x", '--work w: cpus[1]: expected an integer from 0 to 63, but got "x"\n'],
    ["w:class=user,rate=5,work=1us,start=20ms", "--work w: expected `start` before the end of the run (--time)\n"],
    ["w:class=user,rate=5,work=1us,start=soon", "--work w: start: expected nanoseconds (a number), or text as in"],
    ["w:class=user,rate=5,work=exp:1", '--work w: work.value: expected nanoseconds (a number), or text as in "20us", up to 1 s, but got "1"\n'],
    ["w:class=user,rate=5", "--work w: expected `work`, or `hold`: how long a job takes, but got nothing\n"],
  ])("%s is refused: %s", async (text, line) => {
    const { exit, out, err } = await netisr(["run", "--work", text]);
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    expect(err.slice(0, 8 + line.length)).toBe(`netisr: ${line}`);
  });

  test("its threads are in the report, each in a line, and in the record", async () => {
    const argv = ["run", "--cpus", "2", "--time", "5ms", "--rate", "100kpps", "--work", "call:cpus=all,class=user,rate=5kHz,hold=20us"];
    const { out } = await netisr(argv);
    const lines = out.split("\n");
    const at = lines.indexOf("Other kernel work, simulated");
    expect(lines[at + 1]).toMatch(/^ {2}thread +class +done +not yet +refused +mean wait +mean response +p99$/);
    expect(lines[at + 2]).toMatch(/^ {2}call 0 +user +\d+ +[01] +0 +\S+ us +\d\d\.\d us /);
    expect(lines[at + 3]).toMatch(/^ {2}call 1 +user /);
    expect(lines[at + 4]).toMatch(/^ {2}BGL held by call 0 \d+\.\d %, .*call 1 \d+\.\d %/);
    const { simulated }: RunReport = JSON.parse((await netisr([...argv, "--json"])).out);
    expect(simulated.work.map(({ name, cpu }) => [name, cpu])).toEqual([
      ["call 0", 0],
      ["call 1", 1],
    ]);
    const { jobs, done, refused } = simulated.work[0]!;
    expect(Number(done)).toBeGreaterThan(10);
    expect(lines[at + 2]!.trim().split(/ +/).slice(3, 6)).toEqual([done, Number(jobs) - Number(done) - Number(refused), refused].map(String));
    expect(simulated.locks[0]!.threads.map(({ name }) => name)).toContain("call 1");
  });

  test("a system without traffic has something to do then", async () => {
    const file = await fileWith("idle.json", JSON.stringify({ interfaces: [{ name: "em0", mac: "02:00:00:00:00:01" }] }));
    const { exit, out } = await netisr(["run", file, "--work", "tick:class=soft,rate=1kHz,arrivals=constant,work=5us"]);
    expect(exit).toBe(0);
    expect(out).toContain("  no traffic; costs opteron-2008, lock cas, seed 1\n");
    expect(out).toMatch(/\n {2}tick 0 +soft +19 +1 +0 /);
  });
});
