// What of the machine the module exports. The build exchanges this line, too.
export * from "./run_only";
