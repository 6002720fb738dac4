import { readdir, readFile, symlink } from "node:fs/promises";
import { expect, test } from "vitest";
import { makeFolder } from "../../../src/cli/output/folder.ts";
import { demoText } from "../../../src/report/index.ts";
import { makeEngine } from "../../support/engines.ts";
import { fileNamed, fileWith, framesIn, netisr } from "./support.ts";

const LOCK_KNOB = "net.netisr.mpsafe_thread";

test("the demo compares three lock modes on two captures and writes what was sent", async () => {
  const folder = fileNamed("a/new/folder");
  const { exit, out, err } = await netisr(["demo", "--out", folder]);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  const rows = out.split("\n").filter((line) => /\b[012] (?:BGL|adaptive|no BGL) .*\bsame$/.test(line));
  expect(rows).toHaveLength(6);
  expect(out.match(/queued \d+ {3}holds/g)).toHaveLength(2);
  for (const [name, ports] of [
    ["bridge", ["p0", "p1", "p2", "p3"]],
    ["router", ["p0", "p1", "p2"]],
  ] as const) {
    const frames = await framesIn(`${folder}/${name}.pcapng`);
    expect(new Set(frames.map(({ interfaceName }) => interfaceName))).toEqual(new Set(ports));
    expect(rows.filter((row) => row.includes(` ${frames.length}  same`))).toHaveLength(3);
  }
  expect(out.split("\n").filter((line) => line.length > 100 && !line.includes(folder))).toEqual([]);
});

test("commands to try that do not fit a line go over several", () => {
  const text = demoText({
    version: "1",
    rows: [],
    written: [`${"out/".repeat(25)}router.pcapng`],
    examples: `${"../".repeat(8)}usr/lib/node_modules/netisr/examples`,
  });
  expect(text.split("\n").filter((line) => line.length > 100 && !line.includes("out/out"))).toEqual([]);
  expect(text).toMatch(
    /\n {2}npx netisr replay \\\n {4}\S+captures\/bridge\.pcapng \\\n {4}-c \S+bridge\.json \\\n {4}--cpus 4\n {6}the same bridge/,
  );
});

test("folders are made one in the other; one that is there is taken, a file in its place is not", async () => {
  const inner = fileNamed("one/two/three");
  await makeFolder(inner);
  await makeFolder(inner);
  await makeFolder(`${fileNamed("one")}/two/../four/`);
  expect((await readdir(fileNamed("one"))).sort()).toEqual(["four", "two"]);
  const file = await fileWith("file", "");
  await expect(makeFolder(file)).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolder(`${file}/folder`)).rejects.toMatchObject({ code: "ENOTDIR" });
  await symlink(fileNamed("nowhere"), fileNamed("dangling"));
  await expect(makeFolder(fileNamed("dangling"))).rejects.toMatchObject({ code: "EEXIST" });
});

test("modes that send different bytes fail the demo", async () => {
  const { exit, out, err } = await netisr(["demo", "--out", fileNamed("differ")], {
    createEngine: async (config, options) => {
      const engine = await makeEngine("release", config, options);
      if (config.sysctl?.[LOCK_KNOB] !== 2) return engine;
      const take = engine.take.bind(engine);
      engine.take = () => take().map((departure) => ({ ...departure, data: departure.data.map((byte) => byte ^ 1) }));
      return engine;
    },
  });
  expect({ exit, err }).toEqual({ exit: 1, err: "netisr: a check failed: the lock modes sent different bytes\n" });
  expect(out.match(/DIFFER$/gm)).toHaveLength(2);
  expect(out).toContain("WRONG: the modes did not send the same.");
});

test("what the demo writes for a capture is what a replay of it writes", async () => {
  const folder = fileNamed("twice");
  await netisr(["demo", "--out", folder]);
  const root = new URL("../../../examples/", import.meta.url).pathname;
  const written = fileNamed("router_out.pcapng");
  const { exit } = await netisr(["replay", `${root}captures/router.pcapng`, "-c", `${root}router.json`, "-w", written]);
  expect(exit).toBe(0);
  expect((await readFile(written)).equals(await readFile(`${folder}/router.pcapng`))).toBe(true);
});
