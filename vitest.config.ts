import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build_once.ts"],
    // Only when the coverage of the engine is taken (tools/coverage.mjs).
    setupFiles: process.env.NETISR_COVERAGE ? ["test/support/coverage.ts"] : [],
    pool: "threads",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
