import type { TestProject } from "vitest/node";
import { startLocalAws } from "../../../sandbox/local-aws.ts";

/** One local AWS for all conformance tests; each file has an account of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env.BUCKETSEAL_TEST_AWS === "1") return async () => undefined;
  const local = await startLocalAws();
  project.provide("endpoint", local.endpoint);
  return () => local.stop();
}
