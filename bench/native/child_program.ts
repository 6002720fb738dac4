/** A program that answers commands, one at a time: lines in, lines out. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export class ChildProgram {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #said = "";

  constructor(file: string, args: readonly string[]) {
    this.#child = spawn(file, args, { stdio: "pipe" });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#said += text;
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The next line. @throws Error with what the program said, if it has ended */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(this.#said.trim() || "the C program has ended");
    return value;
  }

  async ask(command: string): Promise<string> {
    this.#child.stdin.write(`${command}\n`);
    return this.line();
  }

  async quit(): Promise<void> {
    const ended = once(this.#child, "close");
    this.#child.stdin.end("quit\n");
    await ended;
  }
}
