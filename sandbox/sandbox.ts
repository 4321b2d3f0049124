import { constants } from "node:fs";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deployStage } from "./deploy-stage.ts";
import { startLocalAws } from "./local-aws.ts";
import { isAlive } from "./lock.ts";
import type { SandboxOutputs } from "./outputs.ts";
import { SandboxError } from "./python.ts";

export interface SandboxOptions {
  /** The port to listen on; default: a free one. */
  readonly port?: number | undefined;
  /** A policy file instead of the example. */
  readonly policy?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of every step, for people who wait. */
  readonly step?: (what: string) => void;
}

export interface Sandbox {
  readonly outputs: SandboxOutputs;
  /** Takes everything down. */
  stop(): Promise<void>;
}

/**
 * Starts the local AWS, deploys the real stacks into it with SST, makes a key and three users, and
 * pushes a policy.
 * @throws SandboxError, CommandFailed: with everything that was started taken down again.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const step = options.step ?? (() => undefined);
  if (options.policy !== undefined) await readable(options.policy);
  step("starting the local AWS");
  const local = await startLocalAws({ port: options.port });
  try {
    const outputs = await deployStage(local, { account: ACCOUNT, stage: STAGE, rootKey: "test", ...options });
    return { outputs, stop: local.stop };
  } catch (error) {
    await local.stop();
    throw error;
  }
}

/**
 * Writes the outputs where other tools find them and returns the paths:
 * `.sandbox/outputs-PORT.json`, and `.sandbox/outputs.json` unless another sandbox that still runs
 * has written its own there.
 */
export async function writeOutputs(outputs: SandboxOutputs): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const first = join(directory, "outputs.json");
  const paths = [ownFile(outputs), ...((await isTaken(first)) ? [] : [first])];
  const text = `${JSON.stringify({ ...outputs, pid: process.pid }, null, 2)}\n`;
  for (const path of paths) await writeFile(path, text);
  return paths;
}

/** Removes the outputs of this sandbox, and no other's. */
export async function removeOutputs(outputs: SandboxOutputs): Promise<void> {
  await rm(ownFile(outputs), { force: true });
  const first = join(directory, "outputs.json");
  if ((await written(first)).endpoint === outputs.endpoint) await rm(first, { force: true });
}

// --- internal ---

function ownFile({ endpoint }: SandboxOutputs): string {
  return join(directory, `outputs-${new URL(endpoint).port}.json`);
}

async function written(path: string): Promise<{ readonly endpoint?: string; readonly pid?: number }> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return {};
  }
}

async function isTaken(path: string): Promise<boolean> {
  const { pid } = await written(path);
  return pid !== undefined && pid !== process.pid && isAlive(pid);
}

async function readable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch(() => {
    throw new SandboxError(`The policy file ${file} cannot be read: say where it is with SANDBOX_POLICY.`);
  });
}

const root = fileURLToPath(new URL("..", import.meta.url));
const directory = join(root, ".sandbox");
const ACCOUNT = "000000000000";
const STAGE = "sandbox";
