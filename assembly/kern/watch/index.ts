// Who watches queues and times. The build exchanges this line together with that of the machine.
export * from "./off";
