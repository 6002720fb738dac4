/** What holds of links: see identities.ts. */
import type { Engine } from "../../src/engine.ts";
import type { Results } from "../../src/types.ts";

export type Claim = [what: string, holds: boolean];

export const total = (values: Iterable<bigint>): bigint => Array.from(values).reduce((sum, value) => sum + value, 0n);

/** FCS, preamble and gap, bytes; a frame that no buffer could hold; Ethernet's shortest; and the least that is a frame. */
const LINK_OVERHEAD = 24n;
const LONGEST = 20_000n;
const SHORTEST = 60n;
const HEADER = 14n;

/** Picoseconds that frames of these bytes are on the link of an interface, of which the link's clock drops less than one for each frame; undefined: no time. */
const onLink = ({ config }: Engine, name: string): ((frames: bigint, bytes: bigint) => bigint) | undefined => {
  const rate = config.virtual?.wires.find(({ port }) => config.ports[port]!.name === name)?.rate;
  return rate ? (frames, bytes) => ((bytes + LINK_OVERHEAD * frames) * 8_000_000_000_000n) / rate : undefined;
};

const losesFrames = (engine: Engine, name: string): boolean =>
  engine.results().faults.some(({ what, struck }) => what === `${name} tx` && struck > 0n);

/** Bytes by which frames may be shorter than what the link sends for them: those of requests, and of generators that mix nothing in, are long enough. */
const mostPadding = (engine: Engine, frames: bigint): bigint => {
  const { conservation, ports } = engine.counters();
  const { traffic, tcp } = engine.config.virtual!;
  const received = ports.reduce((sum, { counters }) => sum + BigInt(counters.received!), 0n);
  const others = received > total(engine.results().traffic.map(({ generated }) => generated.frames));
  const mixed = tcp.length > 0 || traffic.some(({ mix }) => mix.length > 0);
  return mixed || conservation.generated > 0 || others ? frames * (SHORTEST - HEADER) : 0n;
};

/** A link has sent what was carried, what it lost, and part of one frame. */
export const ofLinks = (engine: Engine, { traffic, elapsed }: Results): Claim[] =>
  traffic.flatMap(({ interface: name, carried: { frames, bytes }, sending }): Claim[] => {
    const time = onLink(engine, name);
    if (!time) return [[`the link of ${name} takes no time`, sending === 0n]];
    return [
      [`the link of ${name} sends one frame at a time`, sending <= elapsed],
      [`the link of ${name} has sent what was carried`, sending + frames >= time(frames, bytes)],
      [
        `the link of ${name} sends nothing else`,
        losesFrames(engine, name) || sending - time(frames, bytes + mostPadding(engine, frames)) <= time(1n, LONGEST),
      ],
    ];
  });

/** Nothing is left to send. */
export const ofIdleLinks = (engine: Engine): Claim[] =>
  engine.results().traffic.map(({ interface: name, carried: { frames, bytes }, sending }): Claim => {
    const time = onLink(engine, name)?.(frames, bytes) ?? 0n;
    const most = onLink(engine, name)?.(frames, bytes + mostPadding(engine, frames)) ?? 0n;
    return [`the link of ${name} has sent all`, sending >= time - frames && (sending <= most || losesFrames(engine, name))];
  });
