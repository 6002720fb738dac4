/** Options as they were typed: what tells stored results apart, and repeats a run. */
import type { Command } from "commander";

/** By their long names; those that may be repeated are lists. */
export type Typed = Record<string, string | string[] | true>;

/** Notes what the command is given from now on. Called when it has all of its options. */
export const noteTyped = (command: Command): Typed => {
  const typed: Typed = {};
  for (const option of command.options) {
    const name = option.name();
    command.on(`option:${name}`, (text: string | undefined) => {
      const before = typed[name];
      const isList = Array.isArray(command.getOptionValue(option.attributeName())); // read by its parser already
      typed[name] = text === undefined ? true : isList ? [...(Array.isArray(before) ? before : []), text] : text;
    });
  }
  return typed;
};
