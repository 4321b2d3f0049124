import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { codeBucketPrefix } from "#core/org/names";
import { command } from "./command.ts";
import { locked } from "./lock.ts";

/** Where to deploy to. */
export interface DeployTarget {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly stage: string;
  /** The access key of the account's root user. */
  readonly rootKey: string;
  /** The file of the organization that the stage is the hub of, if any. */
  readonly org?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with the process that is waited for, when another sandbox is deploying from this folder.
   */
  readonly waiting?: ((pid: number) => void) | undefined;
}

/**
 * Bootstraps the local AWS, bundles the functions and deploys the real stacks with `sst deploy`.
 * Parallel sandboxes take turns: SST and the bundles write into the repository.
 * @throws CommandFailed with the output of the failing command.
 */
export async function deploy(target: DeployTarget): Promise<void> {
  const options = { cwd: root, env: environment(target), signal: target.signal };
  await mkdir(join(root, ".sandbox"), { recursive: true });
  await locked(
    join(root, ".sandbox", "deploy.lock"),
    async () => {
      await command(process.execPath, ["scripts/build-functions.ts"], options);
      await command("cdk", ["bootstrap", `aws://${target.account}/${target.region}`], options);
      await command("sst", ["deploy", "--stage", target.stage], options);
      if (target.org !== undefined) {
        const bucket = `${codeBucketPrefix(target.stage, target.account)}${target.region}`;
        await command(process.execPath, ["scripts/upload-code.ts", bucket], options);
      }
    },
    target,
  );
}

// --- internal ---

const root = fileURLToPath(new URL("..", import.meta.url));

function environment(target: DeployTarget): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|SST|CDK|BUCKETSEAL)_/.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
    AWS_ENDPOINT_URL: target.endpoint,
    AWS_ACCESS_KEY_ID: target.rootKey,
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: target.region,
    AWS_DEFAULT_REGION: target.region,
    AWS_EC2_METADATA_DISABLED: "true",
    ...(target.org === undefined ? {} : { BUCKETSEAL_ORG: target.org, BUCKETSEAL_ORG_OBJECTS: "on" }),
    BUCKETSEAL_OBJECTS: "on",
    BUCKETSEAL_COPY: "on",
    // More than tests need for other things, and less than a sandbox would feel.
    BUCKETSEAL_COPY_LARGE: String(12 * 1024 ** 2),
    BUCKETSEAL_MANAGE_NOTIFICATIONS: "on",
    BUCKETSEAL_BACKFILL: "on",
    BUCKETSEAL_BATCH: "on",
    // A new default counts at once in the local AWS.
    BUCKETSEAL_DRIFT_WAIT: "1",
    BUCKETSEAL_OBJECT_WINDOW: "5",
    BUCKETSEAL_DIGEST: "cron(0 8 * * ? *)",
    // The local AWS knows the call, but clients cannot tell it from a store that does not.
    BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION: "on",
    CDK_DISABLE_CLI_TELEMETRY: "true",
    SST_TELEMETRY_DISABLED: "1",
    CI: "true",
    NO_COLOR: "1",
  };
}
