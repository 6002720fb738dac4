/** Ways to drive the engine over the bridge workload, the cheapest first. */
import type { Engine } from "../src/engine.ts";
import type { Arrival } from "../src/types.ts";
import type { Workload } from "./support/contestant.ts";
import { type Drive, type EngineSetup, inputOf } from "./support/engine_contestant.ts";
import { FRAME_BYTES } from "./support/frames.ts";
import { IN_FLIGHT } from "./support/ports.ts";
import { framesOf, recordBytes } from "./support/records.ts";
import { timed } from "./support/stopwatch.ts";

const FOREVER = 2n ** 64n - 1n;
const PER_CALL = [4096, 1024, 256, 64, 16, 4, 2, 1] as const;

/** All frames of the workload, `packets` of them per call; all have the same length. */
const inCallsOf =
  (packets: number, call: (engine: Engine) => () => void): Drive =>
  (engine, _records, rounds) => {
    const { exports } = engine;
    const bytes = packets * recordBytes(FRAME_BYTES);
    const calls = IN_FLIGHT / packets;
    const run = call(engine);
    return timed(rounds, () => {
      exports.inputRoom();
      for (let i = 0; i < calls; i++) {
        exports.inputWritten(bytes);
        run();
      }
    });
  };

const viaEngine = (engine: Engine) => (): void => void engine.run();
/** The module's own export, without the check that no packet got lost. */
const viaExport =
  ({ exports }: Engine) =>
  (): void =>
    void exports.run(FOREVER);

export const packetsPerCall = (): EngineSetup[] => [
  ...PER_CALL.map((packets) => ({ name: `Engine.run, ${packets}`, drive: inCallsOf(packets, viaEngine) })),
  ...PER_CALL.map((packets) => ({ name: `exports.run, ${packets}`, drive: inCallsOf(packets, viaExport) })),
];

export const framesIn = (workload: Workload): EngineSetup[] => {
  const frames = framesOf(workload.input);
  const byIndex: Arrival[] = frames.map(({ port, data }) => ({ interface: port, data }));
  const byName: Arrival[] = frames.map(({ port, data }) => ({ interface: `em${port}`, data }));
  const receive =
    (arrivals: readonly Arrival[]): Drive =>
    (engine, _records, rounds) =>
      timed(rounds, () => {
        engine.receive(arrivals);
        engine.run();
      });
  return [
    { name: "records lie in the input area already", drive: inCallsOf(IN_FLIGHT, viaEngine) },
    { name: "records copied in, in one piece", drive: copyIn(workload.input) },
    { name: "receive(), interfaces by index", drive: receive(byIndex) },
    { name: "receive(), interfaces by name", drive: receive(byName) },
  ];
};

const copyIn =
  (input: Uint8Array): Drive =>
  (engine, _records, rounds) =>
    timed(rounds, () => {
      inputOf(engine, input.length).set(input);
      engine.exports.inputWritten(input.length);
      engine.run();
    });

export const framesOut = (): EngineSetup[] => {
  const whole = inCallsOf(IN_FLIGHT, viaEngine);
  const taken = inCallsOf(IN_FLIGHT, (engine) => () => {
    engine.run();
    const frames = engine.take().length;
    if (frames !== IN_FLIGHT) throw new Error(`take: expected ${IN_FLIGHT} frames, but got ${frames}`);
  });
  return [
    { name: "counted, not kept (collect: false)", drive: whole },
    { name: "kept, and given away as bytes in the output area", collect: true, drive: unread },
    { name: "kept, and taken as objects by take()", collect: true, drive: taken },
  ];
};

/** The output area is emptied without a look at it, as one does who reads it in place. */
const unread: Drive = (engine, records, rounds) =>
  inCallsOf(IN_FLIGHT, ({ exports }) => () => {
    while (exports.run(FOREVER) !== 0) exports.outputTake();
    exports.outputTake();
  })(engine, records, rounds);
