import { type Command, Option } from "commander";
import { MOST_CONNECTIONS, MOST_REQUESTS } from "../../config/closed_shape.ts";
import { COST_PRESETS } from "../../costs.ts";
import { cpuCount, setting } from "../arguments.ts";
import { EXIT_CODES, type Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { noteTyped } from "../typed.ts";
import { change, costSetting, integerFrom, linkRate, packetRate, pause, span, stopText } from "./arguments.ts";
import { CHANGE_HELP } from "./changes.ts";
import { FAULT_HELP, faultSetting } from "./faults.ts";
import { ARRIVALS, checkOptions, DEFAULTS, type Given, POLICIES, SYSTEMS } from "./options.ts";
import { run } from "./run.ts";
import { traceSetting } from "./trace.ts";
import { BYTES, batch, bursts, captureOption, mix, rateChange, sizes, zipf } from "./traffic_arguments.ts";
import { workEntry } from "./work.ts";

/** So many networks are made up at most. */
const MOST_INTERFACES = 64;
const MOST_FLOWS = 1_048_576;
const UINT32 = 0xffff_ffff;
const TIME = 20_000_000_000n;

const HELP = `
Without a configuration a system is made up: interfaces em0, em1, ..., interface i on CPU i modulo
--cpus, every one with flows to the next one. All flows have the same rate. The router has its
routes and ARP entries, forwarding and fastforwarding on; the bridge knows all stations.
With --traffic-capture and no other option of traffic, captures are all that arrives.
A configuration says in its \`virtual\` what arrives, how fast links are and what things cost.

--work adds threads that do something else in the kernel: class=interrupt or soft, which preempt, or
user, a system call. Jobs arrive with rate= or interval= (arrivals=poisson or constant, phase=), or
the thread sleeps for think= before each. A job takes work=, or outside= before it gets the BGL and
hold= under it; exp:20us is the mean of times that are drawn. cpu=, cpus= (all, 0+2, 0-3) and
threads= say how many there are, start=, stop=, count= and queue= limit their jobs.

Everything in the report is simulated but for the line "Measured". What limited a run it says by
what was lost, or waits in the end: a CPU or a link without idle time, a lock that is taken (held,
or on its way from one CPU to another) all the time or that threads wait for, a ring or queue that
was too short for bursts. Where all but a few packets are carried nothing did.
Conditions for --stop, looked at after each event; N is a number, and > can be >= and the reverse:
  queue NAME > N                 packets in "ring em0", "output em0", "transmit em0", "tcp_thread 3"
  drop REASON [on IF] [>= N]     packets dropped for a reason
  p99 [PATH] > TIME [every N] [after N]
                                 latency of what has left so far, looked at every 100 packets,
                                 after 1,000 of them (p99; so many that ten are above); PATH as in
                                 Forwarded
  counter NAME [on NAME] >= N    a counter by its BSD name, of an interface or a thread
  packets [WHAT] >= N            received (the default), carried, or a PATH
  idle                           nothing is left to do but timers

The same options and the same seed give the same report, "Measured" excepted.

${CHANGE_HELP}

${FAULT_HELP}

${EXIT_CODES}

Examples:
  netisr run --cpus 4 --rate 4Mpps --set net.netisr.mpsafe_thread=0
  netisr run --rate 1.2Mpps --set net.netisr.mpsafe_thread=0 --every 1ms --csv switch.csv \\
      --at 10ms:net.netisr.mpsafe_thread=1
  netisr run --as bridge --cpus 8 --flows 11 --rate 3Mpps --cost Service=100 --lock fifo
  netisr run --set net.netisr.mpsafe_thread=0 \\
      --work syscall:cpus=all,class=user,rate=10kHz,hold=20us
  netisr run --rate 2Mpps --bursts 100us:300us --batch 8:geometric --sizes imix --zipf 1.1
  netisr run --rate-at 0ms:100kpps --rate-at 5ms:4Mpps:10ms
  netisr run --as bridge --traffic-capture em0=lan.pcap:speed=10:loop=forever
  netisr run --cpus 2 --rate 900k --polling --set kern.polling.user_frac=10 --at 10ms:polling=off
  netisr run --cpus 2 --closed 64 --think 20us --time 50ms
  netisr run --as bridge --tcp 4 --time 200ms
  netisr run --rate 2Mpps --trace every=1000 --trace-out ways.txt
  netisr run --fault loss:if=em0,p=0.01 --fault stall:cpu=1,for=200us,every=5ms
  netisr run --rate 3Mpps --time 1s --stop "drop QueueFull" --stop "p99 > 1ms"
  netisr run --at "5ms:route=delete 10.129.0.0/16" --at "8ms:route=add 10.129.0.0/16 10.1.0.2 em1"
  netisr run lan.json --time 1s --at 500ms:em0=down --json | jq .simulated.drops`;

export const addRun = (program: Command, io: Io, done: (exit: Exit) => void): void => {
  const command = program
    .command("run")
    .summary("simulate a system on several CPUs: throughput, latency, locks")
    .description("Runs generated traffic through a system on N CPUs in virtual time, and reports what that cost.")
    .argument("[config]", "the system, as JSON, with `virtual`");
  addMadeUp(command);
  addTraffic(command);
  addMachine(command);
  addOutput(command);
  const typed = noteTyped(command);
  command
    .addHelpText("after", HELP)
    .action(async (config: string | undefined, given: Given) => done(await run({ ...checkOptions(config, given), typed }, io)));
};

const addMadeUp = (command: Command): void => {
  command
    .addOption(new Option("--as <system>", `what is made up (default: ${DEFAULTS.as})`).choices(SYSTEMS))
    .option("--interfaces <n>", "how many it has (default: one per CPU, 2 at least)", integerFrom(2, MOST_INTERFACES))
    .option("--rate <pps>", "what all interfaces receive together (default: 1Mpps)", packetRate)
    .option("--flows <n>", `UDP flows in all (default: ${DEFAULTS.flows})`, integerFrom(1, MOST_FLOWS))
    .option("--bytes <n>", `length of the frames without FCS (default: ${DEFAULTS.bytes})`, integerFrom(...BYTES))
    .addOption(new Option("--arrivals <law>", `(default: ${DEFAULTS.arrivals})`).choices(ARRIVALS))
    .option("--closed <n>", "users with one request each, in all, in place of other traffic unless that is said", integerFrom(1, MOST_REQUESTS))
    .option("--think <time>", "mean time between a request's end and the next (default: 0)", pause)
    .option(
      "--tcp <n>",
      "TCP connections that send without end, in all, in place of other traffic unless that is said",
      integerFrom(1, MOST_CONNECTIONS),
    );
};

const addTraffic = (command: Command): void => {
  command
    .option(
      "--rate-at <time:pps>",
      "in place of --rate: a rate from that time on; TIME:PPS:RAMP: reached\nlinearly within RAMP (repeatable)",
      rateChange,
    )
    .option("--bursts <on:off>", "bursts and pauses of those mean lengths, --rate is that of the bursts;\nON:OFF:constant: of those lengths", bursts)
    .option("--batch <n>", "frames that come at one time; N:geometric: in the mean", batch)
    .option("--sizes <lengths>", "in place of --bytes: imix, FROM-TO, BYTES=WEIGHT,..., or @FILE:\nas those of a capture", sizes)
    .option("--zipf <s>", "flow f of an interface has a share as 1 / f^s (default: all alike)", zipf)
    .option("--mix <kinds>", "weights udp=, tcp=, icmp= (default: udp alone), shares fragments=, broadcast=", mix)
    .option(
      "--traffic-capture <if=file>",
      "an interface receives a capture, with a configuration, too;\nIF=FILE:speed=S:loop=N:period=TIME:start=TIME (repeatable)",
      captureOption,
    );
};

const addMachine = (command: Command): void => {
  command
    .option("--cpus <n>", "number of CPUs (default: the configuration's, or 4)", cpuCount)
    .addOption(new Option("--time <time>", "how long it runs in virtual time").argParser(span).default(TIME, "20ms"))
    .option("-s, --set <knob=value>", "change a knob of the system (repeatable; see `netisr knobs`)", setting)
    .option("--at <time:what=value>", "change a knob, an interface, a bridge or a route at that time (repeatable;\nsee below)", change)
    .option("--stop <condition>", "end the run as soon as this is true (repeatable; see below)", stopText)
    .option("--costs <preset>", `what things cost: ${COST_PRESETS.join(", ")}, or a file (netisr calibrate)`)
    .option("--cost <name=ns>", "what one thing costs; NAME=NS,exponential: the mean (repeatable;\nsee `netisr costs`)", costSetting)
    .addOption(new Option("--lock <policy>", "who gets a released lock").choices(POLICIES))
    .option("--link <bps>", "rate of all links, as in 1Gbps; infinite (or 0): frames take no time", linkRate)
    .option("--fault <kind:key=value,...>", "let something go wrong (repeatable; kinds and keys: below)", faultSetting)
    .option("--work <name:key=value,...>", "other kernel work: threads with jobs (repeatable; see below)", workEntry)
    .option("--polling", "poll all interfaces, instead of interrupts")
    .option("--seed <n>", "of everything that is drawn at random", integerFrom(0, UINT32));
};

const addOutput = (command: Command): void => {
  command
    .option("--every <time>", "measure parts of that length, too, up to 1,000 of them (--json, --csv)", span)
    .option("--csv <file>", "write those parts to a file; - is standard output, and the report goes to\nstandard error then")
    .option(
      "--trace <choice>",
      "what to trace: every=N, flow=SRC:DST, from=TIME, to=TIME\n(default: everything), and records=N (repeatable)",
      traceSetting,
    )
    .option("--trace-out <file>", "write the trace to a file: text, or a line of JSON each for .jsonl;\n- as with --csv")
    .option("--json", "print the report as one JSON object: times (picoseconds) and counts\nthat may exceed 2^53 are strings");
};
