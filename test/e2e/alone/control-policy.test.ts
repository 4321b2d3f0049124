import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DetachPolicyCommand,
  ListRootsCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import {
  aliceArn,
  declared,
  encryptionOf,
  lookedAfter,
  newBucket,
  outcomeOf,
  story,
  writesOf,
} from "../../support/e2e/story.ts";

const e2e = story();
const { alice, sandbox } = e2e;
const manager = "999988887777";
const organizations = new OrganizationsClient({
  endpoint: sandbox.endpoint,
  region: sandbox.region,
  credentials: { accessKeyId: manager, secretAccessKey: "test" },
});
let alerts: Alerts;
let attachment: { PolicyId: string | undefined; TargetId: string | undefined };

/** The sandbox's account joins or leaves the manager's organization. */
async function membership(method: "PUT" | "DELETE"): Promise<void> {
  const query = new URLSearchParams({ account: sandbox.account, manager });
  await fetch(`${sandbox.endpoint}/_bucketseal/organization?${query}`, { method });
}

beforeAll(async () => {
  alerts = await listen(e2e);
  const { Roots: roots } = await organizations.send(new ListRootsCommand({}));
  // What Control Tower and alike do: only people of their own may change the encryption.
  const statement = {
    Effect: "Deny",
    Action: "s3:PutEncryptionConfiguration",
    Resource: "arn:aws:s3:::e2e-controlled-*",
    Condition: { ArnNotLike: { "aws:PrincipalArn": aliceArn } },
  };
  const Content = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const named = { Name: "guardrail", Description: "", Type: "SERVICE_CONTROL_POLICY" as const, Content };
  const { Policy } = await organizations.send(new CreatePolicyCommand(named));
  attachment = { PolicyId: Policy?.PolicySummary?.Id, TargetId: roots?.[0]?.Id };
  await organizations.send(new AttachPolicyCommand(attachment));
  await membership("PUT");
});

afterAll(async () => await membership("DELETE"));

test("a bucket that a service control policy protects is held and told once, and repaired when it is let go", async () => {
  const bucket = await newBucket(alice, "e2e-controlled");
  const held = await outcomeOf(e2e, bucket, "held");
  expect(held.reasons.join()).toMatch(
    /s3:PutEncryptionConfiguration is denied by somebody else's policy: .*explicit deny in a service control policy/,
  );
  const tag = async (Value: string) => {
    const Tagging = { TagSet: [{ Key: "looked", Value }] };
    await alice.s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging }));
    return await lookedAfter(e2e, bucket, "PutBucketTagging", aliceArn);
  };
  await tag("at");
  expect(await alerts.about(bucket)).toHaveLength(1);
  expect((await writesOf(e2e, bucket)).every(({ status }) => status === 403)).toBe(true);

  await organizations.send(new DetachPolicyCommand(attachment));
  await tag("again");
  expect((await alerts.wait(bucket, 2))[1]).toMatchObject({ outcome: "changed" });
  expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
});
