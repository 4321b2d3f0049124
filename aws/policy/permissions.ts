import type { Permission } from "#aws/permission";

/** The desired state is read, never written. */
export function policyReadPermissions(policyTableArn: string): Permission[] {
  return [{ sid: "ReadThePolicy", actions: ["dynamodb:GetItem"], resources: [policyTableArn] }];
}

/**
 * What Lambda's own pollers call to read a table's stream; no code of ours does.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html
 */
export const STREAM_ACTIONS: readonly string[] = [
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
];

/** Reading the stream of the policy table; what cannot be worked on goes to a queue. */
export function streamPermissions(streamArn: string, failureQueueArn: string): Permission[] {
  return [
    { sid: "FollowThePolicy", actions: STREAM_ACTIONS, resources: [streamArn] },
    { sid: "GiveUpOnAChange", actions: ["sqs:SendMessage"], resources: [failureQueueArn] },
  ];
}

/** What the push role may do, and nobody else: write versions and move the pointer. */
export function pushPermissions(policyTableArn: string): Permission[] {
  return [
    {
      sid: "PushPolicies",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
      resources: [policyTableArn],
    },
  ];
}
