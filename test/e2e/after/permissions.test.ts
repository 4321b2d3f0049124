import { beforeAll, describe, expect, inject, test } from "vitest";
import { STREAM_ACTIONS } from "#aws/policy/permissions";
import { POLLER_ACTIONS } from "#aws/sqs/permissions";
import { LOG_ACTIONS } from "../../../stacks/parts/grant.ts";
import {
  type Evidence,
  evidenceDirectory,
  evidenceLeft,
  evidenceOf,
  hubEvidence,
  ROLES,
  type Role,
} from "../../support/e2e/evidence.ts";
import { worldIn } from "../../support/e2e/org/world-file.ts";
import type { LoggedCall } from "../../support/local-aws/local-aws.ts";

/**
 * The deployed policies against the call logs of all end-to-end tests, which ran before this file,
 * in one sandbox or in several: every grant is used by a test, and no call of a function is
 * refused. Permissions that a call implies count as calls.
 */
let sandboxes: readonly Evidence[];

/**
 * Lambda's own calls with a function's role; the local AWS makes them internally, outside its call
 * log.
 */
const BY_LAMBDA: Readonly<Partial<Record<Role, readonly string[]>>> = {
  bucket: [...POLLER_ACTIONS, ...LOG_ACTIONS],
  object: [...POLLER_ACTIONS, ...LOG_ACTIONS],
  sweep: [...POLLER_ACTIONS, ...LOG_ACTIONS],
  backfill: [...POLLER_ACTIONS, ...LOG_ACTIONS],
  // The last one: a change of the policy table that the function cannot process.
  policy: [...STREAM_ACTIONS, ...LOG_ACTIONS, "sqs:SendMessage"],
};

/** Buckets that a service control policy of a test protects. */
const CONTROLLED = "e2e-controlled-";

