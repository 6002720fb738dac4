import { type Command, Option } from "commander";
import { cpuCount, mtuBytes, passCount, portCount, seconds, setting } from "../arguments.ts";
import { ASSIGN_MODES } from "../assign/index.ts";
import { EXIT_CODES, type Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { FORMATS } from "../output/format.ts";
import { noteTyped } from "../typed.ts";
import { checkOptions, type Given } from "./options.ts";
import { replay } from "./replay.ts";

const HELP = `
Which port receives (--assign):
  interface    the port named like the interface that the frame was captured on; if there is none,
               the one in the same place of the configuration's list (with --as bridge: the next)
  source-mac   each source address has a port, in the order of appearance in all captures
  file         each capture has a port, in the order of the arguments
  PORT=FILE    whatever --assign says: all frames of FILE at PORT of the configuration

--as bridge needs no configuration: it makes up ports and joins them by a bridge. At least two are
plugged in from the start, each further one when its first frame comes, so that floods go where
somebody is. There are 16 of them (64 with source-mac, one per capture with file), or --ports.
With source-mac the last port is shared by all addresses that come after it was reached.

Several captures are merged by time. Engine time 0 is the time of the first frame. Captures may be
packed with gzip or zstd (zstd: from Node 22.15 on); byte offsets in messages are those of the
unpacked data. Frames that a capture marks as outbound (sent by the machine that it was taken on)
are skipped and counted.

--loop N begins again when the captures are over, N times in all. A pass begins at the time of the
last frame of the pass before, as if there were no pause, or --period after that one's beginning.

${EXIT_CODES}

Examples:
  netisr replay examples/captures/router.pcapng -c examples/router.json -w out.pcapng
  tcpdump -w - | netisr replay - --as bridge --assign source-mac -w - | tcpdump -n -r -
  netisr replay em0=left.pcap em1=right.pcap.gz -c lan.json
  netisr replay trace.pcapng -c router.json --cpus 4 --set net.netisr.mpsafe_thread=0
  netisr replay trace.pcapng --as bridge --loop 100 --json | jq .counters.drops`;

export const addReplay = (program: Command, io: Io, done: (exit: Exit) => void): void => {
  const command = program
    .command("replay")
    .summary("run captures through a configured system, or through a bridge")
    .description("Runs the frames of captures (pcap, pcapng) through a system and reports what became of them.")
    .argument("<capture...>", "files to read, PORT=FILE, or - for standard input");
  addSystem(command);
  addOutput(command);
  const typed = noteTyped(command);
  command
    .addHelpText("after", HELP)
    .action(async (captures: string[], given: Given) => done(await replay(captures, { ...checkOptions(given), typed }, io)));
};

const addSystem = (command: Command): void => {
  command
    .option("-c, --config <file>", "the system, as JSON")
    .addOption(new Option("--as <system>", "a system made up for the captures, in place of -c").choices(["bridge"]))
    .addOption(new Option("--assign <by>", "which port receives").choices(ASSIGN_MODES).default("interface"))
    .option("--ports <n>", "how many ports --as bridge has", portCount)
    .option("--mtu <bytes>", "most bytes that a frame of --as bridge may have behind its Ethernet header (default: 1500)", mtuBytes)
    .option("--loop <n>", "replay the captures so many times", passCount, 1)
    .option("--period <seconds>", "time between the beginnings of two passes of --loop", seconds)
    .option("--outbound", "replay frames that are marked as outbound, too")
    .option("-s, --set <knob=value>", "change a knob of the system (repeatable; see `netisr knobs`)", setting)
    .option("--cpus <n>", "number of CPUs, in place of the configuration's", cpuCount);
};

const addOutput = (command: Command): void => {
  command
    .option("-w, --write <file>", "write what the system sends; - is standard output, and the report\ngoes to standard error then")
    .addOption(new Option("--format <format>", "of -w, with nanoseconds (default: pcapng; pcap for a FILE.pcap)").choices(FORMATS))
    .option("--no-comments", "pcapng: no comment with CPU, thread, path and lock at each frame")
    .option("--dropped", "write dropped frames, too, as they were received, with the reason")
    .option("--json", "print the report as one JSON object; times in ns and ps are strings")
    .option("-q, --quiet", "print no report and no progress, only what went wrong");
};
