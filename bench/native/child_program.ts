/** A program that answers commands, one at a time: lines in, lines out. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export class ChildProgram {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  /** It has ended, and all that it said has come. */
  readonly #closed: Promise<unknown>;
  #said = "";

  constructor(file: string, args: readonly string[]) {
    this.#child = spawn(file, args, { stdio: "pipe" });
    this.#closed = once(this.#child, "close");
    this.#closed.catch(() => {}); // whoever waits for it sees why it could not be started
    this.#child.stdin.on("error", () => {}); // it has ended meanwhile, which the next line tells
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#said += text;
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The next line. @throws Error with what the program said, if it has ended */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (!done) return value;
    await this.#closed;
    throw new Error(this.#said.trim() || "the C program has ended");
  }

  async ask(command: string): Promise<string> {
    this.#child.stdin.write(`${command}\n`);
    return this.line();
  }

  async quit(): Promise<void> {
    this.#child.stdin.end("quit\n");
    await this.#closed;
  }
}
