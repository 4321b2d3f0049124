import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

/**
 * IAM's names where they differ from the call's; none: the call needs no permission.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "s3:GetBucketEncryption": ["s3:GetEncryptionConfiguration"],
  "s3:PutBucketEncryption": ["s3:PutEncryptionConfiguration"],
  "s3:GetBucketNotificationConfiguration": ["s3:GetBucketNotification"],
  "s3:PutBucketNotificationConfiguration": ["s3:PutBucketNotification"],
  "s3:HeadObject": ["s3:GetObject"],
  "s3:HeadBucket": ["s3:ListBucket"],
  "s3:ListBuckets": ["s3:ListAllMyBuckets"],
  "s3:ListObjectVersions": ["s3:ListBucketVersions"],
  "s3:CopyObject": ["s3:GetObject", "s3:PutObject"],
  "s3:GetBucketReplication": ["s3:GetReplicationConfiguration"],
  "s3:GetPublicAccessBlock": ["s3:GetBucketPublicAccessBlock"],
  "s3:CreateMultipartUpload": ["s3:PutObject"],
  "s3:UploadPartCopy": ["s3:PutObject", "s3:GetObject"],
  "s3:CompleteMultipartUpload": ["s3:PutObject"],
  "s3:ListParts": ["s3:ListMultipartUploadParts"],
  "s3:ListMultipartUploads": ["s3:ListBucketMultipartUploads"],
  "sqs:SendMessageBatch": ["sqs:SendMessage"],
  "sqs:ChangeMessageVisibilityBatch": ["sqs:ChangeMessageVisibility"],
  "dynamodb:TransactWriteItems": ["dynamodb:PutItem"],
  "sts:GetCallerIdentity": [],
};

/** The same where S3 Control is asked, about an account. */
const OF_ACCOUNT: typeof ACTIONS = { "s3:GetPublicAccessBlock": ["s3:GetAccountPublicAccessBlock"] };

/** Calls that people make through the CLI with their own rights; no role of ours has them. */
const BY_PEOPLE: Readonly<Record<string, readonly string[]>> = {
  "cloudtrail/trails.ts": ["cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors"],
  "events/bus.ts": ["events:DescribeEventBus"],
  "events/rule.ts": ["events:DescribeRule", "events:ListTargetsByRule"],
  "iam/role.ts": ["iam:GetRole"],
  "lambda/account.ts": ["lambda:GetAccountSettings"],
  "lambda/function.ts": [
    "lambda:GetFunctionConfiguration",
    "lambda:GetFunctionRecursionConfig",
    "lambda:ListEventSourceMappings",
  ],
  "organizations/organization.ts": ["organizations:DescribeOrganization"],
  "s3/bucket-region.ts": ["s3:ListBucket"],
  "canary/bucket.ts": ["s3:CreateBucket", "s3:PutBucketTagging", "s3:DeleteBucket", "s3:GetBucketTagging"],
  "s3/list-buckets.ts": ["s3:ListAllMyBuckets"],
  "s3control/create-job.ts": ["s3:CreateJob"],
  "s3control/put-manifest.ts": ["s3:PutObject"],
  "s3control/update-job.ts": ["s3:UpdateJobStatus"],
  "sns/subscriptions.ts": ["sns:ListSubscriptionsByTopic"],
  "sqs/queue-settings.ts": ["sqs:GetQueueAttributes"],
  "ssm/deployment.ts": ["ssm:GetParametersByPath"],
  "ssm/member-objects.ts": ["ssm:GetParameter"],
  "ssm/pause.ts": ["ssm:PutParameter", "ssm:DeleteParameter"],
};

/** Calls that people make as well, through the CLI, beside a role of ours. */
const ALSO_BY_PEOPLE: typeof BY_PEOPLE = {
  "ledger/pages.ts": ["dynamodb:Query"],
  "s3control/describe-job.ts": ["s3:DescribeJob"],
  "s3control/job-report.ts": ["s3:GetObject"],
  "s3control/job-tagging.ts": ["s3:GetJobTagging"],
  "s3control/list-jobs.ts": ["s3:ListJobs"],
  "sts/assume-role.ts": ["sts:AssumeRole"],
};

/** Services that no role of ours calls. */
const ONLY_PEOPLE: readonly string[] = ["canary", "cloudtrail", "events", "history", "iam", "lambda"];

/** No calls: the template of what is deployed into member accounts. */
const ONLY_TEMPLATE: readonly string[] = ["member"];

/** No calls of their own: how the calls of other folders are made. */
const WITHOUT_CALLS: readonly string[] = ["lanes", "objects", "once"];

/** What Lambda itself calls with a function's role. */
const ONLY_LAMBDA: readonly string[] = ["xray"];

const folder = (path: string) => new URL(`../../aws/${path}`, import.meta.url);
const read = (path: string) => readFileSync(folder(path), "utf8");
const services = readdirSync(folder(""), { withFileTypes: true }).flatMap((each) =>
  each.isDirectory() ? each.name : [],
);
const callers = services.flatMap((service) =>
  filesOf(service).flatMap((file) => {
    const byPeople = BY_PEOPLE[`${service}/${file}`] ?? [];
    const actions = actionsOf(read(`${service}/${file}`)).filter((action) => !byPeople.includes(action));
    return actions.length === 0 ? [] : [[service, file, actions] as const];
  }),
);

test("the files of every service's calls are found", () => {
  expect(callers.length).toBeGreaterThan(25);
  expect(
    new Set([
      ...callers.map(([service]) => service),
      ...ONLY_PEOPLE,
      ...ONLY_TEMPLATE,
      ...ONLY_LAMBDA,
      ...WITHOUT_CALLS,
    ]),
  ).toEqual(new Set(services));
});

describe.each(callers)("aws/%s/%s", (service, file, actions) => {
  const permissions = read(`${service}/permissions.ts`);

  test("is named in the permissions beside it", () => {
    expect(permissions).toMatch(new RegExp(`\\b${file.replace(".", "\\.")}`));
  });

  test.each(actions)("has a permission for %s", (action) => {
    expect(permissions).toContain(`"${action}"`);
  });
});

test.each(
  Object.entries({ ...BY_PEOPLE, ...ALSO_BY_PEOPLE }).flatMap(([file, actions]) =>
    actions.map((action) => [file, action] as const),
  ),
)("%s calls %s, which the table of what people need names", (file, action) => {
  const page = readFileSync(new URL("../../docs/deploy.md", import.meta.url), "utf8");
  expect(actionsOf(read(file))).toContain(action);
  expect(page).toContain(`\`${action}\``);
});

/** What is directly in a folder: a folder in it has no calls of its own. */
function filesOf(service: string): string[] {
  const inside = readdirSync(folder(service), { withFileTypes: true });
  return inside.filter((each) => each.isFile()).map(({ name }) => name);
}

/** The permissions that the calls in a file need. */
function actionsOf(source: string): string[] {
  const named = /from "@aws-sdk\/client-([a-z0-9-]+)"/.exec(source)?.[1];
  // IAM knows EventBridge by the name it had first, and S3 Control as S3.
  const names: Readonly<Record<string, string>> = { eventbridge: "events", "s3-control": "s3" };
  const client = named && (names[named] ?? named);
  const calls = [...source.matchAll(/new ([A-Z][A-Za-z]+)Command\(/g)].map(([, call]) => `${client}:${call}`);
  const isOfAccount = source.includes('"askS3Control"');
  return [...new Set(calls.flatMap((call) => (isOfAccount && OF_ACCOUNT[call]) || (ACTIONS[call] ?? [call])))];
}
