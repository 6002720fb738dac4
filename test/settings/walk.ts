/** Every setting of a part of the configuration, as its schema has it; and a configuration in which one setting has another value. */
import { FAULT_SHAPES, faultShape } from "../../src/config/fault_shape.ts";
import type { Either, Group, Lazy, Leaf, List, Optional, Schema, Table } from "../../src/config/schema.ts";
import { SIZE_FORMS, sizes } from "../../src/config/traffic_shape.ts";
import type { EngineConfig } from "../../src/types.ts";

export interface Setting {
  /**
   * As in "virtual.traffic[].batch.frames". "[]": an entry of a list; "*": any key. "(loss)": the entry has this form, of several that follow from the entry
   * itself.
   */
  path: string;
  /** The only values, if it is one of a few words. */
  words: readonly string[];
}

/** Leaves that take objects of several forms. */
const FORMS = new Map<Schema, Record<string, Schema>>([
  [faultShape, FAULT_SHAPES],
  [sizes, SIZE_FORMS],
]);

/** In the order of the schema. A setting that has several forms is there once. */
export const settingsOf = (schema: Schema, path: string): Setting[] => {
  const all = new Map<string, string[]>();
  for (const { path: at, words } of found(schema, path)) all.set(at, [...(all.get(at) ?? []), ...words]);
  return Array.from(all, ([at, words]) => ({ path: at, words }));
};

const found = (schema: Schema, path: string): Setting[] => {
  switch (schema.kind) {
    case "leaf":
      return foundInLeaf(schema, path);
    case "optional":
      return found((schema as Optional<Schema, unknown>).wrapped, path);
    case "lazy":
      return found((schema as Lazy<Schema>).make(), path);
    case "table":
      return found((schema as Table<Schema>).item, `${path}.*`);
    case "either": {
      const { plain, more } = schema as Either<Schema, Schema>;
      return [...found(plain, path), ...found(more, path)];
    }
    case "list": {
      const { item } = schema as List<Schema>;
      return item.kind === "leaf" && !FORMS.has(item) ? [{ path, words: [] }] : found(item, `${path}[]`);
    }
    case "group":
      return Object.entries((schema as Group<Record<string, Schema>>).entries).flatMap(([key, entry]) => found(entry, path ? `${path}.${key}` : key));
  }
};

const foundInLeaf = (schema: Leaf<unknown>, path: string): Setting[] => {
  const forms = FORMS.get(schema);
  // One word alone cannot be anything else: what names a form, and `lock` of other kernel work, which says again what a `hold` says.
  if (schema.words?.length === 1) return [];
  if (!forms) return [{ path, words: schema.words ?? [] }];
  const own = schema === faultShape ? [] : [{ path, words: [] }];
  return [...own, ...Object.entries(forms).flatMap(([form, shape]) => found(shape, `${path}(${form})`))];
};

type Node = Record<string, unknown>;

/** The name of a knob has dots in it. */
const keysOf = (path: string): string[] =>
  path.startsWith("sysctl.")
    ? ["sysctl", path.slice("sysctl.".length)]
    : path
        .replace(/\(\w+\)/g, "")
        .replaceAll("[]", ".0")
        .split(".");

/** `config` with another value of a setting: of the first entry of a list, and of the key "*" of a table. Undefined: it is left out. */
export const withSetting = (config: EngineConfig, path: string, value: unknown): EngineConfig => {
  const changed = structuredClone(config);
  const keys = keysOf(path);
  const last = keys.pop()!;
  let node = changed as unknown as Node;
  for (const key of keys) {
    node[key] ??= {};
    node = node[key] as Node;
  }
  if (value === undefined) delete node[last];
  else node[last] = value;
  return changed;
};
