import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { command } from "../../../sandbox/command.ts";
import { startLocalAws } from "../../../sandbox/local-aws.ts";
import { locked } from "../../../sandbox/lock.ts";
import { type Clients, clients } from "../local-aws/clients.ts";

/**
 * A local AWS with CDK's bootstrap and nothing else, and the commands that a person types there.
 */
export interface EmptyAccount {
  readonly aws: Clients;
  deploy(args: readonly string[], env: Environment): Promise<{ readonly code: number; readonly text: string }>;
  cli(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts it; takes some ten seconds. */
export async function startEmptyAccount(): Promise<EmptyAccount> {
  const local = await startLocalAws({});
  const { endpoint } = local;
  const env = (more: Environment) => ({ cwd: root, env: environment(endpoint, more) });
  await command("cdk", ["bootstrap", `aws://000000000000/${REGION}`], env({}));
  return {
    aws: clients({ endpoint, credentials: { accessKeyId: "test", secretAccessKey: "test" } }),
    deploy: (args, more) => deploy(args, environment(endpoint, more)),
    cli: (...args) => command(process.execPath, ["cli/main.ts", ...args], env({})),
    stop: () => local.stop(),
  };
}

// --- internal ---

type Environment = Readonly<Record<string, string>>;

const root = fileURLToPath(new URL("../../..", import.meta.url));
const REGION = "us-east-1";

function environment(endpoint: string, more: Environment): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|SST|CDK|BUCKETSEAL)_/.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}`,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: "true",
    CI: "true",
    NO_COLOR: "1",
    ...more,
  };
}

/** SST and the bundles write into the repository, so deployments take turns. */
function deploy(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number; readonly text: string }> {
  return locked(join(root, ".sandbox", "deploy.lock"), async () => {
    const child = spawn(process.execPath, ["scripts/deploy/main.ts", ...args], { cwd: root, env });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    return await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? 1, text }));
    });
  });
}
