import { defineConfig } from "vitest/config";

/** Layers run one after the other, fastest first; files of one layer side by side on two cores. */
const layer = (name: string, include: string[], rest: object = {}) => ({
  test: { name, include, testTimeout: 30_000, hookTimeout: 180_000, ...rest },
});

/**
 * Tests that wait for processes, timers and queues: where a busy machine is too slow for one, it is
 * run once more, and the report says so. What only computes has no second chance.
 */
const timed = { retry: 1 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    // Files of one worker share what they import: the SDK's clients are loaded once, not for every file.
    isolate: false,
    // What a test logs is shown where it fails.
    silent: "passed-only",
    slowTestThreshold: 5_000,
    projects: [
      layer("core", ["test/core/**/*.test.ts"], { setupFiles: ["test/support/seed.ts"] }),
      layer("stacks", ["test/stacks/**/*.test.ts"], { testTimeout: 60_000 }),
      layer("conformance", ["test/conformance/**/*.test.ts", "test/sandbox/**/*.test.ts"], {
        globalSetup: ["test/support/local-aws/global-local-aws.ts"],
        ...timed,
      }),
      layer("aws", ["test/aws/**/*.test.ts", "test/functions/**/*.test.ts"], {
        // The functions' logger then writes to this console, which is silent, rather than to the process.
        env: { POWERTOOLS_DEV: "true" },
        ...timed,
      }),
      layer("cli", ["test/cli/**/*.test.ts"], { testTimeout: 60_000, env: { BUCKETSEAL_CLI_THREADS: "on" }, ...timed }),
      layer("docs", ["test/docs/**/*.test.ts", "test/layout/**/*.test.ts", "test/deploy/**/*.test.ts"], {
        testTimeout: 60_000,
        env: { BUCKETSEAL_CLI_THREADS: "on" },
      }),
      layer("e2e", ["test/e2e/*.test.ts", "test/e2e/org/*.test.ts"], {
        globalSetup: ["test/support/e2e/global-sandbox.ts"],
        ...timed,
        testTimeout: 180_000,
        maxConcurrency: 10,
        // They wait more than they work.
        maxWorkers: 3,
        sequence: { groupOrder: 1 },
      }),
      // Writers against the function, with nobody else at work.
      layer("e2e-race", ["test/e2e/race/*.test.ts"], {
        globalSetup: ["test/support/e2e/global-sandbox.ts"],
        ...timed,
        testTimeout: 600_000,
        maxConcurrency: 6,
        sequence: { groupOrder: 2 },
      }),
      // What would disturb the others (a pause, faults, a policy that was tampered with): after
      // them, or in another sandbox.
      layer("e2e-alone", ["test/e2e/alone/*.test.ts"], {
        globalSetup: ["test/support/e2e/global-sandbox.ts"],
        ...timed,
        testTimeout: 180_000,
        setupFiles: ["test/support/e2e/after-push.ts"],
        fileParallelism: false,
        sequence: { groupOrder: 3 },
      }),
      // What looks at everything: a sweep over an organization, and a storm with an independent checker.
      layer("e2e-chaos", ["test/e2e/org/alone/*.test.ts", "test/chaos/*.test.ts"], {
        globalSetup: ["test/support/e2e/global-sandbox.ts"],
        ...timed,
        fileParallelism: false,
        sequence: { groupOrder: 4 },
      }),
      // What looks back at all that the others did: here, or in sandboxes that left their evidence.
      layer("e2e-after", ["test/e2e/after/*.test.ts"], {
        globalSetup: process.env.BUCKETSEAL_EVIDENCE === undefined ? ["test/support/e2e/global-sandbox.ts"] : [],
        sequence: { groupOrder: 5 },
      }),
    ],
    coverage: {
      provider: "v8",
      include: ["core/**/*.ts"],
      thresholds: { statements: 100, branches: 100, functions: 100, lines: 100 },
      reporter: ["text-summary", "html"],
    },
  },
});
