/** Parsers of option values. Commander puts the option in front of what they complain about. */
import { InvalidArgumentError } from "commander";
import { MAX_CPUS, MAX_PORTS } from "../../assembly/abi.ts";
import { MAX_IP_PACKET, MIN_MTU } from "../config/shape.ts";

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

/** A bridge is a port, too. */
export const MAX_BRIDGED = MAX_PORTS - 1;

export const portCount = (text: string): number => {
  const n = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (n < 2 || n > MAX_BRIDGED) throw new InvalidArgumentError(`Expected an integer from 2 to ${MAX_BRIDGED}.`);
  return n;
};

export const mtuBytes = (text: string): number => {
  const n = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (n < MIN_MTU || n > MAX_IP_PACKET) throw new InvalidArgumentError(`Expected an integer from ${MIN_MTU} to ${MAX_IP_PACKET}.`);
  return n;
};

export const passCount = (text: string): number => {
  const n = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (n < 1) throw new InvalidArgumentError("Expected an integer from 1 to 999999999.");
  return n;
};

/** Seconds with up to nine digits behind the point, as nanoseconds. */
export const seconds = (text: string): bigint => {
  const parts = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text);
  if (!parts) throw new InvalidArgumentError("Expected seconds with at most nine digits behind the point, as in 0.25.");
  return BigInt(parts[1]!) * 1_000_000_000n + BigInt((parts[2] ?? "").padEnd(9, "0"));
};
