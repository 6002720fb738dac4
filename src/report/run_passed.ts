/** What a simulated system had room for, or would have had if it had gone on. */
import { count } from "./numbers.ts";
import { percent } from "./quantities.ts";
import { FEW, type Lost, lostBy, onTheWay } from "./run_lost.ts";
import type { RunLimit, RunReport } from "./run_report.ts";
import { cpusOf, fullest } from "./run_used.ts";

type Simulated = RunReport["simulated"];

/** If nothing is full, five of a thousand neither: benchmarks of routers take that for the rate without loss ("partial drop rate"). */
export const SOME = 0.005;
/** Flows are new while they miss the flow cache. If they still do so more often in the end, flows come and go, or the cache has no room for them. */
const NEW = 0.2;
/** The first packet of a flow has the BGL for longer than it takes to serve a few others, which wait for it on all CPUs. */
const FIRST = 3;
/** CPUs with more idle time than this have room. */
const IDLE = 0.1;

/** No more were lost than the first packets of flows, which take a longer way, may have cost: one each, or a few if CPUs had room all in all. */
const areFlowsNew = (simulated: Simulated, { packets }: Lost): boolean => {
  const { Forwarded, Fastforwarded } = simulated.paths;
  const haveRoom = cpusOf(simulated).every(({ share }) => share < 1 - IDLE);
  return packets <= Forwarded * (haveRoom ? FIRST : 1) && Forwarded <= NEW * Fastforwarded;
};

/** Nothing was full, and what was lost is little, or was lost while flows were new. */
export const isPassing = (simulated: Simulated, lost: Lost): boolean => lost.share <= SOME || areFlowsNew(simulated, lost);

/** `struck`: faults may have had to do with it. */
export const passing = (simulated: Simulated, lost: Lost, struck: boolean): RunLimit => {
  const share = percent(lost.share);
  if (!areFlowsNew(simulated, lost)) return { by: "nothing", text: `nothing: all is carried but ${share}; ${fullest(simulated)}` };
  const why = struck ? "by faults or as flows began" : "in bursts or as flows began";
  return { by: "nothing", text: `nothing lasting: ${share} lost (${lost.reason}) ${why}` };
};

/** There was room for all but a few. */
export const passed = (simulated: Simulated): RunLimit => {
  const { offered, carried, dropped } = simulated;
  const all = Number(offered);
  if (dropped > all * FEW) return droppedElsewhere(simulated);
  if (Number(offered - carried) > onTheWay(simulated))
    return {
      by: "unknown",
      text: "none of link, lock, CPU and ring: what is not carried was delivered to this host, answered, flooded to nobody, or is still on its way",
    };
  const lost = dropped > 0 ? ` but ${count(dropped)}` : "";
  return { by: "nothing", text: `nothing: all is carried${lost}; ${fullest(simulated)}` };
};

/** For other reasons than want of room, most of them. */
export const droppedElsewhere = ({ offered, dropped, drops }: Simulated): RunLimit => {
  const reasons = [...new Set(drops.map(({ reason }) => reason))].sort((a, b) => lostBy(drops, b) - lostBy(drops, a));
  const text = `none of link, lock, CPU and ring: dropped ${percent(dropped / Number(offered))}, ${reasons[0]}`;
  return { by: "unknown", text };
};
