import type { Command } from "commander";
import { KNOBS } from "../knobs.ts";
import { json, knobList } from "../report/index.ts";
import { Exit } from "./exit.ts";
import type { Io } from "./io.ts";
import { versionOf } from "./version.ts";

export const addKnobs = (program: Command, io: Io, done: (exit: Exit) => void): void => {
  program
    .command("knobs")
    .summary("list the settings of a running system")
    .description("Lists every knob: its BSD name, default, range, unit, and what it does. `netisr run --set` and `netisr replay --set` change them.")
    .option("--json", "print them as one JSON object")
    .action(async (options: { json?: true }) => {
      io.out(options.json ? json({ version: await versionOf(io), command: "knobs", knobs: Object.values(KNOBS) }) : `${knobList().join("\n")}\n`);
      done(Exit.Ok);
    });
};
