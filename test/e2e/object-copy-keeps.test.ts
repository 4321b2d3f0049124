import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectAclCommand,
  GetObjectAnnotationCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  PutBucketPolicyCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  UpdateObjectEncryptionCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import {
  bytesOf,
  control,
  headOf,
  objectsReported,
  objectWrites,
  policyKnown,
  settledBucket,
  version,
} from "../support/e2e/objects.ts";
import { callsOn, nameOf, newBucket, story } from "../support/e2e/story.ts";

/**
 * What a copy keeps, each attribute by itself and all at once, and what stops it: a missing
 * permission for any of them.
 */
const e2e = story();
const { alice, sandbox } = e2e;
let alerts: Alerts;

beforeAll(async () => {
  [alerts] = await Promise.all([listen(e2e), policyKnown()]);
});

type Upload = Partial<PutObjectCommandInput>;

const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
const SIGNED_IN = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

/** One attribute each. */
const attributes: Readonly<Record<string, Upload>> = {
  "content type": { ContentType: "text/plain; charset=utf-8" },
  "cache control": { CacheControl: "max-age=60, must-revalidate" },
  "content disposition": { ContentDisposition: `attachment; filename="a b.txt"` },
  "content encoding": { ContentEncoding: "gzip" },
  "content language": { ContentLanguage: "de-CH, en" },
  expires: { Expires: new Date(Date.UTC(2031, 1, 3, 4, 5, 6)) },
  "user metadata": { Metadata: { project: "x", "with-dash": "a, b;c", empty: "" } },
  "user metadata beyond ASCII": { Metadata: { city: "=?UTF-8?B?WsO8cmljaCDwn5SS?=", raw: utf8("Zürich") } },
  tags: { Tagging: "team=a%2Bb%20c&Stra%C3%9Fe=%2F%3D&empty=" },
  "infrequent access": { StorageClass: "STANDARD_IA" },
  "one zone": { StorageClass: "ONEZONE_IA" },
  "intelligent tiering": { StorageClass: "INTELLIGENT_TIERING" },
  "instant retrieval": { StorageClass: "GLACIER_IR" },
  "redirect within the website": { WebsiteRedirectLocation: "/there/%C3%BC?a=b" },
  "redirect elsewhere": { WebsiteRedirectLocation: "https://example.com/a+b" },
  "CRC32 checksum": { ChecksumAlgorithm: "CRC32" },
  "SHA-1 checksum": { ChecksumAlgorithm: "SHA1" },
  "SHA-256 checksum": { ChecksumAlgorithm: "SHA256" },
};

const granted: Upload = {
  GrantFullControl: `uri="${SIGNED_IN}"`,
  GrantRead: `uri="${ALL_USERS}", uri="${SIGNED_IN}"`,
  GrantReadACP: `uri="${SIGNED_IN}"`,
  GrantWriteACP: `uri="${ALL_USERS}"`,
};

/** Attributes that need a bucket with ACLs. */
const grants: Readonly<Record<string, Upload>> = {
  "a canned ACL": { ACL: "public-read" },
  "a grant to a group": { GrantRead: `uri="${SIGNED_IN}"`, GrantReadACP: `uri="${ALL_USERS}"` },
  "grants of every kind": granted,
};

const everything: Upload = Object.assign({}, ...Object.values(attributes));

