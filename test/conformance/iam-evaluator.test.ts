import { GenerateDataKeyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, test } from "vitest";
import { decideAccess, type Policies } from "#core/iam/decide";
import { type PolicyDocument, readDocument } from "#core/iam/document";
import type { Caller, RequestContext } from "#core/iam/request";
import type { Clients } from "../support/local-aws/clients.ts";
import { conformance } from "../support/local-aws/conformance.ts";
import { role, session } from "../support/local-aws/role.ts";
import { onAws } from "./s3-setting.ts";

// Our evaluator (core/iam) against that of the local AWS, through real calls: what one allows or
// refuses, the other must. Ours may say "unknown" only where a row says so. Not for AWS: what a
// request's condition keys are there (addresses, TLS) is not known here. Nor for the owner's root
// user, whom the local AWS lets do everything.

const aws = conformance();
const ALGORITHM = "s3:x-amz-server-side-encryption";
const KEY = `${ALGORITHM}-aws-kms-key-id`;
const Version = "2012-10-17";

interface Person {
  readonly name: string;
  readonly clients: Clients;
  readonly caller: Caller & { readonly kind: "principal" };
  readonly identity: readonly PolicyDocument[];
  readonly keys: RequestContext["keys"];
}

const world = {} as { bucket: string; key: string; guarded: string; people: readonly Person[] };

beforeAll(async () => {
  if (onAws) return;
  world.bucket = await aws.bucket();
  await aws.s3.send(new DeletePublicAccessBlockCommand({ Bucket: world.bucket }));
  [world.key, world.guarded] = [await aws.key(), await aws.key()];
  await aws.s3.send(new PutObjectCommand({ Bucket: world.bucket, Key: OBJECT, Body: "x" }));
  const all = { Effect: "Allow", Action: ["s3:*", "kms:*"], Resource: "*" };
  const keysOnly = { Effect: "Allow", Action: ["kms:Encrypt", "kms:GenerateDataKey"], Resource: world.key };
  world.people = [await user("alice", all), await user("bare", keysOnly), await worker(all)];
}, 120_000);

