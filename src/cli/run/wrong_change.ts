import { Exit, Failure } from "../exit.ts";
import type { Change } from "./arguments.ts";

/** A change that cannot be: what was typed, what was expected instead of which part of it. */
export const wrong = ({ text }: Pick<Change, "text">, expected: string, received: string): Failure =>
  new Failure(Exit.Usage, `--at ${text}: expected ${expected}, but got ${JSON.stringify(received)}`);
