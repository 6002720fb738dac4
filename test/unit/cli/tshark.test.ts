import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { readCapture, withoutFcs } from "../../../src/capture/index.ts";
import { makeEngine } from "../../support/engines.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "netisr-"));
afterAll(() => rmSync(folder, { recursive: true }));

const works = (command: string): boolean => {
  try {
    execFileSync(command, ["--version"], { stdio: "pipe" });
    return true;
  } catch {
    console.warn(`${command} is not installed: what it sees in a written capture is not looked at`);
    return false;
  }
};

/** Interface, time to the nanosecond, and length of every frame that the engine sends. */
const sentBy = async (name: string): Promise<string[]> => {
  const engine = await makeEngine("release", JSON.parse(readFileSync(`${root}examples/${name}.json`, "utf8")));
  const frames = [...readCapture(readFileSync(`${root}examples/captures/${name}.pcapng`))];
  const first = frames[0]!.time!;
  engine.receive(frames.map((frame) => ({ interface: frame.interfaceName!, time: (frame.time! - first) * 1000n, data: withoutFcs(frame).data })));
  engine.run();
  return engine.take().map(({ interface: port, time, data }) => {
    const ns = first + time / 1000n;
    return `${port} ${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, "0")} ${data.length}`;
  });
};

/** The same as tshark reads it. */
const seenIn = (file: string): string[] =>
  execFileSync("tshark", ["-n", "-r", file, "-T", "fields", "-e", "frame.interface_name", "-e", "frame.time_epoch", "-e", "frame.len"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  })
    .trim()
    .split("\n")
    .map((line) => line.replaceAll("\t", " "));

describe.skipIf(!works("tshark")).each(["bridge", "router"])("the %s example, replayed", (name) => {
  test("tshark sees every frame with the interface, time and length that it was sent with", async () => {
    const out = join(folder, `${name}.pcapng`);
    execFileSync(process.execPath, ["dist/cli.js", "replay", `examples/captures/${name}.pcapng`, "-c", `examples/${name}.json`, "-w", out], {
      cwd: root,
    });
    expect(seenIn(out)).toEqual(await sentBy(name));
  });
});
