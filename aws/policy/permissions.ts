import type { Permission } from "#aws/permission";

/**
 * policy/: the desired state, stored in a table of versions and a pointer. Functions read it and
 * never write it: table.ts.
 */
export function policyReadPermissions(policyTableArn: string): Permission[] {
  return [{ sid: "ReadThePolicy", actions: ["dynamodb:GetItem"], resources: [policyTableArn] }];
}

/**
 * What Lambda's own pollers call to read a table's stream; our code does not.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html
 */
export const STREAM_ACTIONS: readonly string[] = [
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
];

/** Reading the policy table's stream; changes that cannot be processed go to a queue. */
export function streamPermissions(streamArn: string, failureQueueArn: string): Permission[] {
  return [
    { sid: "FollowThePolicy", actions: STREAM_ACTIONS, resources: [streamArn] },
    { sid: "GiveUpOnAChange", actions: ["sqs:SendMessage"], resources: [failureQueueArn] },
  ];
}

/** Writing versions and moving the pointer, which only the push role may do: table.ts. */
export function pushPermissions(policyTableArn: string): Permission[] {
  return [
    {
      sid: "PushPolicies",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
      resources: [policyTableArn],
    },
  ];
}
