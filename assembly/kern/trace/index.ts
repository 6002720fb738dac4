// Who keeps a trace. The build exchanges this line together with that of the machine.
export * from "./off";
