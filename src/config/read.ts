/**
 * Reads a value by its schema, in the order in which the document has its keys, and stops at the first fault.
 *
 * The keys of the result have the order of the document too, with those that were filled in at the end, so that later checks keep it.
 */
import { knownWord } from "../suggest.ts";
import { type Path, refuse } from "./path.ts";
import type { Either, Group, Lazy, List, Optional, Output, Schema, Table } from "./schema.ts";

/** Answers the completed value, or throws a ConfigError. Calls itself once per level of the schema, however deep the value is. */
export const read = <S extends Schema>(schema: S, value: unknown, path: Path = []): Output<S> => readAny(schema, value, path) as Output<S>;

const readAny = (schema: Schema, value: unknown, path: Path): unknown => {
  switch (schema.kind) {
    case "leaf":
      return schema.read(value, path);
    case "optional":
      return readOptional(schema as Optional<Schema, unknown>, value, path);
    case "group":
      return readGroup(schema as Group<Record<string, Schema>>, value, path);
    case "table":
      return readTable(schema as Table<Schema>, value, path);
    case "either":
      return readAny((schema as Either<Schema, Schema>)[typeof value === "object" && value !== null ? "more" : "plain"], value, path);
    case "lazy":
      return readAny((schema as Lazy<Schema>).make(), value, path);
    case "list":
      return readList(schema as List<Schema>, value, path);
  }
};

const readOptional = ({ wrapped, byDefault }: Optional<Schema, unknown>, value: unknown, path: Path): unknown => {
  if (value !== undefined) return readAny(wrapped, value, path);
  return typeof byDefault === "object" ? readAny(wrapped, byDefault, path) : byDefault;
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

const readGroup = ({ entries, names, others }: Group<Record<string, Schema>>, value: unknown, path: Path): unknown => {
  if (!isObject(value)) return refuse(path, "an object", value);
  const result: Record<string, unknown> = {};
  const at = [...path, ""];
  // Own keys only: "__proto__" is one when it comes from JSON.parse, and is as unknown as any other.
  for (const key of Object.keys(value)) {
    at[path.length] = key;
    const schema = Object.hasOwn(entries, key) ? entries[key] : (others?.(key) as Schema | undefined);
    if (!schema) return refuse(at, knownWord("a known key", key, names), key);
    const entry = value[key];
    if (entry !== undefined) result[key] = readAny(schema, entry, at);
  }
  for (const key of names) {
    if (Object.hasOwn(result, key)) continue;
    at[path.length] = key;
    const filled = readAny(entries[key]!, undefined, at);
    if (filled !== undefined) result[key] = filled;
  }
  return result;
};

/** Whether the keys are good is seen when all names are known. Without a prototype, as "__proto__" may be one of them. */
const readTable = ({ item }: Table<Schema>, value: unknown, path: Path): unknown => {
  if (!isObject(value)) return refuse(path, "an object", value);
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of Object.entries(value)) if (entry !== undefined) result[key] = readAny(item, entry, [...path, key]);
  return result;
};

const readList = ({ item, max }: List<Schema>, value: unknown, path: Path): unknown => {
  if (!Array.isArray(value)) refuse(path, "an array", value);
  if (value.length > max) refuse(path, `an array of at most ${max} entries`, value.length);
  const at = [...path, 0];
  return Array.from(value, (entry, i) => {
    at[path.length] = i;
    return readAny(item, entry, at);
  });
};
