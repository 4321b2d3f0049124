import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { SandboxOutputs } from "../../../sandbox/outputs.ts";
import { startSandbox } from "../../../sandbox/sandbox.ts";
import { leaveEvidence } from "./evidence.ts";
import type { World } from "./org/world.ts";
import { worldInto } from "./org/world-file.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The deployed sandbox that the end-to-end tests share. */
    sandbox: SandboxOutputs;
    /** The file that says what the organization in it is, once it is there. */
    world: string;
  }
}

/**
 * One deployed sandbox for all end-to-end tests, with the policy of the tests; they differ by the
 * names of their buckets. While tests are being written, BUCKETSEAL_SANDBOX names the outputs of
 * one that runs already (`SANDBOX_POLICY=test/e2e/policy.yaml npm run sandbox`).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = process.env.BUCKETSEAL_SANDBOX;
  if (running !== undefined) {
    project.provide("sandbox", JSON.parse(await readFile(running, "utf8")) as SandboxOutputs);
    project.provide("world", running.replace(/\.json$/, "-organization.json"));
    return async () => undefined;
  }
  shared.users += 1;
  shared.sandbox ??= start();
  const { outputs } = await shared.sandbox;
  project.provide("sandbox", outputs);
  shared.directory ??= await mkdtemp(join(tmpdir(), "bucketseal-world-"));
  const world = join(shared.directory, "world.json");
  project.provide("world", world);
  if (project.name === "e2e") shared.world ??= worldInto(world, outputs);
  // While the stacks of its hub are deployed, a look takes longer than the tests wait.
  await shared.world;
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    const sandbox = await shared.sandbox;
    if (sandbox === null) return;
    // Not while its stacks are still being deployed.
    await leaveEvidence(sandbox.outputs, await shared.world).finally(sandbox.stop);
    if (shared.directory !== null) await rm(shared.directory, { recursive: true, force: true });
  };
}

// --- internal ---

interface Shared {
  users: number;
  sandbox: ReturnType<typeof startSandbox> | null;
  directory: string | null;
  world: Promise<World | null> | null;
}

/**
 * Every project that has this setup loads a copy of this file; they share one sandbox all the same.
 */
const name = Symbol.for("bucketseal.sandbox");
const holder = globalThis as typeof globalThis & { [name]?: Shared };
holder[name] ??= { users: 0, sandbox: null, directory: null, world: null };
const shared = holder[name];

const DAY_MS = 86_400_000;

/** The exemptions of the policy end tomorrow and today: an error of one day shows. */
async function start(): ReturnType<typeof startSandbox> {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const directory = await mkdtemp(join(tmpdir(), "bucketseal-e2e-"));
  const policy = join(directory, "policy.yaml");
  const text = await readFile("test/e2e/policy.yaml", "utf8");
  // Ten minutes more, so that tomorrow does not begin during the run.
  const tomorrow = day(Date.now() + DAY_MS + 600_000);
  await writeFile(policy, text.replace("2999-01-01", tomorrow).replace("2026-01-01", day(Date.now())));
  try {
    return await startSandbox({ policy, step: (_what) => {} });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
