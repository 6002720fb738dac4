/** Runs the simulation beside the page, so that the page never waits for it. */
import wasm from "netisr/engine.virtual.wasm";
import { type Part, Simulation } from "./simulation.ts";
import type { Choice } from "./system.ts";

/** What the page asks for: another system, of a number of its own, or another mode of the one that runs. */
export type Request = { start: Choice; number: number } | { mode: number };
/** What it is told of a system: parts, and simulated packets that this machine carries in a second (measured); or why there are none. */
export type Answer = { number: number } & ({ parts: Part[]; speed: number } | { error: string });

/** Parts of a virtual millisecond for each beat, as far as the machine gets them done in most of it. */
const BEAT = 50;
const PARTS = 3;
const MOST = 40;

let simulation: Simulation | undefined;
let number = 0;
/** What was asked for last, perhaps while a system was being made. */
let mode = 0;

const answer = (message: Answer): void => postMessage(message);

const start = async (choice: Choice, mine: number): Promise<void> => {
  number = mine;
  mode = choice.mode;
  simulation?.close();
  simulation = undefined;
  const next = await Simulation.open(choice, { wasm: new URL(wasm, location.href) });
  if (mine !== number) return next.close(); // somebody asked for another one meanwhile
  if (mode !== choice.mode) next.setMode(mode);
  simulation = next;
};

const beat = (running: Simulation): void => {
  const begin = performance.now();
  const parts: Part[] = [];
  while (parts.length < PARTS && performance.now() - begin < MOST) parts.push(running.next());
  const packets = parts.reduce((sum, { carried }) => sum + carried / 1000, 0);
  answer({ number, parts, speed: (packets * 1000) / (performance.now() - begin) });
};

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  if ("mode" in data) {
    mode = data.mode;
    simulation?.setMode(mode);
  } else start(data.start, data.number).catch((error: unknown) => answer({ number: data.number, error: String(error) }));
});

setInterval(() => {
  if (simulation) beat(simulation);
}, BEAT);
