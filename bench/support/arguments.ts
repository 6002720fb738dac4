/** The command line of `npm run bench`. */
import { parseArgs } from "node:util";
import { FULL } from "./measure.ts";

export interface Arguments {
  /** Benches to run, in the order of the list. */
  benches: string[];
  format: "text" | "markdown" | "json";
  quick: boolean;
  only: string[];
  builds: string[];
  /** Samples of each contestant, if not as many as usual. */
  samples: number | undefined;
  help: boolean;
}

/** The command line cannot be used. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const OPTIONS = {
  json: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
  only: { type: "string", multiple: true, default: [] as string[] },
  wasm: { type: "string", multiple: true, default: [] as string[] },
  samples: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

export const usage = (names: readonly string[]): string => `usage: npm run bench -- [NAME...] [options]

NAME           ${names.join(", ")}; none: all of them
--json         one JSON document
--markdown     tables for a README
--quick        few short samples: to see that everything works, not for figures
--only TEXT    only workloads of throughput, tables of scaling and systems of machines whose names have TEXT in them; more than once: any of them
--samples N    samples of each contestant instead of ${FULL.samples}: more of them on a machine that others use
--wasm PATH    measure this build of the engine too, interleaved with that of the package; more than once.
               A module, or a folder like dist/ of another commit, which brings its own host
`;

/** @throws UsageError */
export const readArguments = (argv: readonly string[], names: readonly string[]): Arguments => {
  const { values, positionals } = parse(argv);
  for (const name of positionals) if (!names.includes(name)) throw new UsageError(`${name}: expected one of ${names.join(", ")}`);
  if (values.json && values.markdown) throw new UsageError("--json, --markdown: expected one of them at most");
  return {
    benches: positionals.length > 0 ? names.filter((name) => positionals.includes(name)) : [...names],
    format: values.json ? "json" : values.markdown ? "markdown" : "text",
    quick: values.quick,
    only: values.only,
    builds: values.wasm,
    samples: values.samples === undefined ? undefined : sampleCount(values.samples),
    help: values.help,
  };
};

/** Each part must be in the name of something. @throws UsageError */
export const checkOnly = (only: readonly string[], names: readonly string[]): void => {
  for (const part of only)
    if (!names.some((name) => name.includes(part))) throw new UsageError(`--only ${part}: expected a part of "${names.join('", "')}"`);
};

const sampleCount = (text: string): number => {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new UsageError(`--samples ${text}: expected an integer from 1 to 99999`);
  return count;
};

const parse = (argv: readonly string[]) => {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};