describe.concurrent.each([
  ["without ACLs", "unversioned", undefined, {}],
  ["with ACLs", "versioned", "ObjectWriter", grants],
] as const)("in a bucket %s, %s", (_, state, ObjectOwnership, more) => {
  test("a copy keeps everything that is set on an object", async () => {
    const ownership = ObjectOwnership === undefined ? {} : { ObjectOwnership };
    const Bucket = await settledBucket(e2e, "objcopy", false, ownership);
    // Under no rule: objects set up there stay as they were written.
    const twin = nameOf("twin");
    await alice.s3.send(new CreateBucketCommand({ Bucket: twin, ...ownership }));
    for (const each of ObjectOwnership === undefined ? [] : [Bucket, twin]) {
      await alice.s3.send(new DeletePublicAccessBlockCommand({ Bucket: each }));
    }
    await version(alice, Bucket, state);
    const uploads = {
      ...attributes,
      ...more,
      everything: ObjectOwnership === undefined ? everything : { ...everything, ...granted },
      nothing: {},
    };
    const keys = Object.keys(uploads);
    await Promise.all(
      Object.entries(uploads).map(async ([Key, upload]) => {
        const written = { Key, Body: `of ${Key}`, ServerSideEncryption: "AES256", ...upload } as const;
        await alice.s3.send(new PutObjectCommand({ ...written, Bucket: twin }));
        await alice.s3.send(new PutObjectCommand({ ...written, Bucket }));
      }),
    );
    await objectsReported(alerts, Bucket, "changed", keys.length);
    for (const key of keys) {
      expect(await headOf(alice, Bucket, key)).toMatchObject({ ServerSideEncryption: "aws:kms:dsse" });
      expect(await setOn(Bucket, key), key).toEqual(await setOn(twin, key));
      expect(await bytesOf(alice, Bucket, key)).toBe(`of ${key}`);
    }
    const calls = await callsOn(e2e, Bucket);
    for (const key of keys) {
      const made = calls.filter((call) => call.key === key && call.function === sandbox.functions.object);
      const ofAcls = ObjectOwnership === undefined ? [] : ["GetObjectAcl"];
      expect(made.map(({ api }) => api)).toEqual(["HeadObject", "HeadObject", ...ofAcls, "CopyObject", "HeadObject"]);
    }
    // About its key too, though the call log has it as a call on the bucket.
    expect(calls.filter(({ api }) => api === "ListMultipartUploads")).toHaveLength(keys.length);
  });
});

test.concurrent("a copy keeps the annotations of an object", async () => {
  const Bucket = await newBucket(alice, "objaes");
  const named = { Bucket, Key: "annotated", AnnotationName: "note" };
  await alice.s3.send(new PutObjectCommand({ ...named, Body: "x", ServerSideEncryption: "AES256" }));
  await alice.s3.send(new PutObjectAnnotationCommand({ ...named, AnnotationPayload: "kept" }));
  const SSEKMS = { KMSKeyArn: sandbox.keyArn, BucketKeyEnabled: true };
  await alice.s3.send(new UpdateObjectEncryptionCommand({ ...named, ObjectEncryption: { SSEKMS } }));
  await objectsReported(alerts, Bucket, "changed");
  // One copy, or two where the object was repaired between its put and its update.
  const writes = await objectWrites(e2e, Bucket);
  expect(new Set(writes.map(({ api, status }) => `${api} ${status}`))).toEqual(new Set(["CopyObject 200"]));
  const { AnnotationPayload: note } = await alice.s3.send(new GetObjectAnnotationCommand(named));
  expect(await note?.transformToString()).toBe("kept");
});

