/** The project's own source text, as the tests of its architecture look at it. */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

const root = new URL("../../", import.meta.url);

export const readSource = (file: string): string => readFileSync(new URL(file, root), "utf8");

/** TypeScript files under a folder of the repository, as paths from its root. */
export const sourcesUnder = (folder: string): string[] =>
  readdirSync(new URL(`${folder}/`, root), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => posix.join(folder, posix.relative(new URL(`${folder}/`, root).pathname, `${entry.parentPath}/`), entry.name))
    .sort();

/** Strings stay as they are; a comment leaves its line breaks behind. */
const STRING_OR_COMMENT = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

export const withoutComments = (text: string): string =>
  text.replace(STRING_OR_COMMENT, (found, string: string | undefined) => string ?? found.replace(/[^\n]/g, ""));

/** What is left to read when comments and the insides of strings are gone. */
export const codeOnly = (text: string): string => withoutComments(text).replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '""');

export const commentsOf = (text: string): string =>
  Array.from(text.matchAll(STRING_OR_COMMENT), ([found, string]) => (string === undefined ? found : "")).join("\n");

const FROM = /\b(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']|\bimport\s*["']([^"']+)["']|\bimport\s*\(\s*["']([^"']+)["']/g;

/** What a file imports or exports again, types included: a path from the root of the repository, or the bare name of a package. */
export const importsOf = (file: string): string[] =>
  Array.from(withoutComments(readSource(file)).matchAll(FROM), ([, from, effect, dynamic]) => from ?? effect ?? dynamic!).map((name) =>
    name.startsWith(".") ? posix.join(posix.dirname(file), name) : name,
  );
