// A machine without settings and results of its own.

export { run } from "./index";
