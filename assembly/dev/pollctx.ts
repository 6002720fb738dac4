// Polling context of a CPU (struct pollctx, sys/kern/kern_poll.c 1.48): what rules it, where it is, and the interfaces that are registered with it.

import { At, Boot, IFF_POLLING, Knob, POLL_RECORD, PollField, PortKind, PS_PER_SECOND, Region } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { Kernel } from "../kern/kernel";
import { KernelMessage, MSGF_DONE } from "../kern/mbuf";
import { base, boot } from "../memory/arena";

/** POLLCTX_MAX: CPUs that can poll. POLL_LIST_LEN: interfaces that one of them can poll. */
const POLLCTX_MAX: u32 = 32;
const POLL_LIST_LEN: u32 = 128;
const FIRST_BURST: u64 = 5;

@unmanaged
export class Pollctx {
  ticks: u64; // in the order of PollField
  polls: u64;
  frames: u64;
  skipped: u64;
  shortTicks: u64;
  lostPolls: u64;
  suspect: u64;
  stalled: u64;
  burst: u64; // poll_burst: frames of each interface in a tick
  residualBurst: u64; // of these, not asked for yet
  pendingPolls: u64; // ticks that are not worked off
  phase: u64;
  handlers: u64;

  tick: u64; // when the systimer comes next, ps
  pollStart: u64; // poll_start_t, us
  prev: u64; // prev_t, us
  enabled: u32; // the settings, kern.polling.N.*
  pollhz: u32;
  burstMax: u32;
  eachBurst: u32;
  userFrac: u32;
  regFrac: u32;
  regFracCount: i32;
  next: u32; // place of the next interface in the list, while they are polled
  cycles: u32; // frames that each of them may give now
  status: u32; // 1: POLL_AND_CHECK_STATUS
  pollNext: u32; // poll_netmsg
  pollThread: u32;
  pollDispatch: u64;
  pollEntered: u64;
  moreNext: u32; // poll_more_netmsg
  moreThread: u32;
  moreDispatch: u64;
  moreEntered: u64;

  static at(cpu: u32): Pollctx {
    return changetype<Pollctx>(base(Region.Polling) + <usize>cpu * POLL_RECORD);
  }

  get pollMessage(): KernelMessage {
    return changetype<KernelMessage>(changetype<usize>(this) + offsetof<Pollctx>("pollNext"));
  }
  get moreMessage(): KernelMessage {
    return changetype<KernelMessage>(changetype<usize>(this) + offsetof<Pollctx>("moreNext"));
  }

  /** An interface by its place in the list: a byte each, behind the record. */
  interfaceAt(place: u32): Ifnet {
    return Ifnet.at(load<u8>(changetype<usize>(this) + offsetof<Pollctx>() + place));
  }

  /** Picoseconds between two ticks. */
  get period(): u64 {
    return PS_PER_SECOND / <u64>this.pollhz;
  }
}
if (offsetof<Pollctx>("handlers") != (<usize>PollField.Count - 1) << 3) ERROR("Pollctx drifted from PollField");
if (offsetof<Pollctx>() + POLL_LIST_LEN > <usize>POLL_RECORD) ERROR("Pollctx and its list have outgrown POLL_RECORD");

/** init_device_poll_pcpu, for all CPUs. Settings follow by `pollSysctl`. */
export function initPolling(): void {
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) {
    const ctx = Pollctx.at(cpu);
    ctx.pollhz = 1;
    ctx.pollMessage.flags = MSGF_DONE;
    ctx.pollMessage.dispatch = <u16>At.NetisrPoll;
    ctx.moreMessage.flags = MSGF_DONE;
    ctx.moreMessage.dispatch = <u16>At.NetisrPollmore;
    pollResetState(ctx);
  }
}

/** poll_reset_state */
function pollResetState(ctx: Pollctx): void {
  ctx.burst = FIRST_BURST;
  ctx.regFracCount = 0;
  ctx.pendingPolls = 0;
  ctx.residualBurst = 0;
  ctx.phase = 0;
  ctx.pollStart = 0;
  ctx.prev = 0;
}

/** systimer_adjust_periodic: the next tick is a whole period away. */
function startTimer(ctx: Pollctx): void {
  ctx.tick = Kernel.at().now + ctx.period;
}

/** ether_pollcpu_register, with the CPU of the interface's interrupt. False: it polls already, or its CPU cannot poll it. */
export function etherPollRegister(ifp: Ifnet): bool {
  const ctx = Pollctx.at(ifp.cpu);
  const handlers = <u32>ctx.handlers;
  if (ifp.kind != PortKind.Interface || ifp.flags & IFF_POLLING) return false;
  if (ifp.cpu >= POLLCTX_MAX || !ctx.enabled || handlers == POLL_LIST_LEN) return false;
  ifp.flags |= IFF_POLLING;
  store<u8>(changetype<usize>(ctx) + offsetof<Pollctx>() + handlers, <u8>ifp.index);
  ctx.handlers++;
  if (!handlers) startTimer(ctx);
  return true;
}

/** ether_poll_deregister: the last one of the list gets its place. False: it does not poll. */
export function etherPollDeregister(ifp: Ifnet): bool {
  if (!(ifp.flags & IFF_POLLING)) return false;
  const ctx = Pollctx.at(ifp.cpu);
  const list = changetype<usize>(ctx) + offsetof<Pollctx>();
  let place: usize = 0;
  while (load<u8>(list + place) != <u8>ifp.index) place++;
  ifp.flags &= ~IFF_POLLING;
  ctx.handlers--;
  store<u8>(list + place, load<u8>(list + <usize>ctx.handlers));
  if (!ctx.handlers) pollResetState(ctx);
  return true;
}

/** Whether a knob is one of polling, that is: an entry of every context. */
export function isPolling(knob: Knob): bool {
  return knob >= Knob.PollingEnable && knob <= Knob.PollingRegFrac;
}

/** The handlers of kern.polling.N.*: what is above another setting's limit acts as that. Switched off, a CPU's interfaces interrupt again. */
export function pollSysctl(cpu: u32, knob: Knob, value: u32): void {
  const ctx = Pollctx.at(cpu);
  if (knob == Knob.PollingEnable) setEnabled(ctx, value);
  else if (knob == Knob.PollingPollhz) setPollhz(ctx, value);
  else if (knob == Knob.PollingBurstMax) setBurstMax(ctx, value);
  else if (knob == Knob.PollingEachBurst) ctx.eachBurst = min(value, ctx.burstMax);
  else if (knob == Knob.PollingUserFrac) ctx.userFrac = value;
  else setRegFrac(ctx, value);
}

function setEnabled(ctx: Pollctx, value: u32): void {
  ctx.enabled = value;
  if (!value) while (ctx.handlers) etherPollDeregister(ctx.interfaceAt(0));
}

function setPollhz(ctx: Pollctx, value: u32): void {
  ctx.pollhz = value;
  if (ctx.handlers) startTimer(ctx);
  setRegFrac(ctx, ctx.regFrac);
}

function setBurstMax(ctx: Pollctx, value: u32): void {
  ctx.burstMax = value;
  ctx.eachBurst = min(ctx.eachBurst, value);
  ctx.burst = min(ctx.burst, <u64>value);
  ctx.residualBurst = min(ctx.residualBurst, <u64>value);
}

function setRegFrac(ctx: Pollctx, value: u32): void {
  ctx.regFrac = min(value, ctx.pollhz);
  if (ctx.regFracCount > <i32>ctx.regFrac) ctx.regFracCount = <i32>ctx.regFrac - 1;
}
