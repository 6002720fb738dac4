/** Captures of real traffic, looped with exact times. */
import { readFileSync } from "node:fs";
import { PS_PER_NS, PS_PER_SECOND } from "../../assembly/abi.ts";
import { formatMac } from "../../src/addresses.ts";
import { type CapturedFrame, readCapture, withoutFcs } from "../../src/capture/index.ts";
import { getMac } from "../../src/reference/bytes.ts";
import type { EngineConfig } from "../../src/types.ts";
import type { Workload } from "./contestant.ts";
import { MBUFS, ownMac } from "./ports.ts";
import { type Frame, recordsOf } from "./records.ts";

/** From here and from build/bench, two folders up. */
const EXAMPLES = new URL("../../examples/", import.meta.url);
/** Frames of a round at least. */
const LEAST_FRAMES = 4096;
/** Between the last frame of a loop and the first of the next, picoseconds. */
const PAUSE = BigInt(PS_PER_SECOND);
/** Ports of a made-up bridge at most: source addresses beyond them share ports. */
const MAX_PORTS = 8;

/** Larger captures of the oracle, by file name without its ending. */
const LARGER = {
  "HTTP responses": "pcapplusplus__Tests_Pcap++Test_PcapExamples_650HttpResponses.pcap",
  "IPv4 fragments": "pcapplusplus__Tests_Pcap++Test_PcapExamples_ip4_fragments.pcap",
} as const;

export const captureWorkloads = (oracle: string | undefined): [string, () => Workload][] => [
  ["capture: bridge", () => exampleWorkload("bridge")],
  ["capture: router", () => exampleWorkload("router")],
  ...(oracle === undefined
    ? []
    : Object.entries(LARGER).map(([name, file]): [string, () => Workload] => [
        `capture: ${name}`,
        () => bridgedWorkload(`capture: ${name}`, `${oracle}/captures/open/${file}`),
      ])),
];

/** An example with its own configuration, whose interfaces have the names of those in the capture. */
const exampleWorkload = (name: string): Workload => {
  const config = JSON.parse(readFileSync(new URL(`${name}.json`, EXAMPLES), "utf8")) as EngineConfig;
  const frames = [...readCapture(readFileSync(new URL(`captures/${name}.pcapng`, EXAMPLES)))];
  const portOf = ({ interfaceName }: CapturedFrame): number => config.interfaces.findIndex((port) => port.name === interfaceName);
  return looped(`capture: ${name}`, config, frames, portOf);
};

/** A made-up bridge: a port for each source address, in the order of their appearance. */
const bridgedWorkload = (name: string, file: string): Workload => {
  const frames = [...readCapture(readFileSync(file), { file })].filter(({ data }) => data.length >= 12);
  const sources = [...new Set(frames.map(({ data }) => getMac(data, 6)))];
  const ports = Math.min(MAX_PORTS, Math.max(2, sources.length));
  const interfaces = Array.from({ length: ports }, (_, port) => ({ name: `p${port}`, mac: formatMac(ownMac(port)) }));
  const config = { mbufs: MBUFS, interfaces, bridges: [{ name: "bridge0", members: interfaces.map((port) => ({ if: port.name })) }] };
  return looped(name, config, frames, ({ data }) => sources.indexOf(getMac(data, 6)) % ports);
};

const looped = (name: string, config: EngineConfig, captured: readonly CapturedFrame[], portOf: (frame: CapturedFrame) => number): Workload => {
  const first = captured[0]!.time ?? 0n;
  const frames = captured.map((frame): Required<Frame> => {
    const port = portOf(frame);
    if (port < 0) throw new Error(`${name}: a frame of interface ${frame.interfaceName}, which the configuration does not have`);
    return { port, data: withoutFcs(frame).data, time: ((frame.time ?? first) - first) * BigInt(PS_PER_NS) };
  });
  frames.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const loops = Math.ceil(LEAST_FRAMES / frames.length);
  const period = frames.at(-1)!.time + PAUSE;
  const all = Array.from({ length: loops }, (_, loop) => frames.map((frame) => ({ ...frame, time: frame.time + BigInt(loop) * period })));
  return {
    name,
    config,
    system: undefined,
    input: recordsOf(all.flat()),
    frames: loops * frames.length,
    learn: new Uint8Array(0),
    span: BigInt(loops) * period,
    expect: {},
  };
};
