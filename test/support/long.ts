/** NETISR_LONG=1: tests of everything that the usual run takes samples of. */
export const LONG = process.env.NETISR_LONG === "1";

/** Milliseconds that one test of a long run may take. */
export const LONG_TIMEOUT = 900_000;
