import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { clients } from "../support/local-aws/clients.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { localAws } from "../support/local-aws/local-aws.ts";

const aws = localAws();
const [owner, guest] = ["111111111111", "222222222222"] as const;

/** A queue in the account with every CloudTrail event of S3 there. */
async function listen(account: string): Promise<() => Promise<Record<string, unknown>>> {
  const { events, sqs } = aws.root(account);
  const queue = `arn:aws:sqs:us-east-1:${account}:trail`;
  const statement = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage" };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Resource: queue }] });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "trail", Attributes: { Policy } }));
  const EventPattern = JSON.stringify({ source: ["aws.s3"], detail: { eventName: ["PutObject"] } });
  await events.send(new PutRuleCommand({ Name: "trail", EventPattern }));
  await events.send(new PutTargetsCommand({ Rule: "trail", Targets: [{ Id: "1", Arn: queue }] }));
  return async () =>
    await eventually(`PutObject in ${account}`, async () => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      return Messages === undefined ? undefined : JSON.parse(Messages[0]?.Body ?? "{}").detail;
    });
}

// Captured on AWS in September 2026: a bucket's owner sees only the account of another account's
// caller
test("a call into another account's bucket is an event in both accounts", async () => {
  const { s3 } = aws.root(owner);
  await s3.send(new CreateBucketCommand({ Bucket: "shared" }));
  const statement = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${guest}:root` }, Action: "s3:PutObject" };
  const Statement = [{ ...statement, Resource: "arn:aws:s3:::shared/*" }];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await s3.send(new PutBucketPolicyCommand({ Bucket: "shared", Policy }));
  const { iam } = aws.root(guest);
  await iam.send(new CreateUserCommand({ UserName: "guest" }));
  const allow = { Effect: "Allow", Action: "s3:PutObject", Resource: "*" };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
  await iam.send(new PutUserPolicyCommand({ UserName: "guest", PolicyName: "p", PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "guest" }));
  const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
  const [atOwner, atGuest] = [await listen(owner), await listen(guest)];
  const put = new PutObjectCommand({ Bucket: "shared", Key: "k", Body: "x" });
  await clients({ endpoint: aws.endpoint, credentials }).s3.send(put);
  const [seenByOwner, seenByGuest] = [await atOwner(), await atGuest()];
  expect(seenByOwner).toMatchObject({
    recipientAccountId: owner,
    userIdentity: { type: "AWSAccount", accountId: guest, principalId: expect.any(String) },
  });
  expect(Object.keys(seenByOwner.userIdentity as object)).toHaveLength(3);
  expect(seenByGuest).toMatchObject({
    recipientAccountId: guest,
    userIdentity: { type: "IAMUser", arn: `arn:aws:iam::${guest}:user/guest` },
    sharedEventID: seenByOwner.sharedEventID,
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
test("a bucket policy may admit or deny one user of another account", async () => {
  const { s3 } = aws.root(owner);
  await s3.send(new CreateBucketCommand({ Bucket: "for-one" }));
  const user = async (UserName: string) => {
    const { iam } = aws.root(guest);
    const { User } = await iam.send(new CreateUserCommand({ UserName }));
    const allow = { Effect: "Allow", Action: "s3:PutObject", Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {};
    const client = clients({ endpoint: aws.endpoint, credentials: { accessKeyId, secretAccessKey } }).s3;
    const put = async (Key: string) => await client.send(new PutObjectCommand({ Bucket: "for-one", Key, Body: "x" }));
    return { arn: User?.Arn ?? "", put };
  };
  const [one, two] = [await user("one"), await user("two")];
  const statement = (Effect: string, AWS: string, prefix: string) => {
    const Resource = `arn:aws:s3:::for-one/${prefix}/*`;
    return { Effect, Principal: { AWS }, Action: "s3:PutObject", Resource };
  };
  const Statement = [statement("Allow", one.arn, "a"), statement("Allow", guest, "b"), statement("Deny", two.arn, "b")];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await s3.send(new PutBucketPolicyCommand({ Bucket: "for-one", Policy }));
  await one.put("a/x");
  await one.put("b/x");
  await expect(two.put("a/x")).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(two.put("b/x")).rejects.toMatchObject({ name: "AccessDenied" });
});
