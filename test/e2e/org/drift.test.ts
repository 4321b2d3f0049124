import { PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import { AttachPolicyCommand, CreatePolicyCommand, DetachPolicyCommand } from "@aws-sdk/client-organizations";
import {
  DeletePublicAccessBlockCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
} from "@aws-sdk/client-s3";
import { PutPublicAccessBlockCommand } from "@aws-sdk/client-s3-control";
import { beforeAll, describe, expect, test } from "vitest";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import { memberBucket } from "../../support/e2e/org/bucket.ts";
import { type Organization, organization } from "../../support/e2e/org/organization.ts";
import { AWAY, HOME } from "../../support/e2e/org/world.ts";
import {
  declared,
  encryptionOf,
  nameOf,
  outcomeOf,
  putEncryption,
  type Story,
  soon,
  succeeds,
} from "../../support/e2e/story.ts";

let org: Organization;
let alerts: Alerts;

beforeAll(async () => {
  org = await organization();
  alerts = await listen(org.hub);
}, 180_000);

const algorithmOf = async ({ alice }: Story, bucket: string) =>
  (await encryptionOf(alice, bucket)).ApplyServerSideEncryptionByDefault?.SSEAlgorithm;

describe.concurrent("drift in a member", () => {
  test.each([
    ["the home Region", "ann", HOME],
    ["another Region", "ann", AWAY],
    ["another account", "ben", HOME],
  ] as const)("in %s is repaired to the member's own key and told with the member's actor", async (_, name, region) => {
    const member = org.member(name, region);
    const { account, keyArn } = member.sandbox;
    const bucket = await memberBucket(member, "drift");
    await outcomeOf(member, bucket, "left alone");
    await putEncryption(member.alice, bucket, { algorithm: "AES256" });
    const told = (await alerts.wait(bucket, 2)).find(({ event }) => event?.name === "PutBucketEncryption");
    expect(told).toMatchObject({
      outcome: "changed",
      account,
      region,
      actor: { arn: `arn:aws:iam::${account}:user/alice`, accountId: account },
    });
    expect(await encryptionOf(member.alice, bucket)).toEqual(declared(keyArn));
    expect((await outcomeOf(member, bucket, "left alone")).rule).toBe("baseline");
  });

  test("is judged by the unit that the account is in", async () => {
    const [strict, other] = [org.member("cat"), org.member("ann")];
    const [inside, outside] = [await memberBucket(strict, "unit"), await memberBucket(other, "unit")];
    expect((await outcomeOf(strict, inside, "left alone")).rule).toBe("in-the-strict-unit");
    expect(await algorithmOf(strict, inside)).toBe("aws:kms:dsse");
    expect((await outcomeOf(other, outside, "left alone")).rule).toBe("baseline");
  });

  test("is judged by the account's tags", async () => {
    const [tagged, other] = [org.member("cat"), org.member("ann")];
    const [inside, outside] = [await memberBucket(tagged, "acctag"), await memberBucket(other, "acctag")];
    expect((await outcomeOf(tagged, inside, "left alone")).rule).toBe("in-a-tagged-account");
    expect(await algorithmOf(tagged, inside)).toBe("aws:kms:dsse");
    expect((await outcomeOf(other, outside, "left alone")).rule).toBe("baseline");
  });

  test("is judged by the bucket's tags", async () => {
    const member = org.member("ben");
    const bucket = await memberBucket(member, "tagged");
    const Tagging = { TagSet: [{ Key: "data", Value: "secret" }] };
    await member.alice.s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging }));
    await soon(
      () => algorithmOf(member, bucket),
      (algorithm) => algorithm === "aws:kms:dsse",
    );
    expect((await outcomeOf(member, bucket, "left alone")).rule).toBe("by-tag");
  });

  test("is held where the world reads the bucket and could not decrypt, until the account blocks that", async () => {
    const member = org.member("ben");
    const bucket = await memberBucket(member, "public");
    await outcomeOf(member, bucket, "left alone");
    await member.alice.s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }));
    const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/*` };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await member.alice.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    await putEncryption(member.alice, bucket, { algorithm: "AES256" });
    await outcomeOf(member, bucket, "held");
    expect(await algorithmOf(member, bucket)).toBe("AES256");
    // The account closes what the bucket opens: nobody without credentials reads it any more.
    const AccountId = member.sandbox.account;
    const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true };
    await member.alice.s3control.send(new PutPublicAccessBlockCommand({ AccountId, PublicAccessBlockConfiguration }));
    await putEncryption(member.alice, bucket, { algorithm: "AES256" });
    await soon(
      () => algorithmOf(member, bucket),
      (algorithm) => algorithm !== "AES256",
    );
  });

  test("takes a bucket's events about its objects along, where the rule says so", async () => {
    const member = org.member("ann");
    const Bucket = await memberBucket(member, "objects");
    await outcomeOf(member, Bucket, "left alone");
    const found = await soon(
      () => member.alice.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
      ({ EventBridgeConfiguration }) => EventBridgeConfiguration !== undefined,
    );
    expect(found.EventBridgeConfiguration).toEqual({});
  });

  test("is repaired to the key of a central account, where the rule names it", async () => {
    const member = org.member("ben");
    const { keyArn: KeyId } = org.hub.sandbox;
    const use = { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"], Resource: "*" };
    const Statement = [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${org.hub.sandbox.account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      { ...use, Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": org.world.organization } } },
    ];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await org.hub.root.kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    const bucket = await memberBucket(member, "central");
    await outcomeOf(member, bucket, "left alone");
    expect(await encryptionOf(member.alice, bucket)).toMatchObject({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: org.hub.sandbox.keyArn },
    });
  });

  test("that a service control policy protects is held and told once", async () => {
    const member = org.member("denied");
    const statement = { Effect: "Deny", Action: "s3:PutEncryptionConfiguration", Resource: "*" };
    const spared = { ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::${member.sandbox.account}:user/*` } };
    const Content = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Condition: spared }] });
    const named = { Name: nameOf("guardrail"), Description: "", Type: "SERVICE_CONTROL_POLICY" as const, Content };
    const { Policy } = await org.manager.send(new CreatePolicyCommand(named));
    const attachment = { PolicyId: Policy?.PolicySummary?.Id, TargetId: member.sandbox.account };
    await org.manager.send(new AttachPolicyCommand(attachment));
    try {
      const bucket = await memberBucket(member, "e2e-controlled");
      const held = await outcomeOf(member, bucket, "held");
      expect(held.reasons.join()).toContain("explicit deny in a service control policy");
      const [told, ...others] = await alerts.wait(bucket, 1);
      expect(others).toEqual([]);
      await org.manager.send(new DetachPolicyCommand(attachment));
      const command = `bucketseal resume ${bucket} --account ${member.sandbox.account}`;
      expect(told?.next.join("\n")).toContain(command);
      await succeeds(org.hub, command.split(" ").slice(1));
    } finally {
      await org.manager.send(new DetachPolicyCommand(attachment)).catch(() => undefined);
    }
  });
});
