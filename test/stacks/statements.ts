import type { Hub } from "../../scripts/synthesize.ts";
import type { Statement } from "./iam-reference.ts";

/**
 * Every policy statement of a hub, with the type and id of its resource, and with ARNs in the place
 * of references.
 */
export function statementsOf(hub: Hub): (readonly [where: string, statement: Statement])[] {
  return Object.entries(hub.resources).flatMap(([id, { Type, Properties }]) =>
    within(JSON.parse(withArns(hub, JSON.stringify(Properties)))).map((each) => [`${Type} ${id}`, each] as const),
  );
}

// --- internal ---

const ACCOUNT = "eu-west-1:111122223333";
/** What references to a resource of a type look like once they are resolved. */
const ARNS: Readonly<Record<string, readonly (readonly [suffix: string, arn: string])[]>> = {
  "AWS::DynamoDB::GlobalTable": [
    [".Arn", `dynamodb:${ACCOUNT}:table/ID`],
    [".StreamArn", `dynamodb:${ACCOUNT}:table/ID/stream/2026`],
  ],
  "AWS::Events::EventBus": [[".Arn", `events:${ACCOUNT}:event-bus/ID`]],
  "AWS::KMS::Key": [[".Arn", `kms:${ACCOUNT}:key/ID`]],
  "AWS::Logs::LogGroup": [[".Arn", `logs:${ACCOUNT}:log-group:ID:*`]],
  "AWS::S3::Bucket": [[".Arn", "s3:::ID"]],
  "AWS::SNS::Topic": [["", `sns:${ACCOUNT}:ID`]],
  "AWS::SQS::Queue": [[".Arn", `sqs:${ACCOUNT}:ID`]],
};

function withArns(hub: Hub, properties: string): string {
  let text = properties
    .replaceAll("AWS::Partition", "aws")
    .replaceAll(":parameterPauseSwitch", ":parameter/PauseSwitch");
  for (const [id, { Type }] of Object.entries(hub.resources)) {
    for (const [suffix, arn] of ARNS[Type] ?? []) {
      text = text.replace(
        new RegExp(`"${id}${suffix.replace(".", "\\.")}(?=["/])`, "g"),
        `"arn:aws:${arn.replace("ID", id)}`,
      );
    }
  }
  return text;
}

function within(node: unknown): Statement[] {
  if (typeof node !== "object" || node === null) return [];
  if ("Action" in node && "Effect" in node) return [node as Statement];
  return Object.values(node).flatMap(within);
}
