import { getSystemErrorMap } from "node:util";
import { NetisrError } from "../errors.ts";

export const Exit = {
  Ok: 0,
  /** A check failed: packets are not conserved, or lock modes sent different bytes. */
  Check: 1,
  /** Arguments, configuration, or a file that cannot be written. */
  Usage: 2,
  /** Input of which no frame was read. */
  Rejected: 3,
  /** Input of which a part was read; what was written is valid. */
  Partial: 4,
  /** SIGINT: 128 + 2, as shells have it. */
  Interrupted: 130,
  /** SIGTERM: 128 + 15. */
  Terminated: 143,
} as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

export const interruptedExit = ({ reason }: AbortSignal): Exit => (reason === "SIGTERM" ? Exit.Terminated : Exit.Interrupted);

export const EXIT_CODES = `Exit codes:
  0    done, also if whoever reads the output had enough (-w - | head)
  1    a check failed: packets not conserved, or lock modes that sent different bytes
  2    wrong arguments or configuration, or a file that cannot be written
  3    a capture of which no frame could be read
  4    a capture that could be read in part only; what was written is valid
  130  interrupted (143: by SIGTERM); what was written is valid`;

/** Ends the command with one line for the user, which `complain` puts the command's name in front of. */
export class Failure extends NetisrError {
  override readonly name = "Failure";
  readonly exit: Exit;

  constructor(exit: Exit, message: string) {
    super(message);
    this.exit = exit;
  }
}

/** What the operating system had against a file, in its own words: "no such file or directory". */
export const systemReason = (error: unknown): string => {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
};
