/** What ARCHITECTURE.md says about folders, directions and places, held against the sources. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { At } from "../assembly/abi.ts";
import { codeOnly, commentsOf, importsOf, readSource, sourcesUnder } from "./support/sources.ts";
import { SECTION, sectionsOf } from "./support/wasm_sections.ts";

const MAX_LINES = 250;
const ENGINE = sourcesUnder("assembly");
const HOST = sourcesUnder("src");

/** First part of a path below a folder, without the ending: "assembly/net/ifq.ts" is "net", "src/engine.ts" is "engine". */
const layerOf = (file: string): string => file.split("/")[1]!.replace(/\..*$/, "");

/** Rank of each layer; those in one row stand side by side and do not import each other. */
const ranksOf = (rows: string[]): Map<string, number> =>
  new Map(rows.flatMap((row, rank) => row.split(" ").map((layer): [string, number] => [layer, rank])));

/** Imports that go right, to a neighbour, or to something without a rank. `peers`: layers of single files that may import each other. */
const wrongDirections = (files: string[], ranks: Map<string, number>, peers: readonly string[] = []): string[] =>
  files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => imported.startsWith(`${file.split("/")[0]}/`))
      .filter((imported) => {
        const [from, to] = [layerOf(file), layerOf(imported)];
        if (from === to || (peers.includes(from) && peers.includes(to))) return !ranks.has(from);
        return !(ranks.get(to)! < ranks.get(from)!);
      })
      .map((imported) => `${file} -> ${imported}`),
  );

describe("directions", () => {
  test("an engine file imports only its own folder and what lies to the left of it", () => {
    const order = "abi memory wire stats kern seam net netinet ether dev path machine boot attach control views index";
    expect(ENGINE.length).toBeGreaterThan(50);
    expect(wrongDirections(ENGINE, ranksOf(order.split(" ")))).toEqual([]);
  });

  test("an engine file imports nothing from outside the engine, and abi.ts nothing at all", () => {
    const foreign = ENGINE.flatMap((file) => importsOf(file).filter((imported) => !imported.startsWith("assembly/")));
    expect(foreign).toEqual([]);
    expect(importsOf("assembly/abi.ts")).toEqual([]);
  });

  test("a host file imports only its own folder and what lies to the left of it", () => {
    const rows = [
      "types errors bytes knobs costs addresses suggest given",
      "capture config reference",
      "wasm",
      "trace",
      "engine report",
      "calibrate",
      "cli create",
      "index",
    ];
    expect(HOST.length).toBeGreaterThan(50);
    expect(wrongDirections(HOST, ranksOf(rows), ["types", "errors", "bytes", "knobs", "costs", "addresses", "suggest", "given"])).toEqual([]);
  });

  test("host and engine share one file", () => {
    const outside = HOST.flatMap(importsOf).filter((imported) => /^(?:\.\.|assembly|test|tools|bench)\b/.test(imported));
    expect(new Set(outside)).toEqual(new Set(["assembly/abi.ts"]));
  });

  test("Node's own modules are used by the loader for Node, files of file input and output, and the command line only", () => {
    const allowed = /^src\/(?:cli\/.*|(?:.*\/)?(?:load_node|files?|[a-z_]+_files?)|index\.node)\.ts$/;
    const users = HOST.filter((file) => importsOf(file).some((imported) => imported.startsWith("node:")));
    expect(users).toContain("src/wasm/load_node.ts");
    expect(users.filter((file) => !allowed.test(file))).toEqual([]);
  });

  test("nothing that a browser loads comes to a module of Node's", () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      if (file.startsWith("src/")) importsOf(file).forEach(visit);
    };
    visit("src/index.browser.ts");
    expect(reached).toContain("src/wasm/load_browser.ts");
    expect([...reached].filter((file) => file.startsWith("node:"))).toEqual([]);
  });
});

