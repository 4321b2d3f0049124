import { beforeAll, describe, expect, test } from "vitest";
import { type Hub, synthesize } from "../../scripts/synthesize.ts";

/**
 * Policies of queues, tables, topic and key: who may send, write and publish, whatever the caller's
 * own policies say.
 */
let hub: Hub;
beforeAll(async () => {
  hub = await synthesize();
});

const RULE = "BucketRule.Arn";

describe("a queue is closed:", () => {
  test.each([
    ["BucketEvents", ["BucketFunctionRole.Arn", "RedriveRole.Arn"], RULE],
    ["BucketUndelivered", ["PolicyFunctionRole.Arn"], RULE],
    ["BucketDeadLetters", ["BucketFunctionRole.Arn"], undefined],
    [
      "ObjectEvents",
      ["ObjectFunctionRole.Arn", "ObjectRedriveRole.Arn"],
      ["ObjectCreatedRule.Arn", "ObjectCalledRule.Arn"],
    ],
    ["ObjectDeadLetters", ["ObjectFunctionRole.Arn"], undefined],
    [
      "SweepEvents",
      [
        "SweepFunctionRole.Arn",
        "BucketFunctionRole.Arn",
        "PolicyFunctionRole.Arn",
        "StartRole.Arn",
        "ScheduleRole.Arn",
      ],
      "KeyRule.Arn",
    ],
    ["SweepDeadLetters", ["SweepFunctionRole.Arn"], undefined],
    ["SweepUndelivered", ["ScheduleRole.Arn"], "KeyRule.Arn"],
    ["LaneEvents", ["SweepFunctionRole.Arn", "BucketFunctionRole.Arn", "StartRole.Arn"], undefined],
    ["LaneDeadLetters", ["BucketFunctionRole.Arn"], undefined],
  ])("%s refuses every sender but %j and the rule %s", (queue, roles, rule) => {
    expect(statement(queuePolicy(queue), "NobodyElseSends")).toEqual({
      Sid: "NobodyElseSends",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:SendMessage",
      Resource: `${queue}.Arn`,
      Condition: {
        ArnNotEquals: { "aws:PrincipalArn": roles, ...(rule === undefined ? {} : { "aws:SourceArn": rule }) },
      },
    });
  });

  test("so are those of existing objects: the lister, who starts it, the object function, and the bucket function for windows", async () => {
    const { properties } = await synthesize({ backfill: true });
    const [lister, looker, people] = ["BackfillFunctionRole.Arn", "ObjectFunctionRole.Arn", "BackfillStartRole.Arn"];
    for (const [queue, senders] of [
      ["BackfillEvents", [lister, looker, people, "BucketFunctionRole.Arn"]],
      ["BackfillDeadLetters", [lister]],
      ["AtRestEvents", [lister, looker, people]],
      ["AtRestDeadLetters", [looker]],
    ] as const) {
      const { Statement } = properties(`${queue}Policy`).PolicyDocument as { Statement: Statement[] };
      const { Condition } = statement(Statement, "NobodyElseSends");
      const said = Condition as { ArnNotEquals: { "aws:PrincipalArn": string | string[] } };
      expect([said.ArnNotEquals["aws:PrincipalArn"]].flat(), queue).toEqual(senders);
    }
  });

  test.each([
    ["BucketEvents", RULE],
    ["BucketUndelivered", RULE],
    ["SweepEvents", "KeyRule.Arn"],
    ["SweepUndelivered", "KeyRule.Arn"],
  ])("%s allows EventBridge, for the one rule %s, and nobody else", (queue, rule) => {
    const allows = queuePolicy(queue).filter((each) => each.Effect === "Allow");
    expect(allows).toEqual([
      expect.objectContaining({
        Principal: { Service: "events.amazonaws.com" },
        Resource: `${queue}.Arn`,
        Condition: { ArnEquals: { "aws:SourceArn": rule } },
      }),
    ]);
  });

  test("the dead-letter queues allow no sender, since SQS moves messages there itself", () => {
    expect(queuePolicy("BucketDeadLetters").filter((each) => each.Effect === "Allow")).toEqual([]);
  });
});

