import { resolve } from "node:path";

/** Folder of real and damaged captures with what tshark and tcpdump made of them. They are not part of the repository. */
export const oracleCaptures = (): string =>
  resolve(process.env.NETISR_ORACLE ?? resolve(import.meta.dirname, "../../../../shared/oracle"), "captures/open");
