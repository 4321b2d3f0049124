import { spawn } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/**
 * The CLI to run: its sources, or its bundle where `npm test` made one, which starts in half the
 * time.
 */
export const main = process.env.BUCKETSEAL_CLI ?? join(import.meta.dirname, "../../cli/main.ts");

/** Runs the CLI as a process of its own, without the caller's AWS settings. */
export function runCli(args: readonly string[], { env = {}, stdin = "" }: RunOptions = {}): Promise<CliRun> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|BUCKETSEAL|NO_COLOR|NODE_OPTIONS)/.test(name),
  );
  const child = spawn(process.execPath, [main, ...args], {
    env: {
      ...Object.fromEntries(inherited),
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      ...env,
    },
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Writes a file with this content into a directory of its own and returns its path. */
export async function tempFile(content: string | Uint8Array, name = "policy.yaml"): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "bucketseal-cli-")), name);
  await writeFile(path, content);
  return path;
}
