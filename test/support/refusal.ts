import { ConfigError } from "../../src/errors.ts";

/** The ConfigError that `act` ends with. Anything else that is thrown fails the test, and so does nothing. */
export const refusal = (act: () => unknown): ConfigError => {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};