describe.concurrent("an object that is too large for one copy", () => {
  const Key = "large";
  const LIMIT = 12 * 1024 ** 2;
  // S3 returns what is not ASCII encoded, and the local AWS as it was sent.
  const Metadata = { project: "x", "with-dash": "a, b;c", empty: "", city: "=?UTF-8?B?WsO8cmljaCDwn5SS?=" };
  const sse = { ServerSideEncryption: "AES256" } as const;
  const large = { ...everything, Key, Body: Buffer.alloc(LIMIT + 1, "x"), Metadata, ...sse };

  test("is copied in parts, and keeps everything that is set on it", async () => {
    const [Bucket, twin] = [await settledBucket(e2e, "objparts"), await newBucket(alice, "twin")];
    await control(e2e, "copy-limit", { bucket: Bucket, bytes: `${LIMIT}` });
    await version(alice, Bucket, "versioned");
    // Of an upload in parts only a CRC can be one of the whole object.
    const upload = { ...large, ChecksumAlgorithm: "CRC32" } as const;
    for (const each of [twin, Bucket]) await alice.s3.send(new PutObjectCommand({ ...upload, Bucket: each }));
    await objectsReported(alerts, Bucket, "changed");
    const after = await headOf(alice, Bucket, Key);
    expect([after.ServerSideEncryption, after.SSEKMSKeyId]).toEqual(["aws:kms:dsse", sandbox.keyArn]);
    expect(await setOn(Bucket, Key)).toEqual(await setOn(twin, Key));
    expect(await bytesOf(alice, Bucket, Key)).toBe(await bytesOf(alice, twin, Key));
    const writes = (await callsOn(e2e, Bucket)).filter((call) => call.function === sandbox.functions.object);
    const made = writes.filter(({ api }) => /Upload|CopyObject/.test(api)).map(({ api }) => api);
    const whole = ["ListMultipartUploads", "CreateMultipartUpload", "UploadPartCopy", "CompleteMultipartUpload"];
    expect(made).toEqual(whole);
  });

  test("stays as it is where a part cannot be read, and no upload is left behind", async () => {
    const Bucket = await settledBucket(e2e, "objparts");
    await version(alice, Bucket, "versioned");
    const Statement = [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:GetObjectVersion",
        Resource: `arn:aws:s3:::${Bucket}/*`,
        Condition: { StringNotLike: { "aws:PrincipalArn": "*:user/*" } },
      },
    ];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await alice.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    await alice.s3.send(new PutObjectCommand({ ...large, Bucket, ChecksumAlgorithm: "SHA256" }));
    const before = await headOf(alice, Bucket, Key);
    const [alert] = await objectsReported(alerts, Bucket, "held");
    expect(alert?.objects).toMatchObject({ counts: { held: 1 }, reasons: { "managed-elsewhere": 1 } });
    expect({ ...(await headOf(alice, Bucket, Key)), $metadata: null }).toEqual({ ...before, $metadata: null });
    expect((await alice.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([]);
  });
});

/** Every permission that a copy needs beside the look, each on an object that needs it. */
const rights: readonly (readonly [action: string, upload: Upload, code?: string])[] = [
  ["s3:GetObjectTagging", { Tagging: "team=a" }],
  ["s3:PutObjectTagging", { Tagging: "team=a" }],
  ["s3:GetObjectAcl", { ACL: "public-read" }],
  ["s3:PutObjectAcl", { ACL: "public-read" }],
  ["s3:PutObject", {}],
  // Whether a write would shut readers out depends on it, so the copy is not even tried.
  ["s3:GetBucketOwnershipControls", {}, "hazard-unread"],
];

describe.concurrent("a copy does not start without the permission", () => {
  const rows = rights.map(([action, upload, code = "managed-elsewhere"]) => ({ action, upload, code }));

  test.each(rows)("$action", async ({ action, upload, code }) => {
    const Bucket = await settledBucket(e2e, "objcopy", false, { ObjectOwnership: "ObjectWriter" });
    await alice.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    const statement = {
      Effect: "Deny",
      Principal: "*",
      Action: action,
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
      Condition: { StringNotLike: { "aws:PrincipalArn": "*:user/*" } },
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await alice.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const Key = "refused";
    await alice.s3.send(new PutObjectCommand({ Bucket, Key, Body: "x", ServerSideEncryption: "AES256", ...upload }));
    const before = await headOf(alice, Bucket, Key);
    const set = await setOn(Bucket, Key);
    const [alert] = await objectsReported(alerts, Bucket, "held");
    expect(alert).toMatchObject({ outcome: "held", rule: "objects-copied" });
    expect(alert?.objects).toMatchObject({ counts: { held: 1 }, reasons: { [code]: 1 } });
    expect(alert?.objects?.samples[0]?.reason).toContain(action);
    if (code === "managed-elsewhere") expect(alert?.next.join("\n")).toMatch(/Have its owner allow Bucketseal's role/);
    expect((await objectWrites(e2e, Bucket)).filter(({ status }) => status < 300)).toEqual([]);
    const after = await headOf(alice, Bucket, Key);
    expect({ ...after, $metadata: null }).toEqual({ ...before, $metadata: null });
    expect(await setOn(Bucket, Key)).toEqual(set);
  });
});

/** Every attribute of an object except its encryption, as S3 returns it. */
async function setOn(Bucket: string, Key: string): Promise<object> {
  const head = await headOf(alice, Bucket, Key, { ChecksumMode: "ENABLED" });
  const { $metadata, ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, ...rest } = head;
  const { ETag, LastModified, VersionId, ...kept } = rest;
  const { TagSet } = await alice.s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
  const { Grants = [], Owner } = await alice.s3.send(new GetObjectAclCommand({ Bucket, Key }));
  const granted = Grants.map(({ Grantee, Permission }) => `${Grantee?.ID ?? Grantee?.URI} ${Permission}`).sort();
  return { ...kept, TagSet, granted, owner: Owner?.ID };
}

/** The form S3 expects: UTF-8 bytes in a header. */
function utf8(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
