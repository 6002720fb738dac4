/** Parsers of the options that say what arrives. */
import { InvalidArgumentError } from "commander";
import { parseQuantity, RATE_UNITS, TIME_UNITS } from "../../config/quantities.ts";
import { MOST_PPS } from "../../config/quantity_leaves.ts";
import type { BatchConfig, BurstsConfig, RateChange, SizesConfig, TrafficConfig } from "../../types.ts";

/** A capture that an interface is to receive. */
export interface CaptureOption {
  if: string;
  file: string;
  speed?: string;
  loops?: number | "forever";
  period?: string;
  start?: string;
  /** As it was typed. */
  text: string;
}

const isTime = (text: string): boolean => parseQuantity(text, TIME_UNITS) !== undefined;
/** None, for a time, or as many as `--rate` takes. */
const isRate = (text: string): boolean => (parseQuantity(text, RATE_UNITS) ?? MOST_PPS + 1n) <= MOST_PPS;
const isWeight = (text: string): boolean => /^\d{1,9}(?:\.\d{1,9})?$/.test(text);

/** `--bursts ON:OFF`, `--bursts ON:OFF:constant`. */
export const bursts = (text: string): BurstsConfig => {
  const [on = "", off = "", law = "exponential", ...rest] = text.split(":");
  if (!isTime(on) || !isTime(off) || (law !== "constant" && law !== "exponential") || rest.length > 0)
    throw new InvalidArgumentError("Expected ON:OFF or ON:OFF:constant, as in 100us:300us.");
  return { on, off, onLaw: law, offLaw: law };
};

/** `--batch N`, `--batch N:geometric`. */
export const batch = (text: string): BatchConfig => {
  const parts = /^(\d{1,4})(?::(constant|geometric))?$/.exec(text);
  const frames = Number(parts?.[1] ?? 0);
  if (!parts || frames < 1 || frames > 4096) throw new InvalidArgumentError("Expected N or N:geometric, N from 1 to 4096, as in 8:geometric.");
  return { frames, law: (parts[2] as BatchConfig["law"] | undefined) ?? "constant" };
};

/** `--rate-at TIME:PPS`, `--rate-at TIME:PPS:RAMP`, once more. */
export const rateChange = (text: string, before: RateChange[] = []): RateChange[] => {
  const [at = "", rate = "", ramp, ...rest] = text.split(":");
  if (!isTime(at) || !isRate(rate) || (ramp !== undefined && !isTime(ramp)) || rest.length > 0)
    throw new InvalidArgumentError("Expected TIME:PPS or TIME:PPS:RAMP, PPS whole packets per second up to 10^9, as in 5ms:2Mpps:1ms.");
  return [...before, { at, rate, ...(ramp !== undefined && { ramp }) }];
};

/** Ethernet's shortest frame, and the longest of an MTU of 1500, which interfaces have that are made up. */
export const BYTES = [60, 1514] as const;

const refuseLengths = (lengths: readonly number[]): void => {
  const [min, max] = BYTES;
  const odd = lengths.find((length) => length < min || length > max);
  if (odd !== undefined) throw new InvalidArgumentError(`Expected lengths from ${min} to ${max}, but got ${odd}.`);
};

/** Lengths as the command line says them: also those of a capture. */
export type SizesOption = SizesConfig | { file: string };

/** `--sizes imix`, `--sizes FROM-TO`, `--sizes BYTES=WEIGHT,...`, `--sizes @FILE`. */
export const sizes = (text: string): SizesOption => {
  if (text === "imix") return text;
  if (/^@./.test(text)) return { file: text.slice(1) };
  const range = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    refuseLengths([from, to]);
    return { from, to };
  }
  const shares = text.split(",").map((part) => part.split("="));
  if (!shares.every(([bytes = "", weight = "", ...rest]) => /^\d{1,5}$/.test(bytes) && isWeight(weight) && rest.length === 0))
    throw new InvalidArgumentError("Expected imix, FROM-TO, BYTES=WEIGHT,... or @FILE, a capture, as in 60=7,590=4,1514=1.");
  refuseLengths(shares.map(([bytes]) => Number(bytes)));
  if (shares.every(([, weight]) => Number(weight) === 0)) throw new InvalidArgumentError("Expected a length with a weight above 0.");
  return shares.map(([bytes, weight]) => ({ bytes: Number(bytes), weight: Number(weight) }));
};

