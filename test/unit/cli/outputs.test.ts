/** Files that commands write: none of those that are read, opened before the work begins, and `-`. */
import { copyFile, cp, link, lstat, readdir, readFile, readlink, stat, symlink } from "node:fs/promises";
import { PassThrough, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine.ts";
import { between, captureFile, example, fileNamed, fileWith, LAN, netisr, root } from "./support.ts";

const SHORT = ["run", "--cpus", "2", "--rate", "200kpps", "--time", "1ms"];
const canBeFull = (await stat("/dev/full").catch(() => undefined)) !== undefined;
const seesOwnFiles = (await stat("/proc/self/fd").catch(() => undefined)) !== undefined;
const unmade = (): Promise<Engine> => expect.unreachable("the engine was made");
const refused = (line: string) => ({ exit: 2, out: "", err: `netisr: ${line}\n` });
const isThere = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );

const [config, costs, capture, points, soft, hard] = ["lan.json", "costs.json", "read.pcapng", "points.csv", "soft", "hard"].map(fileNamed) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
beforeAll(async () => {
  await fileWith("lan.json", JSON.stringify({ ...LAN, virtual: { traffic: [{ if: "em0", arrivals: "constant", rate: 100_000 }] } }));
  await fileWith("costs.json", '{"set":{"Service":40}}');
  await captureFile("read.pcapng", [{ interface: 0, time: 5n, data: between(1, 2) }]);
  await fileWith("points.csv", "cpus,offered [kpps],load [%]\n1,100,30\n");
  await symlink(config, soft);
  await link(config, hard);
});

