import { beforeAll, describe, expect, test } from "vitest";
import { synthesize } from "../../scripts/synthesize.ts";
import { EVERYTHING, ORGANIZATION } from "./everything.ts";
import { misfits, type Statement, unknownActions, unknownKeys } from "./iam-reference.ts";
import { statementsOf } from "./statements.ts";

/**
 * Every statement of the templates, against AWS's list of actions, resource types and condition
 * keys: https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
let statements: readonly (readonly [where: string, statement: Statement])[];
beforeAll(async () => {
  const hubs = [];
  for (const region of ["eu-west-1", "us-gov-west-1", "cn-north-1"]) hubs.push(await synthesize(EVERYTHING, region));
  hubs.push(await synthesize({ ...EVERYTHING, org: ORGANIZATION }));
  statements = [await synthesize(), ...hubs].flatMap(statementsOf);
});

test("the templates have statements of every kind", () => {
  const kinds = new Set(statements.map(([where]) => where.split(" ")[0]));
  expect(statements.length).toBeGreaterThan(150);
  expect([...kinds].sort()).toEqual([
    "AWS::DynamoDB::GlobalTable",
    "AWS::Events::EventBusPolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
  ]);
});

describe("AWS knows", () => {
  test("every action", async () => {
    expect(await findings(unknownActions)).toEqual([]);
  });

  test("every condition key, for each action of its statement", async () => {
    expect(await findings(unknownKeys)).toEqual([]);
  });

  test("every resource, as one that an action of its statement takes, and one for each action", async () => {
    expect((await findings(misfits)).filter((each) => !each.endsWith(LAMBDAS_OWN))).toEqual([]);
  });
});

test.each<[string, Statement, string[]]>([
  ["action", { Action: "s3:PutBucketEncryption" }, ["s3:PutBucketEncryption is no action"]],
  ["service", { Action: ["s4:GetObject"] }, ["s4:GetObject is no action"]],
  ["wildcard", { Action: "sqs:Sent*" }, ["sqs:Sent* is no action"]],
  [
    "key",
    { Action: "sqs:SendMessage", Condition: { StringEquals: { "kms:ViaService": "" } } },
    ["kms:ViaService is no condition key of sqs:SendMessage"],
  ],
  [
    "global key",
    { Action: "sqs:SendMessage", Condition: { StringEquals: { "aws:PrincipalArm": "" } } },
    ["aws:PrincipalArm is no condition key of sqs:SendMessage"],
  ],
  [
    "resource",
    { Action: ["s3:GetObject", "s3:ListBucket"], Resource: ["arn:aws:s3:::bucket", "arn:aws:sqs:eu-west-1:1:q"] },
    ["s3:GetObject takes none of its resources", "no action takes arn:aws:sqs:eu-west-1:1:q"],
  ],
])("a wrong %s is found", async (_what, statement, found) => {
  const all = [...(await unknownActions(statement)), ...(await unknownKeys(statement)), ...(await misfits(statement))];
  expect(all).toEqual(expect.arrayContaining(found));
});

// --- internal ---

/**
 * Lambda asks for it on the stream itself, whatever the list says.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.Lambda.Tutorial2.html
 */
const LAMBDAS_OWN = ": dynamodb:ListStreams takes none of its resources";

async function findings(of: (statement: Statement) => Promise<string[]>): Promise<string[]> {
  const all = await Promise.all(
    statements.map(async ([where, each]) => (await of(each)).map((found) => `${where} ${each.Sid ?? ""}: ${found}`)),
  );
  return [...new Set(all.flat())];
}
