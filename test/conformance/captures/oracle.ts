import { existsSync } from "node:fs";
import { resolve } from "node:path";

/**
 * Folder of real and damaged captures with what tshark and tcpdump made of them, in that which NETISR_ORACLE names: they are not part of the repository.
 * Undefined, and why in `why`: there are none.
 */
export const oracleCaptures = (): { folder: string; why?: undefined } | { folder: undefined; why: string } => {
  const { NETISR_ORACLE } = process.env;
  if (!NETISR_ORACLE) return { folder: undefined, why: "NETISR_ORACLE is not set" };
  const folder = resolve(NETISR_ORACLE, "captures/open");
  return existsSync(resolve(folder, "index.json")) ? { folder } : { folder: undefined, why: `no ${folder}/index.json` };
};
