import { Exit, Failure } from "./exit.ts";
import { findRepeatedKey, findSyntaxFault } from "./json_syntax.ts";

/** Reads what a file has. @throws Failure with line and column, both from 1 */
export const parseJson = (text: string, file: string): unknown => {
  const faultAt = (at: number, expected: string, found: string): Failure => {
    const before = text.slice(0, at);
    const line = before.split("\n").length;
    const column = at - before.lastIndexOf("\n");
    return new Failure(Exit.Usage, `${file}:${line}:${column}: expected ${expected}, but got ${found}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const fault = findSyntaxFault(text);
    if (fault === undefined) throw error;
    const found = fault.at === text.length ? "the end of the file" : JSON.stringify(String.fromCodePoint(text.codePointAt(fault.at)!));
    throw faultAt(fault.at, fault.expected, found);
  }
  const repeated = findRepeatedKey(text);
  if (repeated) throw faultAt(repeated.at, "each key of an object once", `${JSON.stringify(repeated.key)} again`);
  return value;
};
