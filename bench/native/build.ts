/** The C programs: built by gcc if there is one, into build/native/. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The path is the same from here and from the bundled benches in build/bench. */
const ROOT = new URL("../../", import.meta.url);
const SOURCES = fileURLToPath(new URL("bench/native/", ROOT));
const BUILT = fileURLToPath(new URL("build/native/", ROOT));

/** Flags beside the program's own. */
const COMMON = ["-std=gnu11", "-Wall", "-Wextra", "-Werror"];

export const PROGRAMS = {
  /** The engine's steps. */
  loop: ["-O3", "-march=native"],
  /** Without queues, messages and counters; flags as those of the rows in the table of peers. */
  bare: ["-O2"],
} as const satisfies Record<string, readonly string[]>;

/** Why there are no C programs; undefined: gcc is there. */
export const noCompiler = (): string | undefined =>
  spawnSync("gcc", ["--version"], { stdio: "ignore" }).error ? "there is no gcc on this machine" : undefined;

/** Compiles a program unless it is newer than all sources. @returns its path @throws Error with gcc's message */
export const buildNative = (program: keyof typeof PROGRAMS, flags: readonly string[] = PROGRAMS[program], out: string = program): string => {
  const target = `${BUILT}${out}`;
  const newest = Math.max(...readdirSync(SOURCES).map((file) => statSync(SOURCES + file).mtimeMs));
  if ((statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? 0) > newest) return target;
  mkdirSync(BUILT, { recursive: true });
  execFileSync("gcc", [...flags, ...COMMON, "-o", target, `${SOURCES}${program}.c`], { stdio: ["ignore", "inherit", "pipe"] });
  return target;
};
