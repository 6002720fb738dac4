/** The command `netisr`. Bundled to dist/cli.js, so paths are seen from dist/. */
import { Engine } from "../engine.ts";
import { compileEngine } from "../wasm/compile.ts";
import { loadEngine } from "../wasm/load_node.ts";
import { Exit, systemReason } from "./exit.ts";
import { main } from "./program.ts";

const stop = new AbortController();
const onSignal = (signal: NodeJS.Signals): void => {
  // A second one, of either kind, ends the process at once.
  for (const name of ["SIGINT", "SIGTERM"]) process.off(name, onSignal);
  stop.abort(signal);
};
for (const name of ["SIGINT", "SIGTERM"]) process.on(name, onSignal);
let outputFault: string | undefined;
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever reads our output may have seen enough (`netisr knobs | head`).
    if (error.code !== "EPIPE") outputFault = systemReason(error);
  });

const { stderr } = process;
const exit = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => stderr.write(text),
  stdin: () => process.stdin,
  stdout: () => process.stdout,
  terminal: stderr.isTTY ? { columns: stderr.columns, write: (text) => stderr.write(text), now: () => performance.now() } : undefined,
  now: () => performance.now(),
  signal: stop.signal,
  root: new URL("../", import.meta.url),
  createEngine: async (config, options) => Engine.make(await compileEngine(options, loadEngine), config, options),
});

process.exitCode = exit;
process.on("exit", () => {
  // A capture that could not be written has been complained of already.
  if (outputFault === undefined || process.exitCode !== Exit.Ok) return;
  stderr.write(`netisr: standard output: ${outputFault}\n`);
  process.exitCode = Exit.Usage;
});
// A read from a pipe, or a write to one that nobody reads, cannot be taken back, and neither the event loop nor process.exit would end before it: then the
// signal itself has to do it, as soon as the report is out, or when that does not come out either.
if (stop.signal.aborted) {
  const end = (): boolean => process.kill(process.pid, stop.signal.reason);
  process.stdout.write("", () => setTimeout(end, 50).unref());
  setTimeout(end, 1_000).unref();
}
