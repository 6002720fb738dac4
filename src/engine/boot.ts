import { MAX_BURST, Region } from "../../assembly/abi.ts";
import { defaultVirtual } from "../config/complete_virtual.ts";
import { ConfigError, EngineError } from "../errors.ts";
import type { EngineOptions, Machine, MemoryPlan } from "../types/engine.ts";
import type { ResolvedConfig } from "../types/resolved.ts";
import { attachAll } from "../wasm/attach.ts";
import { attachVirtual } from "../wasm/attach_virtual.ts";
import { type EngineExports, instantiate, isVirtual } from "../wasm/exports.ts";
import { HostHandlers } from "../wasm/handlers.ts";
import { planMemory, type ResolvedOptions, writeBoot } from "../wasm/regions.ts";
import { checkOptions } from "./options.ts";
import { checkTrace, chooseTrace } from "./trace.ts";

/** An engine's module with its memory taken and the configuration in it. */
export interface Booted {
  exports: EngineExports;
  memory: MemoryPlan;
  handlers: HostHandlers;
  options: ResolvedOptions;
}

/** @throws ConfigError, EngineError */
export const boot = (module: WebAssembly.Module, config: ResolvedConfig, options: EngineOptions): Booted => {
  checkOptions(options);
  const exports = instantiate(module);
  const made = isVirtual(exports) ? "virtual" : "instant";
  const trace = options.trace && checkTrace(options.trace, made);
  const resolved = { ...resolveOptions(options, made), trace: trace?.records ?? 0 };
  writeBoot(exports, config, resolved);
  const memory = planMemory(exports);
  if (trace && memory.regions[Region.Trace]!.bytes === 0)
    throw new ConfigError("options.trace", "nothing, as the module keeps no trace: that of engine.traced.wasm does", options.trace);
  options.onPlan?.(memory);
  if (options.memoryLimit !== undefined && memory.total > options.memoryLimit)
    throw new EngineError(`this configuration needs ${memory.total} bytes of memory, more than the limit of ${options.memoryLimit}`);
  if (!exports.boot()) throw new EngineError(`${memory.total} bytes of memory could not be had`);
  attachAll(exports, config);
  if (isVirtual(exports)) {
    config.virtual ??= defaultVirtual(config);
    attachVirtual(exports, config, config.virtual);
  }
  exports.startEngine(BigInt(options.epochMs ?? 0));
  if (trace && isVirtual(exports)) chooseTrace(exports, trace);
  return { exports, memory, handlers: new HostHandlers(exports, config), options: resolved };
};

/** `made`: the machine that the module is of. */
const resolveOptions = (options: EngineOptions, made: Machine): Omit<ResolvedOptions, "trace"> => {
  const { burst = 64, collect = true, drops = false, machine = made } = options;
  if (!Number.isInteger(burst) || burst < 1 || burst > MAX_BURST) throw new ConfigError("options.burst", `an integer from 1 to ${MAX_BURST}`, burst);
  if (machine !== made) throw new ConfigError("options.machine", `"${made}", as the module has it`, machine);
  return { burst, collect, drops, machine };
};
