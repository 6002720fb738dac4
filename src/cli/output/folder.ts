import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those that it lies in. One by one: where none can be made (`/proc/x`), mkdir of Node 20 with `recursive` tries for ever.
 * @throws what the operating system has against it
 */
export const makeFolder = async (folder: string): Promise<void> => {
  const path = resolve(folder);
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = dirname(path);
    if (code === "ENOENT" && parent !== path) {
      await makeFolder(parent);
      // Its parent is there now: what is wrong now is what was wrong.
      await mkdir(path);
    } else if (code !== "EEXIST" || !(await isFolder(path))) throw error;
  }
};

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isDirectory() === true;
