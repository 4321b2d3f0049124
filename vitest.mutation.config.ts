import { defineConfig } from "vitest/config";

/** The core's tests as Stryker runs them, once for every mutant: fewer runs of the slowest properties. */
export default defineConfig({
  test: { include: ["test/core/**/*.test.ts"], testTimeout: 30_000, env: { BUCKETSEAL_FEWER_RUNS: "10" } },
});