/** Statements about uploads, by what they say; `?`: ours may not know. */
const bucketPolicies: Readonly<Record<string, () => readonly object[]>> = {
  "nothing about uploads": () => [allow({ Action: "s3:DeleteObject", Principal: "*" })],
  "everybody may upload": () => [allow({ Principal: "*" })],
  "every account may upload": () => [allow({ Principal: { AWS: "*" } })],
  "the account may upload": () => [allow({ Principal: { AWS: aws.account } })],
  "a user may upload": () => [allow({ Principal: { AWS: arnOf("bare") } })],
  "a role may upload": () => [allow({ Principal: { AWS: roleArn() } })],
  "a service may upload": () => [allow({ Principal: { Service: "logging.s3.amazonaws.com" } })],
  "everybody is denied": () => [deny({})],
  "the account is denied": () => [deny({ Principal: { AWS: `arn:aws:iam::${aws.account}:root` } })],
  "a user is denied": () => [deny({ Principal: { AWS: [arnOf("alice")] } })],
  "a role is denied": () => [deny({ Principal: { AWS: roleArn() } })],
  "all but the role are denied, by condition": () => [
    deny({ Condition: { ArnNotEquals: { "aws:PrincipalArn": roleArn() } } }),
  ],
  "all but a user are denied?": () => [
    { ...deny({}), Principal: undefined, NotPrincipal: { AWS: [arnOf("alice"), aws.account] } },
  ],
  "another place is denied": () => [deny({ Resource: `arn:aws:s3:::${world.bucket}/other/*` })],
  "a prefix is denied": () => [deny({ Resource: `arn:aws:s3:::${world.bucket}/a*` })],
  "another prefix in another case is denied": () => [deny({ Resource: `arn:aws:s3:::${world.bucket}/A*` })],
  "everything but a prefix is denied": () => [
    { ...deny({}), Resource: undefined, NotResource: `arn:aws:s3:::${world.bucket}/a/*` },
  ],
  "everything but reading is denied": () => [
    { ...deny({}), Action: undefined, NotAction: ["s3:Get*", "s3:PutBucketPolicy"] },
  ],
  "an action in another case is denied": () => [deny({ Action: "S3:putOBJECT" })],
  "uploads without a header are denied": () => [deny({ Condition: { Null: { [ALGORITHM]: "true" } } })],
  "uploads with another header are denied": () => [
    deny({ Condition: { StringNotEquals: { [ALGORITHM]: "aws:kms" } } }),
  ],
  "headers that are not SSE-S3 are denied": () => [
    deny({ Condition: { Null: { [ALGORITHM]: "false" }, StringNotEquals: { [ALGORITHM]: "AES256" } } }),
  ],
  "IfExists does not spare them": () => [deny({ Condition: { StringNotEqualsIfExists: { [ALGORITHM]: "aws:kms" } } })],
  "IfExists allows what has none": () => [
    allow({ Principal: "*", Condition: { StringEqualsIfExists: { [ALGORITHM]: "aws:kms" } } }),
  ],
  "other keys are denied": () => [deny({ Condition: { ArnNotEqualsIfExists: { [KEY]: world.key } } })],
  "keys by a pattern are denied": () => [deny({ Condition: { ArnLike: { [KEY]: "arn:aws:kms:*:*:key/*" } } })],
  "algorithms by a pattern are denied": () => [deny({ Condition: { StringLike: { [ALGORITHM]: "aws:*" } } })],
  "algorithms whatever their case are denied": () => [
    deny({ Condition: { StringEqualsIgnoreCase: { [ALGORITHM]: "aes256" } } }),
  ],
  "a set of algorithms is allowed": () => [
    allow({ Principal: "*", Condition: { "ForAnyValue:StringEquals": { [ALGORITHM]: ["AES256", "aws:kms"] } } }),
  ],
  "no others than a set are allowed": () => [
    allow({ Principal: "*", Condition: { "ForAllValues:StringEquals": { [ALGORITHM]: ["AES256"] } } }),
  ],
  "any value that differs is denied": () => [
    deny({ Condition: { "ForAnyValue:StringNotEquals": { [ALGORITHM]: "AES256" } } }),
  ],
  "an address is denied": () => [deny({ Condition: { IpAddress: { "aws:SourceIp": "127.0.0.0/8" } } })],
  "other addresses are denied": () => [
    deny({ Condition: { NotIpAddress: { "aws:SourceIp": ["127.0.0.1", "10.0.0.0/8"] } } }),
  ],
  "an address of the other kind is denied": () => [deny({ Condition: { IpAddress: { "aws:SourceIp": "::/0" } } })],
  "a user's name is denied": () => [deny({ Condition: { StringEquals: { "aws:username": nameOf("alice") } } })],
  "who has no name is denied": () => [deny({ Condition: { Null: { "AWS:UserName": true } } })],
  "an operator that nobody knows denies?": () => [deny({ Condition: { StringSounds: { [ALGORITHM]: "AES256" } } })],
  "two conditions deny together": () => [
    deny({ Condition: { StringEquals: { "aws:username": nameOf("alice"), [ALGORITHM]: "AES256" } } }),
  ],
  "one of two statements denies": () => [
    allow({ Principal: "*" }),
    deny({ Condition: { StringEquals: { [ALGORITHM]: "AES256" } } }),
  ],
};

describe.skipIf(onAws)("a bucket policy means the same to both:", () => {
  test.each(Object.keys(bucketPolicies))("%s", async (name) => {
    const Statement = bucketPolicies[name]?.() ?? [];
    const text = JSON.stringify({ Version, Statement });
    await aws.s3.send(new PutBucketPolicyCommand({ Bucket: world.bucket, Policy: text }));
    const resource = readDocument(text);
    const differ: string[] = [];
    await Promise.all(
      world.people.flatMap((person) =>
        Object.entries(uploads()).map(async ([what, { more, keys }]) => {
          const upload = new PutObjectCommand({ Bucket: world.bucket, Key: OBJECT, Body: "x", ...more });
          const theirs = await outcome(person.clients.s3.send(upload));
          const policies = { identity: person.identity, resource, kind: "bucket", owner: aws.account } as const;
          compare(differ, name, `${person.name} uploads ${what}`, theirs, ours(policies, person, "s3:PutObject", keys));
        }),
      ),
    );
    const url = `${await endpoint()}/${world.bucket}/${OBJECT}`;
    const anonymous = (await fetch(url, { method: "PUT", body: "x" })).ok ? "allow" : "refuse";
    const nobody = { kind: "anonymous" } as const;
    const keys = { ...PLACE, [ALGORITHM]: null, [KEY]: null, "aws:username": null };
    const request = {
      action: "s3:PutObject",
      resource: objectArn(),
      caller: nobody,
      context: { keys, isWhole: false },
    };
    const { kind } = decideAccess({ identity: [], resource, kind: "bucket", owner: aws.account }, request);
    // Nobody without credentials has a name or an ARN; what AWS makes of that is not asked here.
    if (kind !== "unknown") compare(differ, name, "anonymous uploads", anonymous, kind);
    expect(differ).toEqual([]);
  });
});

