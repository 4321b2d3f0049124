import type { TestProject } from "vitest/node";
import { type SandboxOutputs, startSandbox } from "../../sandbox/sandbox.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The deployed sandbox that the end-to-end tests share. */
    sandbox: SandboxOutputs;
  }
}

/** One deployed sandbox for all end-to-end tests, with the policy of the tests; they differ by the names of their buckets. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const sandbox = await startSandbox({ policy: "test/e2e/policy.yaml", step: (_what) => {} });
  project.provide("sandbox", sandbox.outputs);
  return () => sandbox.stop();
}
