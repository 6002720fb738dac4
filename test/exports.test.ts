/**
 * What is exported is imported: an export that no other file takes is dead code, or should not leave its file. Tests, benches and tools count as other files.
 * A type counts as taken, too, if its own file names it again: it is part of a type or function that others take.
 */
import { posix } from "node:path";
import { expect, test } from "vitest";
import { codeOnly, readSource, sourcesUnder, withoutComments } from "./support/sources.ts";

const PRODUCT = [...sourcesUnder("assembly"), ...sourcesUnder("src")];
const FILES = new Set([...PRODUCT, ...["test", "bench", "tools"].flatMap((folder) => sourcesUnder(folder))]);

/** Files whose exports are for the world outside: the functions of the Wasm module, and the package. Its types are held to the rule all the same. */
const ENTRIES = ["assembly/index.ts", "src/index.node.ts", "src/index.browser.ts"];

const ALL = "*";

/** A name that a file takes from a module, or all of them. */
interface Import {
  from: string;
  name: string;
}

const resolve = (file: string, name: string): string => {
  const path = posix.join(posix.dirname(file), name);
  return [path, `${path}.ts`, `${path}/index.ts`].find((candidate) => FILES.has(candidate)) ?? path;
};

const namesIn = (braces: string): string[] =>
  braces
    .split(",")
    .map(
      (one) =>
        one
          .trim()
          .replace(/^type\s+/, "")
          .split(/\s+as\s+/)[0]!,
    )
    .filter((one) => one !== "");

const IMPORT = /\b(?:import|export)\s+(?:type\s+)?(?:\w+\s*,\s*)?\{([^}]*)\}\s*from\s*["'](\.[^"']*)["']/g;
const NAMESPACE = /\bimport\s+\*\s+as\s+(\w+)\s+from\s*["'](\.[^"']*)["']/g;
/** `import("./x.ts")`, as an expression and as a type. */
const DYNAMIC = /\bimport\(\s*["'](\.[^"']*)["']\s*\)/g;
const STAR = /\bexport\s+(type\s+)?\*\s+from\s*["'](\.[^"']*)["']/g;

const importsIn = (file: string): Import[] => {
  const text = withoutComments(readSource(file));
  return [
    ...Array.from(text.matchAll(IMPORT), ([, braces, from]) => namesIn(braces!).map((name) => ({ from: resolve(file, from!), name }))).flat(),
    ...Array.from(text.matchAll(NAMESPACE), ([, as, from]) =>
      Array.from(text.matchAll(new RegExp(`\\b${as}\\.(\\w+)`, "g")), ([, name]) => ({ from: resolve(file, from!), name: name! })),
    ).flat(),
    ...Array.from(text.matchAll(DYNAMIC), ([, from]) => ({ from: resolve(file, from!), name: ALL })),
  ];
};

/** A file whose exports another hands on as they are. */
interface Star {
  from: string;
  types: boolean;
}

/** Lines that the build exchanges: the file, and what it hands on then. */
const EXCHANGED = Array.from(readSource("tools/build.mjs").matchAll(/"(assembly\/[\w/]+\.ts)": "(\.[^"]+)"/g), ([, file, from]) => ({
  file: file!,
  from: from!,
}));

const starsIn = (file: string): Star[] => {
  return [
    ...Array.from(withoutComments(readSource(file)).matchAll(STAR), ([, types, from]) => ({
      from: resolve(file, from!),
      types: types !== undefined,
    })),
    ...EXCHANGED.filter((line) => line.file === file).map(({ from }) => ({ from: resolve(file, from), types: false })),
  ];
};

const DECLARATION = /^export\s+(?:declare\s+|abstract\s+|async\s+)*(const enum|const|let|function\*?|class|enum|interface|type)\s+(\w+)(.*)/gm;

/** What a file declares and exports; several names of one line where they are constants in capitals. */
const exportsOf = (file: string): { name: string; isType: boolean }[] =>
  Array.from(withoutComments(readSource(file)).matchAll(DECLARATION), ([, kind, name, rest]) => [
    { name: name!, isType: kind === "interface" || kind === "type" },
    ...Array.from(rest!.matchAll(/, ([A-Z][A-Z0-9_]*)(?:: \w+)? = /g), ([, further]) => ({ name: further!, isType: false })),
  ]).flat();

const taken = new Map<string, Set<string>>();

const take = (file: string, name: string): void => {
  const names = taken.get(file) ?? new Set<string>();
  if (names.has(name)) return;
  taken.set(file, names.add(name));
  if (!FILES.has(file)) return;
  for (const star of starsIn(file)) if (name !== ALL || !star.types) take(star.from, name);
};

for (const file of FILES) for (const { from, name } of importsIn(file)) take(from, name);
for (const file of ENTRIES) take(file, ALL);

/** Exports of a file that no other takes. */
const idleOf = (file: string): string[] => {
  const names = taken.get(file) ?? new Set();
  if (names.has(ALL)) return [];
  const code = codeOnly(readSource(file));
  const isNamedAgain = (name: string): boolean => (code.match(new RegExp(`\\b${name}\\b`, "g")) ?? []).length > 1;
  return exportsOf(file)
    .filter(({ name, isType }) => !names.has(name) && !(isType && isNamedAgain(name)))
    .map(({ name }) => `${file}: ${name}`);
};

test("the exports of engine and host are found", () => {
  const abi = exportsOf("assembly/abi.ts").map(({ name }) => name);
  expect(abi).toEqual(expect.arrayContaining(["At", "IFF_UP", "IFF_POLLING", "Region"]));
  expect(taken.get("assembly/seam/virtual.ts")).toContain("charge");
});

test("every name that engine or host exports is imported by another file", () => {
  expect(PRODUCT.flatMap(idleOf)).toEqual([]);
});