const usable = ["kms:GenerateDataKey", "kms:Encrypt"];
/** The key's owner keeps the right to change the policy, or KMS would not take it. */
const keyPolicies: Readonly<Record<string, () => readonly object[]>> = {
  "the account may use it": () => [keyAllow({})],
  "nobody may use it": () => [],
  "a user may use it": () => [keyAllow({ Principal: { AWS: arnOf("bare") } })],
  "a role may use it": () => [keyAllow({ Principal: { AWS: roleArn() } })],
  "everybody may use it": () => [keyAllow({ Principal: "*" })],
  "everybody of the account may use it": () => [
    keyAllow({ Principal: "*", Condition: { StringEquals: { "kms:CallerAccount": aws.account } } }),
  ],
  "it may be used through S3": () => [
    keyAllow({ Principal: "*", Condition: { StringEquals: { "kms:ViaService": `s3.${aws.region}.amazonaws.com` } } }),
  ],
  "it may be used for a bucket": () => [
    keyAllow({ Principal: "*", Condition: { StringEquals: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b" } } }),
  ],
  "it may be used for objects": () => [
    keyAllow({ Principal: "*", Condition: { StringLike: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b/*" } } }),
  ],
  "it may not be used for objects": () => [
    keyAllow({}),
    {
      ...keyAllow({
        Principal: "*",
        Condition: { StringLike: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b/*" } },
      }),
      Effect: "Deny",
    },
  ],
  "a user may not use it": () => [
    keyAllow({}),
    { ...keyAllow({ Principal: { AWS: arnOf("alice") } }), Effect: "Deny" },
  ],
};

describe.skipIf(onAws)("a key policy means the same to both:", () => {
  test.each(Object.keys(keyPolicies))("%s", async (name) => {
    const owner = { AWS: `arn:aws:iam::${aws.account}:root` };
    const administration = ["kms:PutKeyPolicy", "kms:DescribeKey", "kms:ScheduleKeyDeletion"];
    const keep = { Sid: "Keep", Effect: "Allow", Principal: owner, Action: administration, Resource: "*" };
    const text = JSON.stringify({ Version, Statement: [keep, ...(keyPolicies[name]?.() ?? [])] });
    await aws.kms.send(new PutKeyPolicyCommand({ KeyId: world.guarded, Policy: text }));
    const resource = readDocument(text);
    const differ: string[] = [];
    await Promise.all(
      world.people.flatMap((person) =>
        [undefined, "arn:aws:s3:::b", "arn:aws:s3:::b/a"].map(async (s3Arn) => {
          const EncryptionContext = s3Arn === undefined ? undefined : { "aws:s3:arn": s3Arn };
          const use = new GenerateDataKeyCommand({ KeyId: world.guarded, KeySpec: "AES_256", EncryptionContext });
          const theirs = await outcome(person.clients.kms.send(use));
          const keys = { "kms:encryptioncontext:aws:s3:arn": s3Arn ?? null, "kms:calleraccount": aws.account };
          const policies = { identity: person.identity, resource, kind: "key", owner: aws.account } as const;
          compare(
            differ,
            name,
            `${person.name} for ${s3Arn}`,
            theirs,
            ours(policies, person, "kms:GenerateDataKey", keys),
          );
        }),
      ),
    );
    expect(differ).toEqual([]);
  });
});

test.skipIf(onAws)("reading is another action than writing", async () => {
  const Statement = [deny({}), allow({ Principal: { AWS: arnOf("bare") }, Action: "s3:GetObject" })];
  const Policy = JSON.stringify({ Version, Statement });
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket: world.bucket, Policy }));
  for (const person of world.people) {
    const read = new GetObjectCommand({ Bucket: world.bucket, Key: OBJECT });
    const policies = {
      identity: person.identity,
      resource: readDocument(Policy),
      kind: "bucket",
      owner: aws.account,
    } as const;
    const said = sideOf(ours(policies, person, "s3:GetObject", {}));
    expect([person.name, await outcome(person.clients.s3.send(read))]).toEqual([person.name, said]);
  }
});

// --- internal ---

const OBJECT = "a/b.txt";
const PLACE = { "aws:sourceip": "127.0.0.1" };

type Outcome = "allow" | "refuse";

function allow(more: object): object {
  return { Sid: "A", Effect: "Allow", Action: "s3:PutObject", Resource: objectArn(), ...more };
}

function deny(more: object): object {
  return { Sid: "D", Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: objectArn(), ...more };
}

function keyAllow(more: object): object {
  return { Effect: "Allow", Principal: { AWS: aws.account }, Action: usable, Resource: "*", ...more };
}

function objectArn(): string {
  return `arn:aws:s3:::${world.bucket}/${OBJECT}`;
}

function person(name: string): Person {
  return world.people.find((each) => each.name === name) as Person;
}

function arnOf(name: string): string {
  return person(name).caller.arn;
}

function nameOf(name: string): string {
  return arnOf(name).split("/").at(-1) ?? "";
}

function roleArn(): string {
  return String(person("worker").keys["aws:principalarn"]);
}

/** Uploads by their headers, and what the condition keys are then; the default is SSE-S3. */
function uploads(): Readonly<Record<string, { more: Partial<PutObjectCommandInput>; keys: RequestContext["keys"] }>> {
  const kms = (SSEKMSKeyId: string) => ({ ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId });
  const keys = (algorithm: string | null, key: string | null) => ({ [ALGORITHM]: algorithm, [KEY]: key });
  return {
    plainly: { more: {}, keys: keys(null, null) },
    "as AES256": { more: { ServerSideEncryption: "AES256" }, keys: keys("AES256", null) },
    "under the key": { more: kms(world.key), keys: keys("aws:kms", world.key) },
  };
}

function ours(policies: Policies, { caller, keys: own }: Person, action: string, keys: RequestContext["keys"]) {
  const resource = policies.kind === "key" ? world.guarded : objectArn();
  const context = { keys: { ...PLACE, ...own, ...keys }, isWhole: true };
  return decideAccess(policies, { action, resource, caller, context }).kind;
}

function sideOf(kind: string): string {
  return kind === "deny" || kind === "none" ? "refuse" : kind;
}

function compare(differ: string[], name: string, what: string, theirs: Outcome, kind: string): void {
  const isAgreed = kind === "unknown" ? name.endsWith("?") : sideOf(kind) === theirs;
  if (!isAgreed) differ.push(`${what}: the local AWS says ${theirs}, we say ${kind}`);
}

async function outcome(call: Promise<unknown>): Promise<Outcome> {
  try {
    await call;
    return "allow";
  } catch (error) {
    if (error instanceof Error && error.name.startsWith("AccessDenied")) return "refuse";
    throw error;
  }
}

async function endpoint(): Promise<string> {
  const at = await aws.s3.config.endpoint?.();
  return `http://${at?.hostname}:${at?.port}`;
}

async function user(name: string, statement: object): Promise<Person> {
  const { arn, name: username, ...clients } = await aws.otherUser([statement]);
  return {
    name,
    clients,
    caller: { kind: "principal", arn, account: aws.account },
    identity: [readDocument(JSON.stringify({ Version, Statement: statement }))],
    keys: { "aws:principalarn": arn, "aws:username": username },
  };
}

async function worker(statement: object): Promise<Person> {
  const arn = await role(aws, [statement]);
  const clients = await session(aws, arn);
  const { Arn = "" } = await clients.sts.send(new GetCallerIdentityCommand({}));
  return {
    name: "worker",
    clients,
    caller: { kind: "principal", arn: Arn, account: aws.account },
    identity: [readDocument(JSON.stringify({ Version, Statement: statement }))],
    keys: { "aws:principalarn": arn, "aws:username": null },
  };
}
