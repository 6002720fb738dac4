import { NetisrError } from "../errors.ts";

/** A table of measured points that cannot be used. Line and column from 1, the column in characters. */
export class TableError extends NetisrError {
  override readonly name = "TableError";
  readonly line: number;
  readonly column: number;

  constructor(line: number, column: number, expected: string, found: string | undefined) {
    super(`${line}:${column}: expected ${expected}, but got ${found === undefined || found === "" ? "nothing" : JSON.stringify(found.slice(0, 60))}`);
    this.line = line;
    this.column = column;
  }
}
