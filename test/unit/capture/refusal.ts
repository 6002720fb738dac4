import { expect } from "vitest";
import { ConfigError } from "../../../src/errors.ts";

/** Message of the ConfigError that `act` ends with: where, what was expected, what came. Anything else that is thrown fails the test. */
export const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  return "nothing was refused";
};

export const transferred = (): Uint8Array => {
  const bytes = new Uint8Array(4);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
};
