import { describe, expect, test } from "vitest";
import { deadLetterQueues } from "#core/stage/dead-letter-queues";
import { accountOf, type Deployment, deploymentSchema } from "#core/stage/deployment";

const role = (name: string, account = "111122223333") => `arn:aws:iam::${account}:role/${name}`;

const deployment: Deployment = {
  stage: "prod",
  policyTable: "prod-policy",
  ledgerTable: "prod.ledger_1",
  pushRoleArn: role("push"),
  redriveRoleArn: role("path/redrive"),
  topicArn: "arn:aws:sns:eu-west-1:111122223333:alerts",
  pauseParameter: "/bucketseal/prod/writes",
  eventQueueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/events",
  deadLetterQueueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/dead",
  undeliveredQueueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/undelivered",
  bucketFunction: "bucket",
  bucketRoleArn: role("bucket"),
  policyFunction: "policy",
  policyRoleArn: role("policy"),
  objectQueueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/objects",
  objectDeadLetterQueueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/objects-dead",
  objectUndeliveredQueueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/objects-undelivered",
  objectFunction: "object",
  objectRoleArn: role("object"),
  objectRedriveRoleArn: role("object-redrive"),
  objects: "on",
};

test("the deployment that a stack records is read unchanged", () => {
  expect(deploymentSchema.parse(deployment)).toEqual(deployment);
  expect(accountOf(deployment)).toBe("111122223333");
});

test.each([
  [
    "a table ARN, which could be of another account",
    { policyTable: "arn:aws:dynamodb:eu-west-1:444455556666:table/theirs" },
    "no ARN",
  ],
  ["a ledger ARN", { ledgerTable: "arn:aws:dynamodb:eu-west-1:444455556666:table/theirs" }, "no ARN"],
  ["a table name that is too short", { policyTable: "ab" }, "plain table name"],
  ["a user in place of the push role", { pushRoleArn: "arn:aws:iam::111122223333:user/mallory" }, "ARN of a role"],
  ["text around a role", { redriveRoleArn: `x${role("redrive")}` }, "ARN of a role"],
  ["text after a role", { bucketRoleArn: `${role("bucket")} x` }, "ARN of a role"],
  ["an account of eleven digits", { policyRoleArn: role("policy", "11112222333") }, "ARN of a role"],
  ["another parameter as the pause switch", { pauseParameter: "/mallory/writes" }, "/bucketseal/STAGE/writes"],
  ["a pause switch in a folder below", { pauseParameter: "/bucketseal/prod/x/writes" }, "/bucketseal/STAGE/writes"],
  [
    "a pause switch with something after it",
    { pauseParameter: "/bucketseal/prod/writes/x" },
    "/bucketseal/STAGE/writes",
  ],
  [
    "a pause switch with something before it",
    { pauseParameter: "/a/bucketseal/prod/writes" },
    "/bucketseal/STAGE/writes",
  ],
  ["no stage", { stage: "" }, ""],
  ["no queue", { eventQueueUrl: "" }, ""],
])("a deployment with %s is refused", (_, change, says) => {
  const { success, error } = deploymentSchema.safeParse({ ...deployment, ...change });
  expect(success).toBe(false);
  expect(error?.issues).toHaveLength(1);
  expect(error?.issues[0]?.message).toContain(says);
});

describe("the account of a deployment", () => {
  const roles = [
    "pushRoleArn",
    "redriveRoleArn",
    "bucketRoleArn",
    "policyRoleArn",
    "objectRoleArn",
    "objectRedriveRoleArn",
  ] as const;

  test.each(roles)("is unknown if %s is of another one", (field) => {
    expect(accountOf({ ...deployment, [field]: role("theirs", "444455556666") })).toBeNull();
  });

  test("is unknown if a role names none", () => {
    const none = Object.fromEntries(roles.map((field) => [field, ""]));
    expect(accountOf({ ...deployment, ...none })).toBeNull();
  });
});

test("every dead-letter queue goes home with the role of its own kind", () => {
  const found = deadLetterQueues(deployment).map(({ name, url, homeUrl, roleArn }) => [name, url, homeUrl, roleArn]);
  const at = (queue: string) => `https://sqs.eu-west-1.amazonaws.com/111122223333/${queue}`;
  expect(found).toEqual([
    ["bucket", at("dead"), at("events"), role("path/redrive")],
    ["bucket-undelivered", at("undelivered"), at("events"), role("path/redrive")],
    ["object", at("objects-dead"), at("objects"), role("object-redrive")],
    ["object-undelivered", at("objects-undelivered"), at("objects"), role("object-redrive")],
  ]);
});

describe("the queues of sweeps and pushes", () => {
  const runs = {
    startRoleArn: role("start"),
    sweepQueueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/sweep",
    sweepDeadLetterQueueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/sweep-dead",
    sweepUndeliveredQueueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/sweep-undelivered",
    laneQueueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/lane",
    laneDeadLetterQueueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/lane-dead",
  };

  test("have dead letters that the start role sends back", () => {
    const queues = deadLetterQueues(deploymentSchema.parse({ ...deployment, ...runs })).slice(4);
    expect(queues).toEqual([
      {
        name: "sweep",
        url: runs.sweepDeadLetterQueueUrl,
        homeUrl: runs.sweepQueueUrl,
        roleArn: runs.startRoleArn,
        about: "own",
      },
      {
        name: "sweep-undelivered",
        url: runs.sweepUndeliveredQueueUrl,
        homeUrl: runs.sweepQueueUrl,
        roleArn: runs.startRoleArn,
        about: "own",
      },
      {
        name: "lane",
        url: runs.laneDeadLetterQueueUrl,
        homeUrl: runs.laneQueueUrl,
        roleArn: runs.startRoleArn,
        about: "own",
      },
    ]);
    expect(accountOf({ ...deployment, startRoleArn: role("start", "444455556666") })).toBeNull();
  });

  test.each(Object.keys(runs))("are none of a stage that does not know %s", (missing) => {
    const known = deadLetterQueues({ ...deployment, ...runs, [missing]: undefined });
    expect(known.length).toBeLessThan(7);
  });
});

test("the queues of existing objects have dead letters that the role of people sends back", () => {
  const queueUrl = (name: string) => `https://sqs.eu-west-1.amazonaws.com/111122223333/${name}`;
  const backfills = {
    backfillRoleArn: role("people"),
    backfillQueueUrl: queueUrl("backfill"),
    backfillDeadLetterQueueUrl: queueUrl("backfill-dead"),
    atRestQueueUrl: queueUrl("at-rest"),
    atRestDeadLetterQueueUrl: queueUrl("at-rest-dead"),
  };
  const queues = deadLetterQueues(deploymentSchema.parse({ ...deployment, ...backfills })).slice(4);
  const own = { roleArn: backfills.backfillRoleArn, about: "own" };
  expect(queues).toEqual([
    { name: "backfill", url: queueUrl("backfill-dead"), homeUrl: queueUrl("backfill"), ...own },
    { name: "at-rest", url: queueUrl("at-rest-dead"), homeUrl: queueUrl("at-rest"), ...own },
  ]);
});