describe("what is read is not written over", () => {
  test.each([
    ["--csv", config, ["run", config, "--every", "1ms", "--csv", config]],
    ["--csv", soft, ["run", config, "--every", "1ms", "--csv", soft]],
    ["--trace-out", hard, ["run", config, "--trace-out", hard]],
    ["--trace-out", costs, [...SHORT, "--costs", costs, "--trace-out", costs]],
    ["--csv", capture, [...SHORT, "--traffic-capture", `em0=${capture}`, "--every", "1ms", "--csv", capture]],
    ["--csv", capture, [...SHORT, "--sizes", `@${capture}`, "--every", "1ms", "--csv", capture]],
    ["--out", points, ["calibrate", points, "--out", points]],
    ["-w", soft, ["replay", capture, "-c", config, "-w", soft]],
  ])("%s %s", async (option, file, argv) => {
    const before = await readFile(file);
    expect(await netisr(argv, { createEngine: unmade })).toEqual(refused(`${option} ${file}: this file is read; writing would destroy it`));
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  test("demo --out where its captures lie", async () => {
    const folder = fileNamed("package");
    await cp(new URL("examples", root), `${folder}/examples`, { recursive: true });
    await copyFile(new URL("package.json", root), `${folder}/package.json`);
    const captures = `${folder}/examples/captures`;
    const ended = await netisr(["demo", "--out", captures], { root: pathToFileURL(`${folder}/`), createEngine: unmade });
    expect(ended).toEqual(refused(`--out ${captures}/bridge.pcapng: this file is read; writing would destroy it`));
    expect((await readFile(`${captures}/bridge.pcapng`)).equals(await readFile(example("captures/bridge.pcapng")))).toBe(true);
  });
});

test("two outputs are two files, whatever their names are; what was there stays", async () => {
  const [file, other, nowhere] = [fileNamed("both"), fileNamed("both_link"), fileNamed("nowhere")];
  await symlink(file, other);
  await symlink(nowhere, fileNamed("nowhere_link"));
  const both = (csv: string, trace: string) => netisr([...SHORT, "--every", "1ms", "--csv", csv, "--trace-out", trace], { createEngine: unmade });
  const line = (trace: string): string => `--trace-out ${trace}: expected another file than that of --csv, which is the same`;
  expect(await both(file, file)).toEqual(refused(line(file)));
  expect(await both(other, file)).toEqual(refused(line(file)));
  expect(await both(fileNamed("nowhere_link"), nowhere)).toEqual(refused(line(nowhere)));
  expect(await Promise.all([file, nowhere, fileNamed("nowhere_link")].map(isThere))).toEqual([false, false, true]);
  await fileWith("both", "as it was");
  expect(await both(file, other)).toEqual(refused(line(other)));
  expect(await readFile(file, "utf8")).toBe("as it was");
  expect((await netisr([...SHORT, "--every", "1ms", "--csv", "/dev/null", "--trace-out", "/dev/null"])).exit).toBe(0);
});

describe("an output that cannot be written", () => {
  const POINTS = "cpus,offered [kpps],load [%]\n1,100,30\n";
  const calibrate = async (...more: string[]): Promise<string[]> => {
    const table = await fileWith("table.csv", POINTS);
    return ["calibrate", table, "--fit", "IpFragment", "--packets", "500", ...more];
  };
  const argvOf = async (option: string, file: string): Promise<string[]> =>
    option === "--out" ? calibrate(option, file) : [...SHORT, ...(option === "--csv" ? ["--every", "1ms"] : []), option, file];

  test.each(["--csv", "--trace-out", "--out"])("%s is refused before anything is simulated", async (option) => {
    const file = fileNamed("no/such/file");
    const argv = await argvOf(option, file);
    expect(await netisr(argv, { createEngine: unmade })).toEqual(refused(`${option} ${file}: no such file or directory`));
  });

  test.skipIf(!canBeFull).each(["--csv", "--trace-out", "--out"])(
    "%s: when that is seen in the end the report comes all the same, then the error",
    async (option) => {
      const { exit, out, err } = await netisr(await argvOf(option, "/dev/full"));
      expect({ exit, err }).toEqual({ exit: 2, err: `netisr: ${option} /dev/full: no space left on device\n` });
      expect(out).toMatch(/^netisr \S+ (run|calibrate) /);
      expect(out).not.toContain("The costs are in");
    },
  );

  test.runIf(canBeFull && seesOwnFiles)("it is not kept open", async () => {
    for (const option of ["--csv", "--trace-out", "--out"]) await netisr(await argvOf(option, "/dev/full"));
    expect((await netisr(["replay", capture, "-c", config, "-w", "/dev/full"])).exit).toBe(2);
    const open = await Promise.all((await readdir("/proc/self/fd")).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")));
    expect(open).not.toContain("/dev/full");
  });

  test("the record has the exit code, and what can be written is", async () => {
    const csv = fileNamed("written.csv");
    const { exit, out } = await netisr([...SHORT, "--every", "1ms", "--csv", csv, "--trace-out", "/dev/full", "--json"]);
    expect([exit, JSON.parse(out).exitCode]).toEqual([2, 2]);
    expect((await readFile(csv, "utf8")).split("\n")).toHaveLength(3);
  });

  test("a calibration that is interrupted leaves a file as it was, and makes none", async () => {
    const [old, fresh] = [await fileWith("old.json", "as it was"), fileNamed("fresh.json")];
    for (const file of [old, fresh]) expect((await netisr(await calibrate("--out", file), { signal: AbortSignal.abort("SIGINT") })).exit).toBe(130);
    expect(await readFile(old, "utf8")).toBe("as it was");
    expect(await isThere(fresh)).toBe(false);
  });

  test("what is shorter than what was there is all that is there then", async () => {
    const file = await fileWith("long.csv", "~".repeat(100_000));
    expect((await netisr([...SHORT, "--every", "1ms", "--csv", file])).exit).toBe(0);
    expect(await readFile(file, "utf8")).toMatch(/^from_ps,[^~]*\n0,1000000000,[^~]*\n$/);
  });
});

describe("- is standard output", () => {
  const collected = (): { stream: Writable; text: () => string } => {
    const stream = new PassThrough();
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    return { stream, text: () => Buffer.concat(chunks).toString() };
  };

  test.each([
    ["--csv", /^from_ps,.*\n0,1000000000,.*\n$/],
    ["--trace-out", /^ *0\.\d+ us .* arrives by em\d/m],
  ])("for %s; the report goes to standard error", async (option, data) => {
    const { stream, text } = collected();
    const { exit, out, err } = await netisr([...SHORT, ...(option === "--csv" ? ["--every", "1ms"] : []), option, "-"], { stdout: () => stream });
    expect({ exit, out }).toEqual({ exit: 0, out: "" });
    expect(text()).toMatch(data);
    expect(err).toMatch(/^netisr \S+ run of a made-up router/);
    expect(await isThere("-")).toBe(false);
  });

  test("for the costs of a calibration", async () => {
    const { stream, text } = collected();
    const points = await fileWith("dash.csv", "cpus,offered [kpps],load [%]\n1,100,30\n");
    const argv = ["calibrate", points, "--fit", "IpFragment", "--packets", "500", "--out", "-"];
    const { exit, out, err } = await netisr(argv, { stdout: () => stream });
    expect({ exit, out, costs: JSON.parse(text()) }).toEqual({ exit: 0, out: "", costs: { preset: "opteron-2008", set: {} } });
    expect(err).toMatch(/^netisr \S+ calibrate \S+: 1 point, 1 value, \d+ runs/);
    expect(await netisr([...argv, "--json"])).toEqual(refused("--out - and --json: expected standard output for one of them"));
  });

  test("a reader who had enough is no error", async () => {
    const gone = new Writable({ write: (_, __, done) => done(Object.assign(new Error("gone"), { code: "EPIPE" })) });
    gone.on("error", () => {});
    expect((await netisr([...SHORT, "--trace-out", "-"], { stdout: () => gone })).exit).toBe(0);
  });

  test.each([
    [["--csv", "-", "--trace-out", "-"], "--csv - and --trace-out -"],
    [["--csv", "-", "--json"], "--csv - and --json"],
    [["--trace-out", "-", "--json"], "--trace-out - and --json"],
  ])("%j is refused", async (options, what) => {
    const every = options.includes("--csv") ? ["--every", "1ms"] : [];
    expect(await netisr([...SHORT, ...every, ...options])).toEqual(refused(`${what}: expected standard output for one of them`));
  });
});
