/** Parsers of option values. Commander puts the option in front of what they complain about. */
import { InvalidArgumentError } from "commander";
import { MAX_CPUS } from "../../assembly/abi.ts";

export interface Setting {
  name: string;
  value: string;
}

/** `--set NAME=VALUE`, once more. */
export const setting = (text: string, before: Setting[] = []): Setting[] => {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Expected KNOB=VALUE, as in net.netisr.mpsafe_thread=0.");
  return [...before, { name: text.slice(0, at), value: text.slice(at + 1) }];
};

export const cpuCount = (text: string): number => {
  const n = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (n < 1 || n > MAX_CPUS) throw new InvalidArgumentError(`Expected an integer from 1 to ${MAX_CPUS}.`);
  return n;
};
