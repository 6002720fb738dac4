// For `node --import`: writes the most memory that the process ever had resident, in KiB, to the file PEAK_MEMORY when it exits. Not what getrusage says:
// that counts the process that started this one, too.

import { readFileSync, writeFileSync } from "node:fs";

process.on("exit", () => {
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  writeFileSync(process.env.PEAK_MEMORY, peak);
});