/**
 * Permissions that AWS asks for and the local AWS does not: one of its own for an object named by
 * its version, and one for annotations, which a copy carries over.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const ONLY_AT_AWS: Readonly<Partial<Record<Role, readonly string[]>>> = {
  object: [
    "s3:ListBucketVersions",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectAnnotation",
    "s3:PutObjectAnnotation",
    "s3:ListObjectAnnotations",
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
  "s3:ListObjectVersions": "s3:ListBucketVersions",
  "s3:CopyObject": "s3:PutObject",
  "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:CreateMultipartUpload": "s3:PutObject",
  "s3:UploadPartCopy": "s3:PutObject",
  "s3:CompleteMultipartUpload": "s3:PutObject",
  "s3:ListParts": "s3:ListMultipartUploadParts",
  "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
  "sqs:SendMessageBatch": "sqs:SendMessage",
  "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
  "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
};

beforeAll(async () => {
  sandboxes = evidenceDirectory === undefined ? await ownEvidence() : await evidenceLeft(evidenceDirectory);
});

describe.each(ROLES)("the %s role", (role) => {
  test("was granted nothing that no end-to-end test uses", () => {
    expect(sandboxes.length).toBeGreaterThan(0);
    const used = new Set([...usedBy(role), ...(BY_LAMBDA[role] ?? []), ...(ONLY_AT_AWS[role] ?? [])]);
    for (const { roles } of sandboxes) {
      expect(roles[role].inline).toEqual([]);
      expect(roles[role].granted.length).toBeGreaterThan(0);
      expect(roles[role].granted.filter((action) => !used.has(action))).toEqual([]);
    }
  });

  test("did nothing that it was not granted", () => {
    const granted = new Set([...sandboxes.flatMap(({ roles }) => roles[role].granted), "sts:AssumeRole"]);
    expect([...usedBy(role)].filter((action) => !granted.has(action))).toEqual([]);
  });

  test("was refused nothing but what a test provoked", () => {
    const policies = sandboxes.flatMap(({ calls }) => calls).filter(({ api }) => api === "PutBucketPolicy");
    const forbidden = new Set(policies.flatMap(({ bucket }) => (bucket === null ? [] : [bucket])));
    const refused = callsOf(role).filter(
      (call) =>
        isDenied(call) &&
        !call.principal?.endsWith(BY_TESTS) &&
        // Into members without the role: those tests see what is told.
        call.api !== "AssumeRole" &&
        !forbidden.has(call.bucket ?? "") &&
        !call.bucket?.startsWith(CONTROLLED),
    );
    expect(refused.map(({ service, api, bucket, errorCode }) => ({ service, api, bucket, errorCode }))).toEqual([]);
  });
});

describe("the member role", () => {
  const calls = () =>
    sandboxes.flatMap((sandbox) =>
      sandbox.calls.filter(({ principal }) => principal?.includes(`:assumed-role/${sandbox.member?.name}/`)),
    );

  test("allows nothing that the hub did not do in some member, and the hub did nothing else", () => {
    const [{ granted = [] } = {}] = sandboxes.flatMap(({ member }) => (member === undefined ? [] : [member]));
    const used = actionsOf(calls());
    expect(granted.length).toBeGreaterThan(0);
    expect(granted.filter((action) => !used.has(action))).toEqual([]);
    expect([...used].filter((action) => !granted.includes(action))).toEqual([]);
  });
});

describe("the object plane", () => {
  const calledBy = (name: string | undefined) =>
    sandboxes.flatMap(({ calls }) =>
      calls.filter(({ principal }) => name !== undefined && principal?.includes(`:assumed-role/${name}/`)),
    );
  /** Of the function's sessions; those that a test opens to try the role have another name. */
  const own = (name: string | undefined) => calledBy(name).filter(({ principal }) => !principal?.endsWith(BY_TESTS));

  test("the hub's role for it allows nothing that it does not use, and is refused nothing", () => {
    const [plane] = sandboxes.flatMap((sandbox) => (sandbox.plane === undefined ? [] : [sandbox.plane]));
    const used = actionsOf(own(plane?.name));
    expect(plane?.granted.length).toBeGreaterThan(0);
    expect(plane?.granted.filter((action) => !used.has(action))).toEqual([]);
    expect([...used].filter((action) => !plane?.granted.includes(action))).toEqual([]);
    expect(own(plane?.name).filter(isDenied)).toEqual([]);
  });

  test("the function's role in a member allows nothing that neither it nor the hub's function uses", () => {
    const [objects] = sandboxes.flatMap((sandbox) => (sandbox.objects === undefined ? [] : [sandbox.objects]));
    const used = actionsOf(own(objects?.name));
    const same = [...used, ...usedBy("object"), ...(BY_LAMBDA.object ?? []), ...(ONLY_AT_AWS.object ?? [])];
    expect(objects?.granted.length).toBeGreaterThan(0);
    expect(objects?.granted.filter((action) => !same.includes(action))).toEqual([]);
    expect([...used].filter((action) => !objects?.granted.includes(action))).toEqual([]);
    expect(own(objects?.name).filter(isDenied)).toEqual([]);
  });
});

async function ownEvidence(): Promise<Evidence[]> {
  const world = await worldIn(inject("world"));
  const hub = world === null || "failed" in world ? [] : [await hubEvidence(world)];
  return [await evidenceOf(inject("sandbox")), ...hub];
}

function callsOf(role: Role): LoggedCall[] {
  return sandboxes.flatMap(({ calls, roles }) =>
    calls.filter(({ principal }) => principal?.includes(`:assumed-role/${roles[role].name}/`)),
  );
}

function isDenied({ errorCode }: LoggedCall): boolean {
  return /AccessDenied|AuthorizationError|NotAuthorized/.test(errorCode ?? "");
}

function usedBy(role: Role): Set<string> {
  return actionsOf(callsOf(role));
}

function actionsOf(calls: readonly LoggedCall[]): Set<string> {
  const done = calls.filter((call) => !isDenied(call));
  return new Set(
    done.flatMap(({ service, api, implied }) => [
      // A transaction is no action: those of its members are implied.
      ...(api === "TransactWriteItems" ? [] : [ACTIONS[`${service}:${api}`] ?? `${service}:${api}`]),
      ...implied,
    ]),
  );
}
