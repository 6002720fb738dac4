/** What is to be replayed, and through what: captures, configuration, and which port receives. */
import { existsSync } from "node:fs";
import { meant } from "../../suggest.ts";
import type { ResolvedPort } from "../../types.ts";
import { type Assignment, assignTo, ByAppearance, ByFile, BySourceMac, describePorts, Refusal, splitCapture } from "../assign/index.ts";
import { type Loaded, loadConfig, overridden } from "../config_file.ts";
import { Exit, Failure } from "../exit.ts";
import { STANDARD } from "../input/byte_source.ts";
import { CaptureSource, type SourceOptions } from "../input/capture_source.ts";
import type { Io } from "../io.ts";
import { interfacesOf, MADE_UP, madeUpBridge, portsFor } from "./made_up_bridge.ts";
import type { Options } from "./options.ts";

/** What may be the name of a port in front of "=". */
const PORT_NAME = /^([A-Za-z][\w.-]{0,14})=/;

export interface System {
  loaded: Loaded;
  sources: readonly CaptureSource[];
  assignment: Assignment;
  /** Interfaces that are not plugged in yet: each is when it is to receive its first frame. */
  unplugged: Set<number>;
}

/** Opens captures. @throws Failure for the first of which no frame can be read */
export const openCaptures = async (files: readonly string[], options: SourceOptions): Promise<CaptureSource[]> => {
  const sources: CaptureSource[] = [];
  for (const file of files) sources.push(await CaptureSource.open(file, options));
  await rejectUnreadable(sources);
  return sources;
};

export const closeAll = async (sources: readonly CaptureSource[]): Promise<void> => {
  for (const source of sources) await source.close();
};

/** A system from a configuration, as it is. */
export const configured = (loaded: Loaded, sources: readonly CaptureSource[]): System => ({
  loaded,
  sources,
  assignment: assignTo(loaded.resolved.ports, "interface", sources, new Map()),
  unplugged: new Set(),
});

/** @throws Failure */
export const openSystem = async (captures: readonly string[], options: Options, io: Io): Promise<System> => {
  const opened = options.config === undefined ? await openMadeUp(captures, options, io) : await openConfigured(options.config, captures, options, io);
  if (options.loop > 1) await refuseLoop(opened.sources);
  return opened;
};

const openConfigured = async (file: string, captures: readonly string[], options: Options, io: Io): Promise<System> => {
  const loaded = await loadConfig(file, options);
  const { ports } = loaded.resolved;
  const split = captures.map((argument) => splitCapture(argument, ports));
  const interfaces = ports.filter(({ kind }) => kind === "interface");
  for (const { file, told } of split) if (!told) refuseOddPort(file, (word) => `${oneOfPorts(word, interfaces)} before "=", or a file of that name`);
  const sources = await openCaptures(filesOf(split, io), { ...options, signal: io.signal, stdin: io.stdin });
  const told = new Map<CaptureSource, ResolvedPort>();
  for (const [i, { told: port }] of split.entries()) if (port) told.set(sources[i]!, port);
  const assignment = await closingOnError(sources, () => assignTo(ports, options.assign, sources, told));
  if (options.assign === "interface") await refuseStrangers(sources, assignment);
  return { loaded, sources, assignment, unplugged: new Set() };
};

const openMadeUp = async (captures: readonly string[], options: Options, io: Io): Promise<System> => {
  for (const file of captures) refuseOddPort(file, () => "a file of that name; PORT=FILE needs -c, a configuration that has the port");
  const files = filesOf(
    captures.map((file) => ({ file })),
    io,
  );
  const sources = await openCaptures(files, { ...options, signal: io.signal, stdin: io.stdin });
  return closingOnError(sources, () => {
    const { keys, names } = interfacesOf(sources);
    const mode = options.assign;
    const { ports, plugged } = portsFor(mode, options.ports, files.length, keys.length);
    const loaded = overridden(MADE_UP, madeUpBridge(mode === "interface" ? names.slice(0, ports) : [], ports, plugged, options.mtu), options);
    const interfaces = loaded.resolved.ports.slice(0, ports);
    const unplugged = new Set(interfaces.slice(plugged).map(({ index }) => index));
    if (mode === "file") return { loaded, sources, assignment: new ByFile(sources, interfaces, new Map()), unplugged };
    if (mode === "source-mac") return { loaded, sources, assignment: new BySourceMac(interfaces, true, new Map()), unplugged };
    return { loaded, sources, assignment: new ByAppearance(sources, interfaces, keys.slice(0, ports)), unplugged };
  });
};

/** PORT=FILE with a port that there is not: as a file it would only not be found. @throws Failure */
const refuseOddPort = (argument: string, expected: (word: string) => string): void => {
  const word = PORT_NAME.exec(argument)?.[1];
  if (word !== undefined && !existsSync(argument))
    throw new Failure(Exit.Usage, `${argument}: expected ${expected(word)}, but got ${JSON.stringify(word)}`);
};

const oneOfPorts = (word: string, ports: readonly ResolvedPort[]): string =>
  meant(
    `one of ${describePorts(ports)}`,
    word,
    ports.map(({ name }) => name),
  );

const filesOf = (arguments_: readonly { file: string }[], io: Io): string[] => {
  const files = arguments_.map(({ file }) => file);
  const times = files.filter((file) => file === STANDARD).length;
  if (times > 1) throw new Failure(Exit.Usage, `${STANDARD}: expected standard input once among the captures, but found it ${times} times`);
  if (times === 1 && (io.stdin() as { isTTY?: boolean }).isTTY)
    throw new Failure(Exit.Usage, `${STANDARD}: expected a capture on standard input, but found a terminal`);
  return files;
};

/** A capture whose first frame has no port is refused before anything is done. */
const refuseStrangers = async (sources: readonly CaptureSource[], assignment: Assignment): Promise<void> => {
  for (const source of sources) {
    const found = source.head && assignment.portOf(source, source.head);
    if (found instanceof Refusal) source.refuse(found.expected, found.found);
  }
  await rejectUnreadable(sources);
};

const rejectUnreadable = async (sources: readonly CaptureSource[]): Promise<void> => {
  const rejected = sources.find(({ head, fault }) => !head && fault !== undefined);
  if (!rejected) return;
  await closeAll(sources);
  throw new Failure(Exit.Rejected, rejected.fault!);
};

const refuseLoop = async (sources: readonly CaptureSource[]): Promise<void> => {
  const endless = sources.find(({ canRewind }) => !canRewind);
  if (!endless) return;
  await closeAll(sources);
  throw new Failure(Exit.Usage, `--loop: expected files that can be read again, but ${endless.file} is no file with an end (save it first)`);
};

const closingOnError = async <T>(sources: readonly CaptureSource[], work: () => T): Promise<T> => {
  try {
    return work();
  } catch (error) {
    await closeAll(sources);
    throw error;
  }
};
