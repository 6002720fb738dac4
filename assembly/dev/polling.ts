// Device polling. After sys/kern/kern_poll.c 1.48 (2008-09-24): a systimer sends netisr_cpu N a message, which asks each interface of CPU N for some frames and
// sends another behind what that has queued, so that it comes when the packets have been worked off; that one polls again until the burst of the tick is
// used up, then fits the burst to the time that all of it took. Interfaces that are polled do not interrupt.
//
// in     pollclock, from the machine; both messages, at netisr_cpu N
// out    nicPoll of each interface, under its serializer · the next message
// reads  Pollctx: settings        writes  Pollctx: state and counts
// locks  the serializer of each interface, if nobody has it
// costs  Cost.Timer per tick, Cost.Poll per interface, twice if its status is checked as well

import { At, Cost, IFF_POLLING, IFF_RUNNING, IFF_UP, Ipi, PS_PER_US } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { Kernel } from "../kern/kernel";
import { MSGF_DONE, MSGF_MPSAFE, Netmsg } from "../kern/mbuf";
import { putport, Thread } from "../kern/thread";
import { reply } from "../net/msgport";
import { netisrCpu } from "../net/protocol_threads";
import { charge, leave, pause, send, tryEnter } from "../seam";
import { nicPoll } from "./nic";
import { Pollctx } from "./pollctx";

const POLLED: u32 = IFF_UP | IFF_RUNNING | IFF_POLLING;
/** Ticks waiting above which polling is taken to be stuck. */
const STALLED: u64 = 100;

/** microuptime */
function microuptime(): u64 {
  return Kernel.at().now / PS_PER_US;
}

/** Whether a CPU polls this interface now. */
export function isPolled(ifp: Ifnet): bool {
  return (ifp.flags & POLLED) == POLLED;
}

/** pollclock: a tick of the CPU's systimer. */
export function pollclock(cpu: u32): void {
  const ctx = Pollctx.at(cpu);
  if (!ctx.handlers) return;
  ctx.ticks++;
  ctx.tick += ctx.period;
  const now = microuptime();
  if ((now - ctx.prev) * <u64>ctx.pollhz < 500_000) ctx.shortTicks++;
  else ctx.prev = now;
  if (ctx.pendingPolls > STALLED) {
    ctx.stalled++;
    ctx.pendingPolls = 0;
    ctx.phase = 0;
  }
  if (ctx.phase <= 2) {
    if (ctx.phase) ctx.suspect++;
    schedpoll(ctx, cpu);
    ctx.phase = 2;
  }
  if (ctx.pendingPolls++) ctx.lostPolls++;
}

/** schedpoll: sends the message unless it is still on its way. */
function schedpoll(ctx: Pollctx, cpu: u32): void {
  const m = ctx.pollMessage;
  if (!(m.flags & MSGF_DONE)) return;
  m.flags = MSGF_MPSAFE;
  putport(m, netisrCpu(cpu));
}

/** Place NetisrPoll: netisr_poll. The first one of a tick notes when it began and how many frames there may be. */
export function netisrPoll(t: Thread, m: Netmsg): At {
  const ctx = Pollctx.at(t.cpu);
  reply(m);
  if (!ctx.handlers) return At.Done;
  ctx.polls++;
  ctx.phase = 3;
  ctx.status = 0;
  if (!ctx.residualBurst) startTick(t, ctx);
  ctx.cycles = min(<u32>ctx.residualBurst, ctx.eachBurst);
  ctx.residualBurst -= ctx.cycles;
  ctx.next = 0;
  return pollNext(t);
}

function startTick(t: Thread, ctx: Pollctx): void {
  charge(t, Cost.Timer);
  ctx.pollStart = microuptime();
  if (ctx.regFracCount-- == 0) {
    ctx.status = 1;
    ctx.regFracCount = <i32>ctx.regFrac - 1;
  }
  ctx.residualBurst = ctx.burst;
}

/** Place PollNext: the next interface of the list; behind the last one, schedpollmore. Sent as the packets are, so that it comes behind them. */
export function pollNext(t: Thread): At {
  const ctx = Pollctx.at(t.cpu);
  if (ctx.next < <u32>ctx.handlers) {
    const ifp = ctx.interfaceAt(ctx.next++);
    return pause(t, At.PollInterface, changetype<usize>(ifp)) ? pollInterface(t, ifp) : At.Wait;
  }
  const m = ctx.moreMessage;
  if (m.flags & MSGF_DONE) {
    m.thread = t;
    if (!send(t, At.PollNext, 0, t.cpu, Ipi.Putport, changetype<usize>(m))) return At.Wait;
    m.flags = MSGF_MPSAFE;
  }
  ctx.phase = 4;
  return At.Done;
}

/** Place PollInterface: one interface, at the beginning of a step. If its serializer is taken it has to wait for the next poll. */
export function pollInterface(t: Thread, ifp: Ifnet): At {
  const ctx = Pollctx.at(t.cpu);
  if (!tryEnter(t, ifp.serializer)) {
    ctx.skipped++;
    return At.PollNext;
  }
  if (!isPolled(ifp)) {
    leave(t, ifp.serializer);
    return At.PollNext;
  }
  charge(t, Cost.Poll, 1 + ctx.status);
  ctx.frames += min(ifp.rxFilled, ctx.cycles);
  return nicPoll(t, ifp, ctx.cycles);
}

/** Place NetisrPollmore: netisr_pollmore, when the packets of the last poll are through. */
export function netisrPollmore(t: Thread, m: Netmsg): At {
  const ctx = Pollctx.at(t.cpu);
  reply(m);
  if (!ctx.handlers) return At.Done;
  ctx.phase = 5;
  if (ctx.residualBurst) {
    schedpoll(ctx, t.cpu);
    return At.Done;
  }
  fitBurst(ctx);
  if (ctx.pendingPolls) ctx.pendingPolls--; // 0 only if polling was switched off and on meanwhile
  if (!ctx.pendingPolls) {
    ctx.phase = 0;
    return At.Done;
  }
  ctx.burst -= ctx.burst / 8; // it was too long for a tick
  schedpoll(ctx, t.cpu);
  ctx.phase = 6;
  return At.Done;
}

/** More frames the next time, unless all since the tick began took more than the part of a tick that is left by `user_frac`. */
function fitBurst(ctx: Pollctx): void {
  const percent = ((microuptime() - ctx.pollStart) * <u64>ctx.pollhz) / 10_000;
  if (percent > <u64>(100 - ctx.userFrac)) {
    if (ctx.burst > 1) ctx.burst--;
  } else if (ctx.burst < <u64>ctx.burstMax) ctx.burst++;
}
