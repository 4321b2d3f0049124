import {
  DeletePublicAccessBlockCommand,
  GetBucketPolicyStatusCommand,
  GetPublicAccessBlockCommand,
  ListBucketMetricsConfigurationsCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import {
  DeletePublicAccessBlockCommand as DeleteAccountBlockCommand,
  GetPublicAccessBlockCommand as GetAccountBlockCommand,
  PutPublicAccessBlockCommand as PutAccountBlockCommand,
} from "@aws-sdk/client-s3-control";
import { beforeAll, describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { onAws, refused } from "./s3-setting.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html

const aws = conformance();
let Bucket: string;

beforeAll(async () => {
  Bucket = await aws.bucket();
  await aws.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
});

const put = async (statement: object, bucket = Bucket) => {
  const given = { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/*`, ...statement };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [given] });
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
};

describe("GetBucketPolicyStatus", () => {
  test("returns 404 NoSuchBucketPolicy for a bucket without a policy", async () => {
    const call = aws.s3.send(new GetBucketPolicyStatusCommand({ Bucket: await aws.bucket() }));
    expect((await refused(call)).slice(0, 2)).toEqual([404, "NoSuchBucketPolicy"]);
  });

  test.each<[string, boolean, object]>([
    ["everybody", true, { Principal: "*" }],
    ["everybody as a map", true, { Principal: { AWS: "*" } }],
    ["the account itself", false, { Principal: { AWS: "ACCOUNT" } }],
    ["a service", false, { Principal: { Service: "cloudfront.amazonaws.com" } }],
    ["everybody of one account", false, of({ StringEquals: { "aws:PrincipalAccount": "111122223333" } })],
    ["everybody of an organization", false, of({ StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } })],
    ["an address", false, of({ IpAddress: { "aws:SourceIp": "198.51.100.0/24" } })],
    ["half of all addresses", true, of({ IpAddress: { "aws:SourceIp": "0.0.0.0/1" } })],
    ["all but some addresses", true, of({ NotIpAddress: { "aws:SourceIp": "198.51.100.0/24" } })],
    ["a VPC endpoint", false, of({ StringEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" } })],
    ["any VPC endpoint", true, of({ StringLike: { "aws:SourceVpce": "vpce-*" } })],
    ["a referrer, which anybody can send", true, of({ StringLike: { "aws:Referer": "https://example.com/*" } })],
    ["an account where the key exists", true, of({ StringEqualsIfExists: { "aws:SourceAccount": "111122223333" } })],
    ["transport by TLS", true, of({ Bool: { "aws:SecureTransport": "true" } })],
  ])("judges a grant to %s: public %s", async (_, IsPublic, statement) => {
    await put(JSON.parse(JSON.stringify(statement).replace("ACCOUNT", aws.account)));
    const { PolicyStatus } = await aws.s3.send(new GetBucketPolicyStatusCommand({ Bucket }));
    expect(PolicyStatus).toEqual({ IsPublic });
  });

  test("a Deny for everybody is not public", async () => {
    await put({ Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } });
    expect((await aws.s3.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus).toEqual({ IsPublic: false });
  });

  test("needs s3:GetBucketPolicyStatus", async () => {
    await put({ Principal: { AWS: aws.account } });
    const without = await aws.otherUser([{ Effect: "Allow", Action: "s3:GetBucketPolicy", Resource: "*" }]);
    const call = without.s3.send(new GetBucketPolicyStatusCommand({ Bucket }));
    expect((await refused(call)).slice(0, 2)).toEqual([403, "AccessDenied"]);
    const holder = await aws.otherUser([{ Effect: "Allow", Action: "s3:GetBucketPolicyStatus", Resource: "*" }]);
    await holder.s3.send(new GetBucketPolicyStatusCommand({ Bucket }));
  });
});

describe("Block Public Access", () => {
  test("of a new bucket has all four settings on, and refuses a public policy; taken away, it is a 404", async () => {
    const fresh = await aws.bucket();
    const { PublicAccessBlockConfiguration } = await aws.s3.send(new GetPublicAccessBlockCommand({ Bucket: fresh }));
    expect(Object.values(PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
    expect((await refused(put({ Principal: "*" }, fresh))).slice(0, 2)).toEqual([403, "AccessDenied"]);
    await put({ Principal: { AWS: aws.account } }, fresh);
    await aws.s3.send(new DeletePublicAccessBlockCommand({ Bucket: fresh }));
    const call = aws.s3.send(new GetPublicAccessBlockCommand({ Bucket: fresh }));
    expect((await refused(call)).slice(0, 2)).toEqual([404, "NoSuchPublicAccessBlockConfiguration"]);
  });

  // On AWS this is a setting of the whole account, which a test must not touch.
  test.skipIf(onAws)("of the account counts for a bucket without one; none yet is a 404", async () => {
    const AccountId = aws.account;
    const get = () => aws.s3control.send(new GetAccountBlockCommand({ AccountId }));
    await expect(get()).rejects.toMatchObject({ name: "NoSuchPublicAccessBlockConfiguration" });
    const PublicAccessBlockConfiguration = {
      BlockPublicAcls: false,
      IgnorePublicAcls: false,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: false,
    };
    await aws.s3control.send(new PutAccountBlockCommand({ AccountId, PublicAccessBlockConfiguration }));
    expect((await get()).PublicAccessBlockConfiguration).toEqual(PublicAccessBlockConfiguration);
    expect((await refused(put({ Principal: "*" }))).slice(0, 2)).toEqual([403, "AccessDenied"]);
    const user = await aws.otherUser([{ Effect: "Allow", Action: "s3:GetBucketPublicAccessBlock", Resource: "*" }]);
    const call = user.s3control.send(new GetAccountBlockCommand({ AccountId }));
    await expect(call).rejects.toMatchObject({ name: "AccessDenied" });
    await aws.s3control.send(new DeleteAccountBlockCommand({ AccountId }));
    await put({ Principal: "*" });
  });
});

test.skipIf(onAws)("a sub-resource that the local AWS does not know is refused, not taken for another", async () => {
  const call = aws.s3.send(new ListBucketMetricsConfigurationsCommand({ Bucket }));
  expect((await refused(call)).slice(0, 2)).toEqual([501, "NotImplemented"]);
});

// --- internal ---

/** A grant to everybody under a condition. */
function of(Condition: object): object {
  return { Principal: "*", Condition };
}
