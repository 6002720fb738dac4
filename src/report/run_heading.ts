/** What was run: the first lines of a run's report. */
import { printable, shorten, wrap } from "./layout.ts";
import { counted } from "./numbers.ts";
import { rate, time } from "./quantities.ts";
import type { RunReport } from "./run_report.ts";

const MODE = "net.netisr.mpsafe_thread";
const MODES = ["BGL", "adaptive", "no BGL"];
/** Lines of options, and letters of one; and those of which other lines tell, or which say where the report goes. */
const MOST_TYPED = 2;
const LONGEST_TYPED = 60;
const SHOWN = "as cpus interfaces rate flows bytes arrivals time lock seed at fault work stop json every csv trace trace-out".split(" ");

export const heading = ({ version, options, system, simulated, stopped, interrupted, conserved }: RunReport): string[] => {
  const { cpus, interfaces, sysctl, traffic, seed, lock, preset } = system;
  const what = options.config === null ? `a made-up ${options.as}` : shorten(printable(options.config), 40);
  const first = sysctl[MODE] ?? 0;
  const lines = [
    `netisr ${version} run of ${what}: ${counted(cpus, "CPU")}, ${counted(interfaces, "interface")}, mode ${first} (${MODES[first] ?? MODES[0]})`,
    ...wrap(`${arriving(traffic, simulated)}; costs ${preset}, lock ${lock}, seed ${seed}`, "  ", 90),
  ];
  lines.push(...typedLines(options, preset));
  if (options.stop.length > 0 && !stopped && !interrupted) lines.push("  not stopped: no condition of --stop came true");
  if (stopped) lines.push(...wrap(`stopped at ${time(stopped.time)}, as the condition came true: ${stopped.condition}`, "  ", 90));
  if (interrupted) lines.push("  INTERRUPTED: what follows is what was done until then");
  if (!conserved) lines.push("  NOT CONSERVED: packets got lost, or came from nowhere");
  return lines;
};

/** Options of which nothing else on the screen tells. */
const typedLines = ({ typed }: RunReport["options"], preset: string): string[] => {
  const text = Object.entries(typed).flatMap(([name, value]) => {
    if (SHOWN.includes(name) || (name === "costs" && preset.startsWith(String(value)))) return [];
    if (value === true) return [`--${name}`];
    return [value].flat().flatMap((one) => (one.startsWith(`${MODE}=`) ? [] : [`--${name}=${shorten(printable(one), LONGEST_TYPED)}`]));
  });
  const lines = text.length > 0 ? wrap(`with ${text.join(" ")}`, "  ", 90) : [];
  return lines.length > MOST_TYPED ? [...lines.slice(0, MOST_TYPED - 1), `${lines[MOST_TYPED - 1]!} ...`] : lines;
};

const arriving = ({ rate: offered, arrivals, flows, bytes }: RunReport["system"]["traffic"], { closed, tcp }: RunReport["simulated"]): string => {
  const loops = (closed ?? tcp) ? ["closed loops"] : [];
  if (flows === 0) return [...(arrivals.includes("capture") ? ["captures"] : []), ...loops].join(" and ") || "no traffic";
  return [`${rate(offered)} ${arrivals.join(" and ")}, ${counted(flows, "flow")}, ${bytes.join(" and ")} bytes`, ...loops].join(" and ");
};
