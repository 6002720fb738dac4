import { complain } from "../complain.ts";
import { Exit, Failure } from "../exit.ts";
import { STANDARD } from "../input/byte_source.ts";
import type { Io } from "../io.ts";
import { untilAborted } from "../until_aborted.ts";
import { type Destination, openDestinations, PATIENCE, type Target } from "./destination.ts";

/** Characters that are written at once, about. */
const PIECE = 65_536;

/**
 * Files that a command writes when it has done its work. They are opened before that, so that the work is not in vain if one cannot be; and what goes wrong
 * with one in the end is kept, so that the report comes all the same.
 */
export class TextFiles {
  /** The report goes to standard error, as one of them is standard output. */
  readonly takeOutput: boolean;
  readonly #faults: Failure[] = [];
  readonly #io: Io;
  readonly #destinations: Map<string, Destination>;

  private constructor(io: Io, takeOutput: boolean, destinations: Map<string, Destination>) {
    this.#io = io;
    this.takeOutput = takeOutput;
    this.#destinations = destinations;
  }

  /** `files`: by their options, undefined where none is asked for. `inputs`: what is read. @throws Failure */
  static async open(files: Readonly<Record<string, string | undefined>>, inputs: readonly (string | undefined)[], io: Io): Promise<TextFiles> {
    const targets: Target[] = [];
    for (const [option, file] of Object.entries(files)) if (file !== undefined) targets.push({ option, file, isText: true });
    const opened = await openDestinations(
      targets,
      inputs.filter((input) => input !== undefined),
      io,
    );
    return new TextFiles(
      io,
      targets.some(({ file }) => file === STANDARD),
      new Map(targets.map(({ option }, i) => [option, opened[i]!])),
    );
  }

  /** Writes all of a file, if there is one of this option. */
  async write(option: string, text: Iterable<string>): Promise<void> {
    const destination = this.#destinations.get(option);
    if (!destination) return;
    this.#destinations.delete(option);
    try {
      for (const piece of pieces(text)) {
        const written = await untilAborted(destination.write(Buffer.from(piece)), this.#io.signal, PATIENCE);
        // A write that nobody takes may hold the file for ever.
        if (written === undefined) return;
        if (!written) break;
      }
      await destination.close();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#faults.push(error);
      await destination.close().catch(() => {}); // why it could not be written is known
    }
  }

  /** What the command ends with if it would end with `exit` otherwise. A check that failed is worse than a file that is not written. */
  exitOf(exit: Exit): Exit {
    return this.#faults.length > 0 && exit !== Exit.Check ? Exit.Usage : exit;
  }

  complain(): void {
    for (const { message } of this.#faults) complain(this.#io, message);
  }

  /** Leaves those alone that nothing was written to. */
  async close(): Promise<void> {
    for (const destination of this.#destinations.values()) await destination.close();
    this.#destinations.clear();
  }
}

/** One at least: a file may be empty, too. */
function* pieces(text: Iterable<string>): Generator<string> {
  let piece = "";
  for (const part of text) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}
