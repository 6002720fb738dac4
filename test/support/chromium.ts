/** Chromium without a window, for tests of what a page does. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PLACES = [process.env.NETISR_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where it is; undefined: not on this machine. */
export const CHROMIUM = PLACES.find((file) => file !== undefined && existsSync(file));

export interface Served {
  /** Content type. */
  type: string;
  body: string | Uint8Array;
}

/**
 * Opens the page `start` of a server that has these files by path. @returns the body of the first POST that the page sends. @throws Error if none comes in
 * `patience` milliseconds, or if Chromium ends
 */
export async function answerOf(start: string, fileAt: (path: string) => Served | undefined, patience: number): Promise<string> {
  if (CHROMIUM === undefined) throw new Error("no Chromium here; NETISR_CHROMIUM can say where it is");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const profile = mkdtempSync(join(tmpdir(), "netisr-chromium-"));
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", `--user-data-dir=${profile}`];
  const browser = spawn(CHROMIUM, [...flags, `http://127.0.0.1:${port}${start}`], { stdio: "ignore" });
  try {
    return await new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("no answer from the browser")), patience).unref();
      browser.once("exit", (code) => reject(new Error(`Chromium has ended with ${code}`)));
      server.on("request", (request, response) => (request.method === "POST" ? read(request, response, resolve) : serve(request, response, fileAt)));
    });
  } finally {
    browser.removeAllListeners("exit");
    const ended = new Promise((resolve) => browser.once("exit", resolve));
    browser.kill();
    await ended;
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function read(request: IncomingMessage, response: ServerResponse, done: (body: string) => void): void {
  let body = "";
  request.on("data", (text) => {
    body += text;
  });
  request.on("end", () => {
    response.end();
    done(body);
  });
}

function serve(request: IncomingMessage, response: ServerResponse, fileAt: (path: string) => Served | undefined): void {
  const file = fileAt(request.url!);
  response.writeHead(file === undefined ? 404 : 200, { "content-type": file?.type ?? "text/plain" }).end(file?.body);
}
