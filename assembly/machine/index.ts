// Which machine drives the path. The build exchanges this line together with the one in seam/index.ts.
export * from "./instant";
