import { beforeAll, describe, expect, test } from "vitest";
import { type Hub, synthesize } from "../../scripts/synthesize.ts";

let plain: Hub;
let hub: Hub;
beforeAll(async () => {
  [plain, hub] = [await synthesize(), await synthesize({ batch: true, objects: true })];
});

const ARN = "arn:AWS::Partition";
const ACCOUNT = "111122223333";
const own = { StringEquals: { "aws:ResourceAccount": ACCOUNT } };

describe("jobs of S3 Batch Operations", () => {
  test("are off by default: there is neither a role nor a bucket for them", () => {
    expect(plain.ofType("AWS::S3::Bucket")).toEqual([]);
    expect(plain.ofType("AWS::Events::Rule")).not.toContain("JobRule");
    expect(JSON.stringify(plain.properties("SweepFunctionRolePolicy"))).not.toMatch(/Job/);
    expect(plain.ofType("AWS::IAM::Role")).not.toContain("BatchJobRole");
    expect(JSON.stringify(plain.properties("ObjectCalledRule").EventPattern)).not.toContain("sessionIssuer");
  });

  test("have a role that updates objects in place, finds them and reports, and nothing else", () => {
    const { AssumeRolePolicyDocument } = hub.properties("BatchJobRole");
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [{ Principal: { Service: "batchoperations.s3.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    const { PolicyDocument } = hub.properties("BatchJobRolePolicy") as { PolicyDocument: { Statement: object[] } };
    const keys = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"];
    expect(PolicyDocument.Statement).toEqual([
      {
        Sid: "UpdateObjects",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:UpdateObjectEncryption"],
        Resource: `${ARN}:s3:::*/*`,
        Condition: own,
      },
      {
        Sid: "FindObjects",
        Effect: "Allow",
        Action: "s3:PutInventoryConfiguration",
        Resource: `${ARN}:s3:::*`,
        Condition: own,
      },
      {
        Sid: "ReEncryptThroughS3",
        Effect: "Allow",
        Action: keys,
        Resource: `${ARN}:kms:eu-west-1:${ACCOUNT}:key/*`,
        Condition: { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
      },
      { Sid: "Report", Effect: "Allow", Action: "s3:PutObject", Resource: "BatchReports.Arn/*" },
    ]);
  });

  test("report into a bucket of ours: encrypted, private, over TLS only, and emptied after 90 days", () => {
    const { LifecycleConfiguration, ...bucket } = hub.properties("BatchReports");
    expect(bucket).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
    });
    expect(LifecycleConfiguration).toMatchObject({ Rules: [{ ExpirationInDays: 90 }] });
    expect(JSON.stringify(hub.properties("BatchReportsPolicy"))).toContain("aws:SecureTransport");
  });

  test("are told once they end, by the sweep function, which can neither start nor move any", () => {
    expect(hub.properties("JobRule").EventPattern).toEqual({
      source: ["aws.s3"],
      account: [ACCOUNT],
      region: ["eu-west-1"],
      "detail-type": ["AWS Service Event via CloudTrail"],
      detail: {
        eventSource: ["s3.amazonaws.com"],
        eventName: ["JobStatusChanged"],
        serviceEventDetails: { status: ["Complete", "Failed", "Cancelled"] },
      },
    });
    const { PolicyDocument } = hub.properties("SweepFunctionRolePolicy") as {
      PolicyDocument: { Statement: { Sid: string }[] };
    };
    const statements = PolicyDocument.Statement.filter(({ Sid }) => Sid.includes("Jobs"));
    expect(statements).toEqual([
      {
        Sid: "SeeJobs",
        Effect: "Allow",
        Action: ["s3:DescribeJob", "s3:GetJobTagging"],
        Resource: `${ARN}:s3:eu-west-1:${ACCOUNT}:job/*`,
      },
      { Sid: "ListJobs", Effect: "Allow", Action: "s3:ListJobs", Resource: "*" },
      { Sid: "ReadReportsOfJobs", Effect: "Allow", Action: "s3:GetObject", Resource: "BatchReports.Arn/job-*" },
      {
        Sid: "RememberEndsOfJobs",
        Effect: "Allow",
        Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
        Resource: "Ledger.Arn",
        Condition: expect.objectContaining({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["JOB#*"] } }),
      },
    ]);
    expect(hub.properties("SweepFunction").Environment).toMatchObject({
      Variables: { BATCH_JOB_ROLE_ARN: "BatchJobRole.Arn", BATCH_REPORT_BUCKET: expect.anything() },
    });
  });

  test("wake nobody: the rule leaves out what their role writes, and nobody else's writes", () => {
    const { detail } = hub.properties("ObjectCalledRule").EventPattern as { detail: Record<string, unknown> };
    const issuer = (arn: unknown) => ({ sessionContext: { sessionIssuer: { arn: [arn] } } });
    expect(detail.userIdentity).toEqual({
      $or: [issuer({ "anything-but": ["BatchJobRole.Arn"] }), issuer({ exists: false })],
    });
    const { userIdentity: _, ...rest } = detail;
    expect(rest).toEqual((plain.properties("ObjectCalledRule").EventPattern as { detail: object }).detail);
  });
});
