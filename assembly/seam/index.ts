// All that the path sees of a machine. The build exchanges this line for another machine's.
export * from "./instant";
