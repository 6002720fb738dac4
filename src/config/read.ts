/**
 * Reads a value by its schema, in the order in which the document has its keys, and stops at the first fault.
 *
 * valibot itself works in the order of the schema and collects every issue that it finds; a document may hold a million of them.
 * The keys of the result have the order of the document too, with those that were filled in at the end, so that later checks keep it.
 */
import * as v from "valibot";
import { type Path, refuse } from "./path.ts";
import { knownWord } from "./suggest.ts";

type AnyObject = v.StrictObjectSchema<v.ObjectEntries, undefined>;
type AnyArray = v.ArraySchema<v.GenericSchema, string> & { readonly pipe?: readonly v.GenericPipeItem[] };
type AnyRecord = v.RecordSchema<v.GenericSchema<string>, v.GenericSchema, undefined>;
/** Of a plain value, and of an object that says more. */
type AnyUnion = v.UnionSchema<[v.GenericSchema, v.GenericSchema], undefined>;
type AnyOptional = v.OptionalSchema<v.GenericSchema, unknown>;

/** Answers the completed value, or throws a ConfigError. Calls itself once per level of the schema, however deep the value is. */
export const read = <S extends v.GenericSchema>(schema: S, value: unknown, path: Path = []): v.InferOutput<S> => {
  switch (schema.type) {
    case "optional":
      return readOptional(schema as unknown as AnyOptional, value, path);
    case "strict_object":
      return readObject(schema as unknown as AnyObject, value, path);
    case "record":
      return readRecord(schema as unknown as AnyRecord, value, path);
    case "union":
      return read((schema as unknown as AnyUnion).options[typeof value === "object" && value !== null ? 1 : 0], value, path);
    case "lazy":
      return read((schema as unknown as v.LazySchema<v.GenericSchema>).getter(value), value, path);
    case "array":
      return readArray(schema as unknown as AnyArray, value, path);
    default:
      return readLeaf(schema, value, path);
  }
};

const readOptional = (schema: AnyOptional, value: unknown, path: Path): unknown => {
  if (value !== undefined) return read(schema.wrapped, value, path);
  const byDefault = v.getDefault(schema);
  return byDefault === undefined ? undefined : read(schema.wrapped, byDefault, path);
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

const readObject = (schema: AnyObject, value: unknown, path: Path): unknown => {
  if (!isObject(value)) return refuse(path, "an object", value);
  const result: Record<string, unknown> = {};
  // Own keys only: "__proto__" is one when it comes from JSON.parse, and is as unknown as any other.
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(schema.entries, key)) refuse([...path, key], knownWord("a known key", key, Object.keys(schema.entries)), key);
    const entry = value[key];
    if (entry !== undefined) result[key] = read(schema.entries[key]!, entry, [...path, key]);
  }
  for (const [key, entry] of Object.entries(schema.entries)) {
    if (Object.hasOwn(result, key)) continue;
    const filled = read(entry, undefined, [...path, key]);
    if (filled !== undefined) result[key] = filled;
  }
  return result;
};

/** Whether the keys are good is seen when all names are known. Without a prototype, as "__proto__" may be one of them. */
const readRecord = (schema: AnyRecord, value: unknown, path: Path): unknown => {
  if (!isObject(value)) return refuse(path, "an object", value);
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of Object.entries(value)) if (entry !== undefined) result[key] = read(schema.value, entry, [...path, key]);
  return result;
};

const readArray = (schema: AnyArray, value: unknown, path: Path): unknown => {
  if (!Array.isArray(value)) refuse(path, "an array", value);
  const limit = schema.pipe?.find((action) => action.type === "max_length") as { requirement: number; message: string } | undefined;
  if (limit !== undefined && value.length > limit.requirement) refuse(path, limit.message, value.length);
  return Array.from(value, (entry, i) => read(schema.item, entry, [...path, i]));
};

const readLeaf = (schema: v.GenericSchema, value: unknown, path: Path): unknown => {
  const result = v.safeParse(schema, value, { abortEarly: true });
  return result.success ? result.output : refuse(path, result.issues[0].message, value);
};
