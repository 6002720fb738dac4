/** Places in the table of threads, as `ThreadKind` in abi.ts describes it; assembly/kern/thread.ts computes the same. An id is a place and 1. */
import type { ResolvedConfig } from "../types.ts";
import type { EngineExports } from "./exports.ts";
import { recordNames } from "./rings.ts";

/** Of all CPUs, which come first. */
export const protocolThreads = ({ cpus }: ResolvedConfig): number => cpus * 4;

/** Behind softclock and control. */
const firstInterrupt = (config: ResolvedConfig): number => protocolThreads(config) + 2;

/** The interrupt thread of a port or receive ring. */
export const interruptThread = (config: ResolvedConfig, port: number): number => firstInterrupt(config) + port;

/** The port or receive ring of an interrupt thread. */
export const portOfThread = (config: ResolvedConfig, thread: number): number => thread - firstInterrupt(config);

/** The first thread of other kernel work. */
export const firstWork = (exports: EngineExports, config: ResolvedConfig): number => interruptThread(config, recordNames(exports, config).length);
