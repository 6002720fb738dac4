/** The package as somebody else has it: packed, unpacked into a folder of his own, and used from TypeScript. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "netisr-package-"));
const run = promisify(execFile);
/** Paths in the package. */
let packed: string[] = [];

beforeAll(async () => {
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], { cwd: root });
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  packed = files.map(({ path }) => path);
  const target = join(folder, "node_modules/netisr");
  mkdirSync(target, { recursive: true });
  await run("tar", ["-xzf", join(folder, filename), "--strip-components=1", "-C", target]);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the compiler says of a program; "": nothing. */
const compiled = async (program: string, resolution: "nodenext" | "bundler"): Promise<string> => {
  const file = join(folder, `program_${resolution}.ts`);
  writeFileSync(file, program);
  const modules = resolution === "bundler" ? "esnext" : "nodenext";
  const options = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2023,dom,esnext.disposable", "--module", modules];
  return run(join(root, "node_modules/.bin/tsc"), [...options, "--moduleResolution", resolution, file], { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
};

const PROGRAM = `
import { COSTS, ConfigError, type CostInfo, type CostPreset, createEngine, readCapture, writePcapng, type EngineConfig, type PacketHandler, type Results } from "netisr";

const config: EngineConfig = { cpus: 2, interfaces: [{ name: "em0", mac: "02:00:00:00:00:01" }] };
const engine = await createEngine(config, { machine: "virtual" });
const handler: PacketHandler = ({ frame }) => (frame.length > 60 ? "taken" : "pass");
engine.setHandler("ipv6", handler);
engine.receive([{ interface: "em0", data: new Uint8Array(60) }]);
const results: Results = engine.results();
export const waited: bigint = results.places.Lock.sum;
export const bytes: Uint8Array = writePcapng([{ interface: 0, time: 1n, data: new Uint8Array(60) }], [{ name: "em0" }]);
export const frames = [...readCapture(bytes)].length;
export const names: CostInfo["name"][] = COSTS.map(({ name }) => name);
export const preset: CostPreset = "zero";
export const path: string = new ConfigError("mtu", "a number", "x").path;
`;

test.each(["nodenext", "bundler"] as const)("a program that is right compiles, one that is wrong does not: %s", async (resolution) => {
  expect(await compiled(PROGRAM, resolution)).toBe("");
  const wrong = PROGRAM.replace("cpus: 2", 'cpus: "two"').replace('"taken" : "pass"', '"taken" : "gone"');
  const said = await compiled(wrong, resolution);
  expect(said).toContain("Type 'string' is not assignable to type 'number'");
  expect(said).toContain("Type '\"gone\"' is not assignable to type");
});

test("it has the declarations that its entries need, with their comments, and no others", () => {
  const declarations = packed.filter((path) => path.startsWith("dist/types/"));
  expect(declarations).toContain("dist/types/src/index.node.d.ts");
  expect(declarations).toContain("dist/types/src/index.browser.d.ts");
  const texts = declarations.map((path) => readFileSync(join(folder, "node_modules/netisr", path), "utf8"));
  expect(texts.join("")).toContain("/** Most frames that interrupts find at once");
  const unnamed = declarations.filter((path) => !texts.some((text) => text.includes(`/${basename(path, ".d.ts")}.ts"`)));
  expect(unnamed).toEqual(["dist/types/src/index.browser.d.ts", "dist/types/src/index.node.d.ts"]);
});

test("the packed package runs", async () => {
  const program = join(folder, "program.js");
  writeFileSync(
    program,
    `import { createEngine } from "netisr";\nconst engine = await createEngine({ interfaces: [{ name: "em0", mac: "02:00:00:00:00:01" }] });\nconsole.log(engine.run());\n`,
  );
  expect((await run(process.execPath, [program], { cwd: folder })).stdout).toBe("idle\n");
});
