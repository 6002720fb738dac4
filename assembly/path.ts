// The map of the path: every place, and what follows when a subject has ended. Machines enter it by `resume` for a thread and by `ipi` for a CPU.

import { At, Ipi } from "./abi";
import { etherInputDispatch, etherInputIpifunc, intrLocked, ithreadHandler, nicDevstart, nicIntr } from "./dev/nic";
import { netisrPoll, netisrPollmore, pollInterface, pollNext } from "./dev/polling";
import { bridgeInput } from "./ether/bridge";
import { bridgeTimer } from "./ether/bridge_age";
import { bridgeEnqueueHandler, bridgeHandoff, bridgeOutput } from "./ether/bridge_output";
import { etherDemuxOncpu, etherInputOncpu } from "./ether/ether_input";
import { etherOutput, etherOutputFrame } from "./ether/ether_output";
import { Ifnet } from "./kern/ifnet";
import { Mbuf, Netmsg } from "./kern/mbuf";
import { Thread, takePending } from "./kern/thread";
import { hostHandler } from "./net/host_handler";
import { ifStart, ifStartIpifunc, ifStartMessage, ifStartOncpu, ifStartSchedule } from "./net/if_start";
import { ifqDispatch, ifqHandoff } from "./net/ifq";
import { lwktSendmsg, putportRemote } from "./net/msgport";
import { handlerDone } from "./net/netisr_run";
import { messageDone, netmsgDispatch, netmsgServe, netmsgService } from "./net/netmsg_service";
import { syncMessage, syncReplied, syncSend, syncWait } from "./net/netmsg_sync";
import { schednetisrRemote, scheduled } from "./net/schednetisr";
import { bridgeTimers, softclock, timerIpi, timerIpifunc } from "./net/softclock";
import { work, workLocked } from "./net/work";
import { arpInput, arpTimer, arpUpdate } from "./netinet/arp_input";
import { ipflowTimer } from "./netinet/ip_flow";
import { ipInput } from "./netinet/ip_input";

/**
 * Runs a thread from its place. Wait: it waits for a lock or for room in an IPI queue, and stays with its message. Empty: it has nothing to do and sleeps.
 * Done: a message, interrupt or callout is finished.
 */
export function resume(t: Thread): At {
  return follow(t, <At>t.at);
}

/** Lets a thread that sleeps at its empty port serve a message, as if it had been put there and taken. */
export function serve(t: Thread, m: Netmsg): At {
  return follow(t, netmsgServe(t, m));
}

function follow(t: Thread, at: At): At {
  while (true) {
    while (at > At.Empty) at = step(t, at);
    if (at != At.Done) return at;
    if (t.pendingHead) at = nextPending(t);
    else if (t.undo) handlerDone(t);
    else break;
  }
  messageDone(t);
  t.at = t.home;
  return At.Done;
}

function nextPending(t: Thread): At {
  const m = takePending(t)!;
  t.subject = changetype<usize>(m);
  return m.pendingAt;
}

/** One place, with the subject that the thread has: those that a usual packet passes here, and all others in a table of their own. */
function step(t: Thread, at: At): At {
  const m = changetype<Mbuf>(t.subject);
  // biome-ignore format: the map reads as a table
  switch (at) {
    case At.Service: return netmsgService(t);
    case At.EtherInputOncpu: return etherInputOncpu(t, m);
    case At.EtherDemuxOncpu: return etherDemuxOncpu(t, m);
    case At.BridgeEnqueue: return bridgeEnqueueHandler(t, m);
    case At.IpInput: return ipInput(t, m);
    case At.EtherOutput: return etherOutput(t, m);
    case At.EtherOutputFrame: return etherOutputFrame(t, m);
    case At.Interrupt: return ithreadHandler(t);
    default: return stepAside(t, at);
  }
}

/** Apart from the usual, since a function is compiled as a whole when it is first called: the first packet would wait for all of this. */
function stepAside(t: Thread, at: At): At {
  const m = changetype<Mbuf>(t.subject);
  const ifp = changetype<Ifnet>(t.subject);
  const message = changetype<Netmsg>(t.subject);
  // biome-ignore format: the map reads as a table
  switch (at) {
    // protocol threads
    case At.Dispatch: return netmsgDispatch(t, message);
    // Ethernet
    case At.BridgeInput: return bridgeInput(t, m);
    case At.BridgeHandoff: return bridgeHandoff(t, m);
    case At.BridgeOutput: return bridgeOutput(t, m);
    // protocols
    case At.ArpInput: return arpInput(t, m);
    case At.ArpUpdate: return arpUpdate(t, m);
    case At.Host: return hostHandler(t, m);
    case At.Scheduled: return scheduled(t, message);
    // output
    case At.IfqDispatch: return ifqDispatch(t, m);
    case At.IfqHandoff: return ifqHandoff(t, m, Ifnet.at(m.outif));
    case At.IfStart: return ifStart(t, ifp);
    case At.IfStartSchedule: return ifStartSchedule(t, ifp);
    case At.IfStartMessage: return ifStartMessage(t, message);
    case At.IfStartOncpu: return ifStartOncpu(t, ifp);
    case At.SendMsg: return lwktSendmsg(t, message);
    // interrupts
    case At.IntrLocked: return intrLocked(t, ifp);
    case At.NicIntr: return nicIntr(t, ifp);
    case At.EtherInputDispatch: return etherInputDispatch(t, ifp);
    case At.IfDevstart: return nicDevstart(t, ifp);
    // polling
    case At.NetisrPoll: return netisrPoll(t, message);
    case At.PollNext: return pollNext(t);
    case At.PollInterface: return pollInterface(t, ifp);
    case At.NetisrPollmore: return netisrPollmore(t, message);
    // timers and control
    case At.Softclock: return softclock(t);
    case At.TimerIpi: return timerIpi(t, t.subject);
    case At.BridgeTimers: return bridgeTimers(t);
    case At.BridgeTimer: return bridgeTimer(t, ifp);
    case At.IpflowTimer: return ipflowTimer(t, message);
    case At.ArpTimer: return arpTimer(t, message);
    case At.SyncSend: return syncSend(t);
    case At.SyncWait: return syncWait(t);
    case At.Work: return work(t);
    case At.WorkLocked: return workLocked(t);
    default: return syncMessage(t, message);
  }
}

/** Runs what an IPI asks of CPU `cpu`. It takes no lock and cannot wait. */
export function ipi(cpu: u32, kind: Ipi, arg: usize): void {
  // biome-ignore format: the map reads as a table
  switch (kind) {
    case Ipi.EtherInput: return etherInputIpifunc(changetype<Mbuf>(arg));
    case Ipi.Putport: return putportRemote(changetype<Netmsg>(arg));
    case Ipi.IfStart: return ifStartIpifunc(changetype<Ifnet>(arg), cpu);
    case Ipi.Schednetisr: return schednetisrRemote(<u32>arg);
    case Ipi.Timer: return timerIpifunc(cpu, <u32>arg);
    default: return syncReplied(changetype<Netmsg>(arg));
  }
}
