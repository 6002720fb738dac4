import { debuglog } from "node:util";
import { Command, CommanderError } from "commander";
import { ConfigError } from "../errors.ts";
import { addCalibrate } from "./calibrate/command.ts";
import { complain, complaint } from "./complain.ts";
import { addCosts } from "./costs.ts";
import { addDemo } from "./demo.ts";
import { Exit, Failure } from "./exit.ts";
import type { Io } from "./io.ts";
import { addKnobs } from "./knobs.ts";
import { addReplay } from "./replay/command.ts";
import { addRun } from "./run/command.ts";
import { versionOf } from "./version.ts";

const HELP_WIDTH = 100;
const debug = debuglog("netisr");

const HELP = `
Examples:
  netisr demo                                    what the lock costs, on two example captures
  netisr replay trace.pcapng -c router.json      what became of the frames
  netisr replay trace.pcapng -c router.json -w out.pcapng --set net.netisr.mpsafe_thread=2
  tcpdump -w - | netisr replay - --as bridge --assign source-mac -w - | tcpdump -n -r -
  netisr run --cpus 4 --rate 4Mpps               the lock on four CPUs, in virtual time
  netisr knobs                                   everything that --set can change
  netisr replay --help, netisr run --help        options, how interfaces are matched, exit codes`;

/** Runs a command. Never throws: what goes wrong becomes one line on `io.err` and an exit code. */
export const main = async (argv: readonly string[], io: Io): Promise<number> => {
  let exit: number = Exit.Ok;
  try {
    const program = programFor(io, await versionOf(io), (code) => {
      exit = code;
    });
    await program.parseAsync(unknownCommand(program, argv) ?? argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.Ok : Exit.Usage;
    debug("%s", error instanceof Error ? error.stack : error);
    const [code, line] = explain(error);
    complain(io, line);
    return code;
  }
  return exit;
};

const programFor = (io: Io, version: string, done: (exit: Exit) => void): Command => {
  const program = new Command("netisr")
    .description(
      "The packet path of DragonFly BSD (autumn 2008): real frames through a bridge or router,\nwith every decision about the Big Giant Lock counted.",
    )
    .version(version, "-V, --version", "print the version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      outputError: (text, write) => write(complaint(text.replace(/^error: /, ""))),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    })
    .addHelpText("after", HELP);
  addReplay(program, io, done);
  addRun(program, io, done);
  addDemo(program, io, done);
  addCalibrate(program, io, done);
  addCosts(program, io, done);
  addKnobs(program, io, done);
  return program;
};

/** A word that is no command, alone: with `--help` or `help` beside it the help of the program would be all that is said. */
const unknownCommand = (program: Command, argv: readonly string[]): [string] | undefined => {
  const [word] = argv[0] === "help" ? argv.slice(1) : argv;
  const known = ["help", ...program.commands.map((command) => command.name())];
  return word === undefined || word.startsWith("-") || known.includes(word) ? undefined : [word];
};

const explain = (error: unknown): [Exit, string] => {
  if (error instanceof Failure) return [error.exit, error.message];
  if (error instanceof ConfigError) return [Exit.Usage, error.message];
  return [Exit.Check, `internal error: ${error instanceof Error ? error.message : error} (NODE_DEBUG=netisr shows where)`];
};
