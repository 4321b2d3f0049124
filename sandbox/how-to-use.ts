import type { SandboxOutputs } from "./outputs.ts";
import type { ReadmeAccount } from "./readme-account.ts";
import type { UserKeys } from "./seed.ts";

export interface Made {
  /** The file with the outputs. */
  readonly file: string;
  /** The account of README.md's sessions, if it was asked for. */
  readonly readme: ReadmeAccount | null;
}

/**
 * What to type in another terminal to use a running sandbox: lines for a shell, as dana, who may
 * do everything, or, where it was made, in the account of README.md's sessions.
 */
export function howToUse(outputs: SandboxOutputs, { file, readme }: Made): string {
  const { endpoint, region, account, stage, users } = outputs;
  const dana = as(users.dana, `dana, who may do everything in account ${account}, where stage ${stage} is deployed`);
  const first = readme === null ? dana : as(readme.credentials, "the account of README.md's sessions");
  const others = [
    ...(readme === null ? [] : [dana]),
    as(users.alice, `alice in account ${account}, who may use S3 and KMS`),
  ];
  return [
    `The local AWS listens at ${endpoint}. In another terminal:`,
    "",
    "  unset AWS_PROFILE AWS_SESSION_TOKEN",
    `  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    `  ${first}`,
    ...others.map((line) => `  # or: ${line}`),
    '  bucketseal() { npm run --silent bucketseal -- "$@"; }',
    `  bucketseal plan${readme === null ? "" : " --policy examples/policies/simple.yaml"}`,
    "",
    `Everything else about it is in ${file}. Ctrl-C takes everything down.`,
  ].join("\n");
}

// --- internal ---

function as({ accessKeyId, secretAccessKey }: UserKeys, who: string): string {
  return `export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}  # ${who}`;
}
