import { readFile } from "node:fs/promises";
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { beforeAll, describe, expect, test } from "vitest";
import { STREAM_ACTIONS } from "#aws/policy/permissions";
import { POLLER_ACTIONS } from "#aws/sqs/permissions";
import { LOG_ACTIONS } from "../../../stacks/parts/grant.ts";
import { story } from "../../support/e2e/story.ts";
import type { LoggedCall } from "../../support/local-aws/local-aws.ts";

/**
 * The deployed policies against the call log of all end-to-end tests, which ran in the same sandbox
 * before this file: every grant is used by a test, and no call of a function is refused.
 * Permissions that a call implies count as calls.
 */
const e2e = story();
let calls: readonly LoggedCall[];
let roles: Readonly<Record<string, string>>;

/**
 * Lambda's own calls with a function's role; the local AWS makes them internally, outside its call
 * log.
 */
const BY_LAMBDA: Readonly<Record<string, readonly string[]>> = {
  bucket: [...POLLER_ACTIONS, ...LOG_ACTIONS],
  object: [...POLLER_ACTIONS, ...LOG_ACTIONS],
  sweep: [...POLLER_ACTIONS, ...LOG_ACTIONS],
  // The last one: a change of the policy table that the function cannot process.
  policy: [...STREAM_ACTIONS, ...LOG_ACTIONS, "sqs:SendMessage"],
};

/**
 * Permissions that AWS asks for and the local AWS does not: one of its own for an object named by
 * its version, and one for annotations, which a copy carries over.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const ONLY_AT_AWS: Readonly<Record<string, readonly string[]>> = {
  object: [
    "s3:ListBucketVersions",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectAnnotation",
    "s3:PutObjectAnnotation",
  ],
};

/** Sessions that tests open to try what a role may not do; the product's own have other names. */
const BY_TESTS = "/e2e";

/**
 * IAM's names where they differ from the call's.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html,
 * list_amazonsqs.html; of a transaction (the ledger's only puts items) DynamoDB asks for what its
 * members do:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const ACTIONS: Readonly<Record<string, string>> = {
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:HeadObject": "s3:GetObject",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:ListBuckets": "s3:ListAllMyBuckets",
  "s3:CopyObject": "s3:PutObject",
  "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
  "sqs:SendMessageBatch": "sqs:SendMessage",
  "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
  "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
};

beforeAll(async () => {
  const { sandbox, root } = e2e;
  const lines = (await readFile(sandbox.callLog, "utf8")).split("\n").filter((line) => line !== "");
  calls = lines.map((line) => JSON.parse(line) as LoggedCall);
  const Name = `/bucketseal/${sandbox.stage}/deployment`;
  const { Parameter } = await root.ssm.send(new GetParameterCommand({ Name }));
  const deployment = JSON.parse(Parameter?.Value ?? "{}") as Record<string, string>;
  roles = {
    bucket: nameOf(deployment.bucketRoleArn),
    policy: nameOf(deployment.policyRoleArn),
    push: nameOf(deployment.pushRoleArn),
    operator: nameOf(deployment.operatorRoleArn),
    redrive: nameOf(deployment.redriveRoleArn),
    object: nameOf(deployment.objectRoleArn),
    "object redrive": nameOf(deployment.objectRedriveRoleArn),
    sweep: nameOf(deployment.sweepRoleArn),
    start: nameOf(deployment.startRoleArn),
  };
});

const ROLES = ["bucket", "policy", "push", "operator", "redrive", "object", "object redrive", "sweep", "start"];

describe.each(ROLES)("the %s role", (role) => {
  test("was granted nothing that no end-to-end test uses", async () => {
    const granted = await grantedTo(roles[role] ?? "");
    expect(granted.length).toBeGreaterThan(0);
    const used = new Set([...usedBy(roles[role] ?? ""), ...(BY_LAMBDA[role] ?? []), ...(ONLY_AT_AWS[role] ?? [])]);
    expect(granted.filter((action) => !used.has(action))).toEqual([]);
  });

  test("did nothing that it was not granted", async () => {
    const granted = new Set([...(await grantedTo(roles[role] ?? "")), "sts:AssumeRole"]);
    expect([...usedBy(roles[role] ?? "")].filter((action) => !granted.has(action))).toEqual([]);
  });

  test("was refused nothing but what a test provoked", () => {
    const policies = calls.filter(({ api, bucket }) => api === "PutBucketPolicy" && bucket !== null);
    const forbidden = new Set(policies.map(({ bucket }) => bucket));
    const refused = callsOf(roles[role] ?? "").filter(
      (call) => isDenied(call) && !call.principal?.endsWith(BY_TESTS) && !forbidden.has(call.bucket),
    );
    expect(refused.map(({ service, api, bucket, errorCode }) => ({ service, api, bucket, errorCode }))).toEqual([]);
  });
});

function nameOf(arn: string | undefined): string {
  return arn?.split("/").at(-1) ?? "";
}

function callsOf(role: string): LoggedCall[] {
  return calls.filter(({ principal }) => principal?.includes(`:assumed-role/${role}/`));
}

function isDenied({ errorCode }: LoggedCall): boolean {
  return /AccessDenied|AuthorizationError|NotAuthorized/.test(errorCode ?? "");
}

function usedBy(role: string): Set<string> {
  const done = callsOf(role).filter((call) => !isDenied(call));
  return new Set(
    done.flatMap(({ service, api, implied }) => [
      // A transaction is no action: those of its members are implied.
      ...(api === "TransactWriteItems" ? [] : [ACTIONS[`${service}:${api}`] ?? `${service}:${api}`]),
      ...implied,
    ]),
  );
}

async function grantedTo(RoleName: string): Promise<string[]> {
  const { iam } = e2e.root;
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  expect(PolicyNames).toEqual([]);
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const statements = await Promise.all(
    AttachedPolicies.map(async ({ PolicyArn }) => {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      const version = new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId });
      const { PolicyVersion } = await iam.send(version);
      const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "{}")) as {
        Statement: { Action: string | string[] }[];
      };
      return document.Statement;
    }),
  );
  return [...new Set(statements.flat().flatMap(({ Action }) => [Action].flat()))].sort();
}
