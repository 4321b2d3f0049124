import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { findDeployments } from "#aws/ssm/deployment";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();

const of = (stage: string) => ({
  stage,
  policyTable: `${stage}-policy`,
  ledgerTable: `${stage}-ledger`,
  pushRoleArn: `arn:aws:iam::777788889999:role/${stage}-push`,
  redriveRoleArn: `arn:aws:iam::777788889999:role/${stage}-redrive`,
  topicArn: `arn:aws:sns:us-east-1:777788889999:${stage}`,
  pauseParameter: `/bucketseal/${stage}/writes`,
  eventQueueUrl: `https://sqs.us-east-1.amazonaws.com/777788889999/${stage}-events`,
  deadLetterQueueUrl: `https://sqs.us-east-1.amazonaws.com/777788889999/${stage}-dead`,
  undeliveredQueueUrl: `https://sqs.us-east-1.amazonaws.com/777788889999/${stage}-undelivered`,
  bucketFunction: `${stage}-bucket`,
  bucketRoleArn: `arn:aws:iam::777788889999:role/${stage}-bucket`,
  policyFunction: `${stage}-policy`,
  policyRoleArn: `arn:aws:iam::777788889999:role/${stage}-policy`,
  objectQueueUrl: `https://sqs.us-east-1.amazonaws.com/777788889999/${stage}-objects`,
  objectDeadLetterQueueUrl: `https://sqs.us-east-1.amazonaws.com/777788889999/${stage}-objects-dead`,
  objectUndeliveredQueueUrl: `https://sqs.us-east-1.amazonaws.com/777788889999/${stage}-objects-undelivered`,
  objectFunction: `${stage}-object`,
  objectRoleArn: `arn:aws:iam::777788889999:role/${stage}-object`,
  objectRedriveRoleArn: `arn:aws:iam::777788889999:role/${stage}-object-redrive`,
});

test("deployed stages are found by their parameters, over more than one page", async () => {
  const { ssm } = aws.root("777788889999");
  expect(await findDeployments(ssm)).toEqual([]);
  const stages = Array.from({ length: 12 }, (_, number) => `stage-${String(number).padStart(2, "0")}`);
  for (const stage of stages) {
    const put = (Name: string, Value: string) => ssm.send(new PutParameterCommand({ Name, Value, Type: "String" }));
    await put(`/bucketseal/${stage}/deployment`, JSON.stringify(of(stage)));
    await put(`/bucketseal/${stage}/writes`, "allowed");
  }
  const found = await findDeployments(ssm);
  expect(found.toSorted((a, b) => a.stage.localeCompare(b.stage))).toEqual(stages.map(of));
});

test("deployed stages of another account or Region are not found", async () => {
  expect(await findDeployments(aws.root("777788889999", "eu-west-1").ssm)).toEqual([]);
});
