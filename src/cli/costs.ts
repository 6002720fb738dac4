import type { Command } from "commander";
import { COST_PRESETS, COSTS } from "../costs.ts";
import { costList, json } from "../report/index.ts";
import { Exit } from "./exit.ts";
import type { Io } from "./io.ts";
import { versionOf } from "./version.ts";

export const addCosts = (program: Command, io: Io, done: (exit: Exit) => void): void => {
  program
    .command("costs")
    .summary("list what things cost in virtual time")
    .description("Lists the cost table of `netisr run`: name, default, unit, and what each figure rests on.")
    .option("--json", "print them as one JSON object")
    .action(async (options: { json?: true }) => {
      const list = { version: await versionOf(io), command: "costs", presets: COST_PRESETS, costs: COSTS };
      io.out(options.json ? json(list) : `${costList().join("\n")}\n`);
      done(Exit.Ok);
    });
};