describe("a table is closed:", () => {
  test.each([
    ["PolicyTable", ["PushRole.Arn"]],
    [
      "Ledger",
      ["BucketFunctionRole.Arn", "ObjectFunctionRole.Arn", "PushRole.Arn", "OperatorRole.Arn", "SweepFunctionRole.Arn"],
    ],
  ])("%s refuses every writer but %j", (table, roles) => {
    const written = statement(tablePolicy(table), "NobodyElseWrites");
    expect(written).toEqual({
      Sid: "NobodyElseWrites",
      Effect: "Deny",
      Principal: "*",
      Action: expect.arrayContaining(["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]),
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": roles } },
    });
    expect(written.Action).toEqual(
      expect.arrayContaining([
        "dynamodb:BatchWriteItem",
        "dynamodb:PartiQLInsert",
        "dynamodb:PartiQLUpdate",
        "dynamodb:PartiQLDelete",
      ]),
    );
  });

  test("no table's policy allows anybody anything", () => {
    for (const table of ["PolicyTable", "Ledger"]) {
      expect(tablePolicy(table).map((each) => each.Effect)).toEqual(["Deny", "Deny"]);
    }
  });
});

describe("the topic", () => {
  const alarms = "arn:AWS::Partition:cloudwatch:eu-west-1:111122223333:alarm:*";

  test("refuses every publisher but the functions and this account's alarms", () => {
    expect(statement(topicPolicy(), "NobodyElsePublishes")).toMatchObject({
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource: "Alerts",
      Condition: {
        ArnNotEquals: {
          "aws:PrincipalArn": [
            "BucketFunctionRole.Arn",
            "ObjectFunctionRole.Arn",
            "PolicyFunctionRole.Arn",
            "SweepFunctionRole.Arn",
          ],
        },
        ArnNotLike: { "aws:SourceArn": alarms },
      },
    });
  });

  test("allows only CloudWatch in its policy, and only for alarms", () => {
    expect(topicPolicy().filter((each) => each.Effect === "Allow")).toEqual([
      {
        Sid: "AlarmsMayPublish",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: "Alerts",
        Condition: { ArnLike: { "aws:SourceArn": alarms } },
      },
    ]);
  });

  test("that says when it is silent takes nothing but this account's alarms", () => {
    expect(statement(topicPolicy("Silence"), "NobodyElsePublishes")).toMatchObject({
      Effect: "Deny",
      Principal: "*",
      Condition: { ArnNotLike: { "aws:SourceArn": alarms } },
    });
    expect(topicPolicy("Silence").filter((each) => each.Effect === "Allow")).toEqual([
      expect.objectContaining({ Sid: "AlarmsMayPublish", Principal: { Service: "cloudwatch.amazonaws.com" } }),
    ]);
  });

  test("has a key that CloudWatch may use for this account, and that rotates", () => {
    const { KeyPolicy, EnableKeyRotation } = hub.properties("AlertKey");
    expect(EnableKeyRotation).toBe(true);
    const [root, cloudWatch, ...others] = (KeyPolicy as { Statement: Statement[] }).Statement;
    expect(root?.Principal).toEqual({ AWS: "arn:AWS::Partition:iam::111122223333:root" });
    expect(cloudWatch).toMatchObject({
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
    expect(others).toEqual([]);
  });
});

describe("a call without TLS is refused", () => {
  const insecure = { Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } };

  test.each(["BucketEvents", "BucketUndelivered", "BucketDeadLetters"])("by the queue %s", (queue) => {
    expect(queuePolicy(queue)).toContainEqual(expect.objectContaining({ ...insecure, Action: "sqs:*" }));
  });

  test.each(["PolicyTable", "Ledger"])("by the table %s", (table) => {
    expect(tablePolicy(table)).toContainEqual(expect.objectContaining({ ...insecure, Action: "dynamodb:*" }));
  });

  test("by the topic", () => {
    expect(topicPolicy()).toContainEqual(expect.objectContaining({ ...insecure, Action: "sns:Publish" }));
  });
});

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

function statement(statements: readonly Statement[], sid: string): Statement {
  const found = statements.filter((each) => each.Sid === sid);
  expect(found).toHaveLength(1);
  return found[0] as Statement;
}

function queuePolicy(queue: string): readonly Statement[] {
  const properties = hub.properties(`${queue}Policy`);
  expect(properties.Queues).toEqual([queue]);
  return (properties.PolicyDocument as { Statement: Statement[] }).Statement;
}

function topicPolicy(topic = "Alerts"): readonly Statement[] {
  const properties = hub.properties(`${topic}Policy`);
  expect(properties.Topics).toEqual([topic]);
  return (properties.PolicyDocument as { Statement: Statement[] }).Statement;
}

function tablePolicy(table: string): readonly Statement[] {
  const [replica] = hub.properties(table).Replicas as [
    { ResourcePolicy: { PolicyDocument: { Statement: Statement[] } } },
  ];
  return replica.ResourcePolicy.PolicyDocument.Statement;
}