describe("the engine", () => {
  test("only seam and machine name a machine", () => {
    const naming = ENGINE.filter((file) => !/^assembly\/(?:seam|machine)\//.test(file)).filter((file) =>
      /(?:\b|_)(?:instant|virtual|stutter|parallel)|(?:Instant|Virtual|Stutter|Parallel)/.test(codeOnly(readSource(file))),
    );
    expect(naming).toEqual([]);
  });

  test.each(["assembly/seam/index.ts", "assembly/machine/index.ts"])("%s is one line, which the build exchanges", (file) => {
    expect(codeOnly(readSource(file)).trim()).toBe('export * from "";');
  });

  test("nothing is allocated: no `new`, no literals of objects or arrays", () => {
    const allocating = ENGINE.flatMap((file) =>
      Array.from(codeOnly(readSource(file)).matchAll(/\bnew\s+[A-Z]|\bnew\s*\(|[=(,]\s*\[|\bheap\.|__new\b/g), ([found]) => `${file}: ${found}`),
    );
    expect(allocating).toEqual([]);
  });

  test("the only decorator is @unmanaged on a class", () => {
    const others = ENGINE.flatMap((file) =>
      Array.from(codeOnly(readSource(file)).matchAll(/@(\w+)\s+(?:export\s+)?(?:abstract\s+)?(\w+)/g))
        .filter(([, decorator, what]) => decorator !== "unmanaged" || what !== "class")
        .map(([found]) => `${file}: ${found}`),
    );
    expect(others).toEqual([]);
  });

  test("the release module has no data segments and no function table: instances in several threads would write the former again", () => {
    const sections = sectionsOf(readFileSync(new URL("../build/release.wasm", import.meta.url)));
    expect(sections).toContain(10); // the code: the module was read to its end
    expect(sections.filter((id) => (Object.values(SECTION) as number[]).includes(id))).toEqual([]);
  });

  test("every file says at its head what it is", () => {
    expect(ENGINE.filter((file) => !readSource(file).startsWith("// "))).toEqual([]);
  });

  test("the head of a file that waits for locks says what comes in, what goes out, and which locks it needs", () => {
    const lacking = ENGINE.filter(
      (file) => /^assembly\/(?:net|netinet|ether|dev)\//.test(file) && /\b(?:enter|getMplock)\(t, At\./.test(codeOnly(readSource(file))),
    ).filter((file) => !["in", "out", "locks"].every((key) => new RegExp(`^//.*\\b${key}  `, "m").test(readSource(file).split("\n\n")[0]!)));
    expect(lacking).toEqual([]);
  });
});

test(`no file of engine or host is longer than ${MAX_LINES} lines`, () => {
  const lengths = [...ENGINE, ...HOST].map((file) => ({ file, lines: readSource(file).trimEnd().split("\n").length }));
  expect(lengths.filter(({ lines }) => lines > MAX_LINES)).toEqual([]);
});

/** Rows of the tables in ARCHITECTURE.md 1: a place and the function that serves it. */
const tableOfPlaces = (): { place: string; serves: string }[] => {
  const section = readSource("ARCHITECTURE.md").split(/^## /m)[1]!;
  const namesIn = (cell: string): string[] => Array.from(cell.matchAll(/`(\w+)`/g), ([, name]) => name!);
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => {
      const [, places, functions] = line.split("|");
      return namesIn(places!).map((place, i) => ({ place, serves: namesIn(functions!)[i]! }));
    });
};

describe("places where a thread can wait", () => {
  const rows = tableOfPlaces();
  const inTable = new Set(rows.map(({ place }) => place));
  const code = ENGINE.filter((file) => !/^assembly\/(?:seam|machine)\//.test(file))
    .map((file) => codeOnly(readSource(file)))
    .join("\n");
  const found = (pattern: RegExp): string[] => Array.from(code.matchAll(pattern), ([, place]) => place!);
  /** Given to the machine with a lock or an IPI; as the handler of a protocol; as the place where a thread rests or sleeps. */
  const waiting = new Set([
    ...found(/\b(?:enter|getMplock|send|pause)\(t, At\.(\w+)/g),
    ...found(/\bnetisrRegister\([\w.]+, At\.(\w+)/g).filter((place) => place !== "Done"),
    ...found(/\? At\.(\w+) : place;/g),
    ...found(/\bstart\(t, .*?, At\.(\w+)\)/g),
    ...found(/\bt\.at = At\.(\w+)/g),
  ]);

  test("each stands in the table, and the table has no other", () => {
    expect(waiting.size).toBeGreaterThan(20);
    expect([...inTable].sort()).toEqual([...waiting].sort());
  });

  test("each of the table is a member of At", () => {
    expect([...inTable].filter((place) => !(place in At))).toEqual([]);
  });

  test("each is served in path.ts by the function that the table names", () => {
    const map = codeOnly(readSource("assembly/path.ts"));
    // The last one is the default of the last switch.
    const serving = (place: string): string | undefined =>
      new RegExp(`case At\\.${place}: return (\\w+)\\(`).exec(map)?.[1] ??
      (place === "SyncMessage" ? /default: return (\w+)\(t, message\)/.exec(map)?.[1] : undefined);
    expect(rows.filter(({ place, serves }) => serving(place) !== serves)).toEqual([]);
  });

  test("each is named in the comments of the file that has its function", () => {
    const silent = rows.filter(({ place, serves }) => {
      const file = ENGINE.find((candidate) => readSource(candidate).includes(`export function ${serves}(`));
      return !file || !new RegExp(`\\b(?:Place|At\\.)\\s?${place}\\b`).test(commentsOf(readSource(file)));
    });
    expect(silent.map(({ place, serves }) => `${place}: ${serves}`)).toEqual([]);
  });

  test("every member of At but the first three has its case in the map", () => {
    const map = codeOnly(readSource("assembly/path.ts"));
    const members = Object.keys(At).filter((name) => Number.isNaN(Number(name)) && !["Done", "Wait", "Empty", "Count", "SyncMessage"].includes(name));
    expect(members.filter((name) => !map.includes(`case At.${name}:`))).toEqual([]);
  });
});
