// The virtual machine, as the rest of the engine sees it.

export { bootMachine, ORDER_BYTES, planMachine, planQuestions } from "./boot";
export { packetsInside } from "./inside";
export { postIpi, threadRequested } from "./ipis";
export { framesSent } from "./links";
export { pollingChanged } from "./quiet";
