import { printable } from "../report/index.ts";
import type { Io } from "./io.ts";

/** Says what went wrong: one line, which begins with the command's name, as in a pipeline others complain, too. */
export const complain = (io: Pick<Io, "err">, line: string): void => io.err(complaint(line));

export const complaint = (line: string): string => `netisr: ${printable(line.trim().replace(/\s*[\r\n]+\s*/g, " "))}\n`;

/** What the user's wish to stop is answered with. */
export const interruption = ({ reason }: AbortSignal): string => (reason === "SIGTERM" ? "terminated" : "interrupted");
