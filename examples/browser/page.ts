/** The page: choices on top, below them what the last milliseconds were like. */
import { COLOURS, drawBars, drawLines, LINES } from "./charts.ts";
import { CLASSES, type Part } from "./simulation.ts";
import type { Answer, Request } from "./worker.ts";

/** Parts that are shown. */
const SHOWN = 240;
const WORDS = {
  Interrupt: "interrupts",
  Protocol: "protocol threads",
  Ipi: "IPIs",
  Switch: "switching",
  SerializerWait: "waiting for a queue's lock",
  BglSpin: "waiting for the BGL",
};
const MODES = ["BGL", "adaptive", "no BGL"];

const element = <T extends Element>(selector: string, type: new () => T): T => {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`the page has no ${selector}`);
  return found;
};

const form = element("form", HTMLFormElement);
const rate = element("#rate", HTMLInputElement);
const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
let parts: Part[] = [];
let number = 0;

const ask = (request: Request): void => worker.postMessage(request);
const say = (selector: string, text: string): void => {
  element(selector, HTMLElement).textContent = text;
};
/** A word with a square of that colour before it. */
const coloured = (word: HTMLElement, colour: string): HTMLElement => {
  word.style.setProperty("--c", colour);
  return word;
};
const millions = (value: number): string => (value / 1e6).toFixed(2);

const chosen = (): { cpus: number; rate: number; mode: number } => {
  const data = new FormData(form);
  return { cpus: Number(data.get("cpus")), rate: Number(rate.value) * 1e6, mode: Number(data.get("mode")) };
};

const restart = (): void => {
  parts = [];
  ask({ start: chosen(), number: ++number });
};

const draw = (): void => {
  const last = parts.at(-1);
  if (!last) return;
  const top = Math.max(...parts.map(({ offered, carried }) => Math.max(offered, carried)));
  const marks = parts.flatMap(({ mode }, at) => (at > 0 && parts[at - 1]!.mode !== mode ? [{ at, text: MODES[mode]! }] : []));
  const lines = (...keys: ("offered" | "carried" | "p50" | "p99")[]): (number | undefined)[][] => keys.map((key) => parts.map((part) => part[key]));
  const axis = { marks, points: SHOWN };
  const rates = { least: 0, most: top * 1.1, label: (value: number) => `${(value / 1e6).toFixed(1)} Mpps` };
  const times = { least: 10, most: 1e5, log: true, label: (us: number) => (us < 1000 ? `${us} us` : `${us / 1000} ms`) };
  drawLines(element("#carried", HTMLCanvasElement), { lines: lines("offered", "carried"), ...rates, ...axis });
  drawLines(element("#latency", HTMLCanvasElement), { lines: lines("p50", "p99"), ...times, ...axis });
  drawBars(element("#cpus", HTMLCanvasElement), last.cpus);
  const recent = parts.slice(-20);
  const mean = (key: "offered" | "carried" | "dropped" | "bgl"): number => recent.reduce((sum, part) => sum + part[key], 0) / recent.length;
  say("#now", `${last.time} ms`);
  say(
    "#figures",
    `offered ${millions(mean("offered"))} · carried ${millions(mean("carried"))} · dropped ${millions(mean("dropped"))} Mpps · BGL taken ${(mean("bgl") * 100).toFixed(0)} %`,
  );
};

worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
  if (data.number !== number) return; // of a system before
  if ("error" in data) return say("#figures", data.error);
  parts = [...parts, ...data.parts].slice(-SHOWN);
  say("#speed", `${millions(data.speed)} million simulated packets a second on this machine`);
});

const showRate = (): void => say("#rate-value", `${Number(rate.value).toFixed(1)} Mpps`);
form.addEventListener("input", showRate);
form.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLInputElement && target.name === "mode") ask({ mode: chosen().mode });
  else restart();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  restart();
});

element("#legend", HTMLElement).replaceChildren(
  ...CLASSES.map((name, i) => coloured(Object.assign(document.createElement("span"), { textContent: WORDS[name] }), COLOURS[i]!)),
);
for (const [i, key] of document.querySelectorAll<HTMLElement>(".key").entries()) coloured(key, LINES[i % LINES.length]!);
showRate();
restart();
const frame = (): void => {
  draw();
  requestAnimationFrame(frame);
};
frame();
