import { MAX_BURST } from "../../assembly/abi.ts";
import { defaultVirtual } from "../config/complete_virtual.ts";
import { ConfigError, EngineError } from "../errors.ts";
import type { EngineOptions, MemoryPlan } from "../types/engine.ts";
import type { ResolvedConfig } from "../types/resolved.ts";
import { attachAll } from "../wasm/attach.ts";
import { attachVirtual } from "../wasm/attach_virtual.ts";
import { type EngineExports, instantiate, isVirtual } from "../wasm/exports.ts";
import { HostHandlers } from "../wasm/handlers.ts";
import { type Kept, planMemory, writeBoot } from "../wasm/regions.ts";

/** An engine's module with its memory taken and the configuration in it. */
export interface Booted {
  exports: EngineExports;
  memory: MemoryPlan;
  handlers: HostHandlers;
  kept: Kept;
}

/** @throws ConfigError, EngineError */
export const boot = (module: WebAssembly.Module, config: ResolvedConfig, options: EngineOptions): Booted => {
  const kept = keptOf(options);
  const handlers = new HostHandlers();
  const exports = instantiate(module, handlers);
  if (isVirtual(exports) !== (kept.machine === "virtual"))
    throw new EngineError(`the module is not that of the ${kept.machine} machine, which options.machine asks for`);
  writeBoot(exports, config, kept);
  const memory = planMemory(exports);
  options.onPlan?.(memory);
  if (options.memoryLimit !== undefined && memory.total > options.memoryLimit)
    throw new EngineError(`this configuration needs ${memory.total} bytes of memory, more than the limit of ${options.memoryLimit}`);
  if (!exports.boot()) throw new EngineError(`${memory.total} bytes of memory could not be had`);
  attachAll(exports, config);
  if (isVirtual(exports)) {
    config.virtual ??= defaultVirtual(config);
    attachVirtual(exports, config.virtual);
  }
  exports.startEngine(BigInt(options.epochMs ?? 0));
  handlers.bind(exports, config);
  return { exports, memory, handlers, kept };
};

const keptOf = ({ burst = 64, collect = true, drops = false, machine = "instant" }: EngineOptions): Kept => {
  if (!Number.isInteger(burst) || burst < 1 || burst > MAX_BURST) throw new ConfigError("options.burst", `an integer from 1 to ${MAX_BURST}`, burst);
  if (machine !== "instant" && machine !== "virtual") throw new ConfigError("options.machine", '"instant" or "virtual"', machine);
  return { burst, collect, drops, machine };
};
