import { END_OF_TIME, NO_LIMIT } from "../config/quantities.ts";
import { ConfigError } from "../errors.ts";
import type { ResolvedConfig } from "../types/resolved.ts";

/** No time limit for `run`. */
export const FOREVER = 2n ** 64n - 1n;

/** Refuses what `run` cannot come to. `virtual`: of the virtual machine, whose time ends, and whose traffic may not. */
export const checkUntil = (until: bigint, { ports }: ResolvedConfig, virtual: ResolvedConfig["virtual"]): void => {
  if (typeof until !== "bigint") throw new ConfigError("until", "picoseconds as a bigint", until);
  if (until < 0n || until > FOREVER) throw new ConfigError("until", "picoseconds from 0 to 2^64 - 1", until);
  if (!virtual) return;
  if (until !== FOREVER) {
    if (until >= END_OF_TIME) throw new ConfigError("until", "picoseconds below 2^54, where virtual time ends", until);
    return;
  }
  const loop = endlessLoop(virtual);
  if (loop !== undefined) throw new ConfigError("until", `a time, as the closed loop at ${ports[loop]!.name} never ends`, undefined);
  const again = virtual.faults.findIndex(({ every, to }) => every > 0n && to === END_OF_TIME);
  if (again >= 0)
    throw new ConfigError("until", `a time, as virtual.faults[${again}] comes again for ever: it has \`every\` and no \`to\``, undefined);
  const storm = virtual.faults.findIndex(({ kind, to }) => kind === "storm" && to === END_OF_TIME);
  if (storm >= 0) throw new ConfigError("until", `a time, as the storm of virtual.faults[${storm}] has no \`to\``, undefined);
  const traffic = virtual.traffic.find(isEndless);
  const work = virtual.work.find(isEndless);
  const what = traffic ? `traffic of ${ports[traffic.port]!.name}` : `work of ${work?.name}`;
  if (traffic || work) throw new ConfigError("until", `a time, as the ${what} has neither \`stop\` nor \`count\``, undefined);
};

const isEndless = ({ stop, count }: { stop: bigint; count: bigint }): boolean => stop === END_OF_TIME && count === NO_LIMIT;

/** The interface of a closed loop that never ends. */
const endlessLoop = ({ closed, tcp }: NonNullable<ResolvedConfig["virtual"]>): number | undefined =>
  (closed.find(({ stop, count }) => stop === END_OF_TIME && count === NO_LIMIT) ?? tcp.find(({ bytes }) => bytes === 0))?.port;