const PROTOCOLS = ["udp", "tcp", "icmp"];
const SHARES = ["fragments", "broadcast"];
const MIX = [...PROTOCOLS, ...SHARES];

/** `--mix udp=W,tcp=W,icmp=W,fragments=SHARE,broadcast=SHARE`, some of them. */
export const mix = (text: string): Pick<TrafficConfig, "protocols" | "fragments" | "broadcast"> => {
  const parts = text.split(",").map((part) => part.split("="));
  if (!parts.every(([key = "", value = "", ...rest]) => MIX.includes(key) && isWeight(value) && rest.length === 0))
    throw new InvalidArgumentError("Expected udp=, tcp=, icmp= with weights, fragments=, broadcast= with shares, as in udp=4,tcp=1,broadcast=0.01.");
  const again = parts.find(([key], i) => parts.findIndex(([other]) => other === key) < i);
  if (again) throw new InvalidArgumentError(`Expected each of them once, but got ${again[0]}= again.`);
  const large = parts.find(([key, value]) => SHARES.includes(key!) && Number(value) > 1);
  if (large) throw new InvalidArgumentError(`Expected ${large[0]}= with a share from 0 to 1, but got ${large[1]}.`);
  const of = (keys: readonly string[]) =>
    Object.fromEntries(parts.filter(([key]) => keys.includes(key!)).map(([key, value]) => [key!, Number(value)]));
  const protocols = of(PROTOCOLS);
  const weights = Object.values(protocols);
  if (weights.length > 0 && weights.every((weight) => weight === 0))
    throw new InvalidArgumentError("Expected a weight above 0 for udp, tcp or icmp.");
  return { ...(Object.keys(protocols).length > 0 && { protocols }), ...of(SHARES) };
};

export const zipf = (text: string): number => {
  if (!isWeight(text) || Number(text) > 10) throw new InvalidArgumentError("Expected an exponent from 0 to 10, as in 1.1.");
  return Number(text);
};

/** `--traffic-capture IF=FILE[:speed=S][:loop=N][:period=TIME][:start=TIME]`, once more. */
export const captureOption = (text: string, before: CaptureOption[] = []): CaptureOption[] => {
  const parts = /^([^=:]+)=(.+?)((?::(?:speed|loop|period|start)=[^:]*)*)$/.exec(text);
  const said = parts && settingsOf(parts[3]!);
  if (!said)
    throw new InvalidArgumentError("Expected IF=FILE, then speed=, loop=, period=, start= behind colons, as in em0=lan.pcap:speed=2:loop=3.");
  return [...before, { if: parts[1]!, file: parts[2]!, ...said, text }];
};

type CaptureSettings = Pick<CaptureOption, "speed" | "loops" | "period" | "start">;

const settingsOf = (text: string): CaptureSettings | undefined => {
  const parts = text
    .split(":")
    .slice(1)
    .map((part) => part.split("="));
  const said = Object.fromEntries(parts) as Partial<Record<"speed" | "loop" | "period" | "start", string>>;
  const { speed, loop, period, start } = said;
  if (Object.keys(said).length < parts.length) return undefined; // one of them twice
  if ([period, start].some((time) => time !== undefined && !isTime(time))) return undefined;
  if (loop !== undefined && loop !== "forever" && !/^[1-9]\d{0,8}$/.test(loop)) return undefined;
  return {
    ...(speed !== undefined && { speed }),
    ...(loop !== undefined && { loops: loop === "forever" ? loop : Number(loop) }),
    ...(period !== undefined && { period }),
    ...(start !== undefined && { start }),
  };
};
