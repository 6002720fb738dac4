import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as v from "valibot";
import { ConfigError } from "../../../src/errors.ts";

const COUNT = v.pipe(v.number(), v.integer(), v.minValue(0));

/** One entry of an index: what tshark and tcpdump made of a file. A field that is absent is not compared. */
const ENTRY = v.object({
  /** Path of the capture, relative to the folder. */
  name: v.pipe(v.string(), v.minLength(1)),
  /** As "pcapng LE". */
  container: v.optional(v.string()),
  /** Wireshark's name of the link type; "per-packet": the interfaces differ; "unknown": there is none. */
  linktype: v.optional(v.nullable(v.string())),
  tshark_packets: COUNT,
  tshark_caplen_sum: COUNT,
  /** Seconds with nine digits; "" = the frame has no time; null or absent = no frame, or not known. */
  first_time: v.optional(v.nullable(v.string())),
  last_time: v.optional(v.nullable(v.string())),
  tcpdump_rc: v.pipe(v.number(), v.integer()),
  tcpdump_error: v.optional(v.nullable(v.string())),
  /** Whether tshark and tcpdump both read the file to its end, or both did not. */
  readers_agree: v.optional(v.boolean()),
  /** tshark read the file to its end; or some frames; or none. */
  verdict: v.picklist(["ok", "partial", "rejected"]),
});
export type Entry = v.InferOutput<typeof ENTRY>;

/**
 * The entries of DIR/index.json, and of DIR/mutated/index.json if there is one.
 * @throws ConfigError that names the file and the place in it
 */
export function loadEntries(folder: string): Entry[] {
  const mutated = "mutated/index.json";
  const entries = [...loadIndex(folder, "index.json"), ...(existsSync(resolve(folder, mutated)) ? loadIndex(folder, mutated) : [])];
  for (const { name } of entries)
    if (!existsSync(resolve(folder, name))) throw new ConfigError(resolve(folder, name), "a capture file, which the index lists", "no file");
  return entries;
}

function loadIndex(folder: string, name: string): Entry[] {
  const path = resolve(folder, name);
  const result = v.safeParse(v.array(ENTRY), parsed(path));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new ConfigError(`${path}: ${v.getDotPath(issue) ?? "(whole)"}`, issue.expected ?? issue.message, issue.input);
}

function parsed(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError(path, "an index of captures", (error as NodeJS.ErrnoException).code);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(path, "JSON", (error as Error).message);
  }
}
