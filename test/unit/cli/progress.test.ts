import { describe, expect, test } from "vitest";
import type { CaptureSource } from "../../../src/cli/input/capture_source.ts";
import type { Terminal } from "../../../src/cli/io.ts";
import { Progress } from "../../../src/cli/replay/progress.ts";
import { example, netisr } from "./support.ts";

const ERASE = "\r\u001b[K";

class Screen implements Terminal {
  columns = 100;
  written = "";
  ms = 0;
  write(text: string): void {
    this.written += text;
  }
  now(): number {
    return this.ms;
  }
}

const source = (frames: number, taken: number, size?: number): CaptureSource =>
  ({ report: { frames }, progress: { taken, size } }) as unknown as CaptureSource;

describe("Progress", () => {
  test("says nothing before a second is over, then something every quarter of a second, and erases it", () => {
    const screen = new Screen();
    const progress = new Progress(screen, [source(1_234_567, 1024 * 1024, 4 * 1024 * 1024)], 1);
    screen.ms = 999;
    progress.show(1);
    expect(screen.written).toBe("");
    screen.ms = 2000;
    progress.show(1);
    screen.ms = 2249;
    progress.show(1);
    expect(screen.written).toBe(`${ERASE}1,234,567 frames   1.0 MiB of 4.0 MiB, 25 %   617,284 frames/s`);
    screen.written = "";
    progress.end();
    progress.end();
    expect(screen.written).toBe(ERASE);
  });

  test("what never appeared is not erased", () => {
    const screen = new Screen();
    new Progress(screen, [], 1).end();
    expect(screen.written).toBe("");
  });

  test("of a pipe the size is not known; of passes the part of all of them is", () => {
    const screen = new Screen();
    screen.ms = 0;
    const piped = new Progress(screen, [source(10, 2048), source(10, 1024, 4096)], 1);
    const looped = new Progress(screen, [source(10, 2048, 4096)], 4);
    screen.ms = 1000;
    piped.show(1);
    looped.show(2);
    expect(screen.written).toBe(`${ERASE}20 frames   3.0 KiB   20 frames/s${ERASE}10 frames   2.0 KiB of 4.0 KiB, 37 %   10 frames/s   pass 2 of 4`);
  });

  test("a line fits the terminal", () => {
    const screen = new Screen();
    screen.columns = 20;
    const progress = new Progress(screen, [source(1_234_567, 1)], 1);
    screen.ms = 1000;
    progress.show(1);
    expect(screen.written.slice(ERASE.length)).toHaveLength(19);
  });
});

/** A terminal on which every look at the clock takes a second. */
const slow = (): Screen => {
  const screen = new Screen();
  screen.now = () => {
    screen.ms += 1000;
    return screen.ms;
  };
  return screen;
};

test.each([
  [[], true],
  [["--json"], false],
  [["--quiet"], false],
])("a replay with %j shows its progress: %s", async (options, shown) => {
  const terminal = slow();
  const { exit, err } = await netisr(["replay", example("captures/bridge.pcapng"), "-c", example("bridge.json"), ...options], { terminal });
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  expect(terminal.written.includes("470 frames   ")).toBe(shown);
  expect(terminal.written.endsWith(ERASE)).toBe(shown);
});
