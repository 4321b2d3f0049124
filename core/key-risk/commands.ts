import { parseKmsArn } from "#core/key/arn";
import type { BucketRef } from "#core/names";
import { acceptKeyWords } from "#core/reason/accept-key";
import type { KeyHealth } from "./health.ts";

/**
 * What cancels a risk: commands to be run as they stand, then what else to know. A key whose
 * deletion was cancelled is disabled, and stays so until somebody enables it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys-scheduling-key-deletion.html
 * @param arn - as the policy, or whoever acted, names it
 * @param pin - the key that an alias is pinned to
 * @param place - where the buckets are that depend on it
 */
export function commandsFor(
  arn: string,
  { state, key }: KeyHealth,
  pin: string | null,
  place: Pick<BucketRef, "account">,
): readonly string[] {
  const alias = parseKmsArn(arn);
  if (state === "moved") return [...aliasCommand("update-alias", arn, pin), acceptance(arn, place)];
  if (state === "missing" && alias?.kind === "alias") {
    const made = aliasCommand("create-alias", arn, pin);
    return made.length > 0 ? made : [`Create the alias ${arn}, or correct its name under "keys" in the policy.`];
  }
  if (state === "missing")
    return [
      `No deleted key comes back. Declare another one than ${arn}, and restore from backups what was encrypted under it.`,
    ];
  return key === null
    ? [`Allow Bucketseal's roles to call kms:DescribeKey on ${arn}.`]
    : (COMMANDS[state] ?? OTHER)(key);
}

// --- internal ---

/** An `aws kms` command about a key, in its own Region. */
function aws(command: string, key: string): string {
  return `aws kms ${command} --key-id ${key} --region ${parseKmsArn(key)?.region}`;
}

const run = (...commands: readonly string[]) => `Run: ${commands.join(" && ")}`;

const CANCEL = (key: string) => [run(aws("cancel-key-deletion", key), aws("enable-key", key))];

/**
 * KMS keeps no earlier policy, CloudTrail does.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-cli.html
 */
const RESTORE = (key: string) => {
  const events = "aws cloudtrail lookup-events --lookup-attributes";
  const lookUp = `${events} AttributeKey=ResourceName,AttributeValue=${key} --region ${parseKmsArn(key)?.region}`;
  return [
    `Put the policy back that the key had before: ${aws("put-key-policy --policy-name default --policy file://before.json", key)}`,
    `The earlier policy is in the PutKeyPolicy, or CreateKey, event before this one: ${lookUp}`,
  ];
};

const COMMANDS: Readonly<Record<string, (key: string) => readonly string[]>> = {
  PendingDeletion: CANCEL,
  PendingReplicaDeletion: CANCEL,
  Disabled: (key) => [run(aws("enable-key", key))],
  PendingImport: (key) => [
    run(aws("get-parameters-for-import --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_4096", key)),
    "Then import the very same key material again: aws kms import-key-material. Another one is refused.",
  ],
  refused: RESTORE,
  unclear: RESTORE,
  Unavailable: (key) => [
    run(aws("describe-key --query KeyMetadata.CustomKeyStoreId", key)),
    "Then connect that key store: aws kms connect-custom-key-store --custom-key-store-id ID",
  ],
};

const OTHER = (key: string) => [run(aws("describe-key", key))];

function aliasCommand(command: "create-alias" | "update-alias", alias: string, pin: string | null): readonly string[] {
  const named = parseKmsArn(alias);
  if (pin === null || named === null) return [];
  return [run(`aws kms ${command} --alias-name alias/${named.id} --target-key-id ${pin} --region ${named.region}`)];
}

function acceptance(alias: string, place: Pick<BucketRef, "account">): string {
  return `If it was intended, run: ${acceptKeyWords(place, alias)}`;
}
