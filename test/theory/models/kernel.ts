/** Systems of kernel threads alone: no packets. */
import type { EngineConfig, WorkConfig } from "../../../src/types.ts";
import { ownMac } from "../../support/frames.ts";
import { total, type Window } from "../window.ts";
import type { Law } from "./machine.ts";

export const duration = (ps: number, law: Law): { value: string; law: Law } => ({ value: `${Math.round(ps)}ps`, law });

/** Nothing takes time but the work; the BGL goes to whoever has waited longest. */
export const kernelOf = (seed: number, cpus: number, work: WorkConfig[]): EngineConfig => ({
  cpus,
  seed,
  mbufs: 64,
  interfaces: [{ name: "em0", mac: ownMac(0), rxRing: 1 }],
  virtual: { costs: { preset: "zero" }, lock: "fifo", work },
});

/** Of all threads whose kind is called so: what their jobs have of this. */
export const ofJobs = (window: Window, kind: string, what: string): number => total(window, `work ${kind}`, ` ${what}`);
