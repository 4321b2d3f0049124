import { setTimeout as sleep } from "node:timers/promises";
import { DisableKeyCommand } from "@aws-sdk/client-kms";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectAnnotationCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { abandonUpload } from "#aws/copies/abandon-upload";
import { copyInParts, type PartTools } from "#aws/copies/copy-in-parts";
import { ledgerTurns } from "#aws/copies/turns";
import { Lanes } from "#aws/lanes/lanes";
import { copyOntoItself } from "#aws/s3/object-copy";
import { type ObjectGrants, readGrants } from "#aws/s3/object-grants";
import { headObject } from "#aws/s3/object-head";
import { isUploading } from "#aws/s3/object-uploads";
import type { Table } from "#aws/table";
import type { WantedObjectEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { ObjectWrite } from "#core/object/ports";
import { known } from "../../support/core/world.ts";
import { clients } from "../../support/local-aws/clients.ts";
import { conformance } from "../../support/local-aws/conformance.ts";
import { ledgerTable } from "../../support/local-aws/ledger-table.ts";
import { rootOf } from "../../support/local-aws/local-aws.ts";
import { permit } from "../../support/local-aws/permit.ts";
import { objectWorld, there } from "../s3/object-world.ts";

const aws = conformance();
const { put, ref, bucket } = objectWorld(aws);
let ledger: Table;

beforeAll(async () => {
  ledger = { dynamodb: aws.dynamodb, table: "ledger" };
  await ledgerTable(ledger.dynamodb, ledger.table);
});

const PART = 5 * 1024 ** 2;
const dsse = async () => ({ algorithm: "aws:kms:dsse", key: await aws.key(), bucketKey: false }) as const;

/** What an invocation works with; it holds its turn for `seconds`. */
const tools = (holder: string, changes: Partial<PartTools> = {}, seconds = 60): PartTools => {
  const now = Date.now;
  const lanes = new Lanes({ width: 1, most: 1, now, sleep });
  const deadline = now() + 600_000;
  const turns = ledgerTurns(ledger, { holder, until: now() + seconds * 1000 }, now);
  return { s3: aws.s3, lanes, turns, now, deadline, paused: async () => ({ known: true, value: null }), ...changes };
};

/** Reads an object and copies it in parts. */
const repair = async (Bucket: string, wanted: WantedObjectEncryption, using = tools("one")): Promise<ObjectWrite> => {
  const object = ref(Bucket);
  const seen = there(await headObject(aws.s3, object));
  return copyInParts(using, object, { seen, wanted, grants: () => readGrants(aws.s3, object) });
};

/** Writes an object in three parts. */
const putInParts = async (Bucket: string, more: object = {}) => {
  const at = { Bucket, Key: "a" };
  const { UploadId } = await aws.s3.send(
    new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: "SHA256", ...more }),
  );
  const Parts = [];
  for (const [index, size] of [PART, PART, 7].entries()) {
    const part = { ...at, UploadId, PartNumber: index + 1, Body: String(index).repeat(size) };
    const { ETag, ChecksumSHA256, ChecksumCRC32 } = await aws.s3.send(new UploadPartCommand(part));
    Parts.push({ PartNumber: index + 1, ETag, ChecksumSHA256, ChecksumCRC32 });
  }
  await aws.s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
};

const shown = async (Bucket: string, Key = "a") => {
  const head = await aws.s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  const { $metadata, LastModified, VersionId, ETag, ...rest } = head;
  const { TagSet } = await aws.s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
  const { Grants } = await aws.s3.send(new GetObjectAclCommand({ Bucket, Key }));
  const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key }));
  const grants = Grants?.map(({ Grantee, Permission }) => [Grantee?.URI ?? Grantee?.ID, Permission]).sort();
  return { ...rest, TagSet, grants, bytes: await Body?.transformToString() };
};

const uploads = async (Bucket: string) =>
  (await aws.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [];

/** A client that does something right before the nth call of an operation, or each (0). */
const meanwhile = (api: string, nth: number, act: () => Promise<unknown>): S3Client => {
  const { s3 } = clients({ endpoint: aws.endpoint, region: aws.region, credentials: rootOf(aws.account) });
  let calls = 0;
  s3.middlewareStack.add(
    (next, context) => async (given) => {
      if (context.commandName === `${api}Command` && (++calls === nth || nth === 0)) await act();
      return next(given);
    },
    { step: "initialize" },
  );
  return s3;
};

describe("a copy in parts keeps what a copy in one call keeps:", () => {
  test.each<[string, Partial<PutObjectCommandInput>]>([
    [
      "everything at once",
      {
        ContentType: "text/markdown; charset=utf-8",
        ContentLanguage: "de-CH",
        ContentEncoding: "identity",
        ContentDisposition: 'attachment; filename="ü.md"',
        CacheControl: "max-age=60, no-transform",
        Expires: new Date("2030-01-01T00:00:00Z"),
        Metadata: { "project-name": "x y", empty: "", quote: 'a "b" c' },
        Tagging: "team=a&note=a%20b%2Bc&empty=",
        StorageClass: "STANDARD_IA",
        WebsiteRedirectLocation: "/elsewhere?a=b",
        ChecksumAlgorithm: "CRC32",
      },
    ],
    ["nothing but the bytes", {}],
    ["grants, a checksum by CRC64NVME", { GrantRead: `id="${"a".repeat(64)}"`, ChecksumAlgorithm: "CRC64NVME" }],
  ])("%s", async (_, more) => {
    const ObjectOwnership = "ObjectWriter";
    const [one, other] = [await aws.bucket("one", { ObjectOwnership }), await aws.bucket("other", { ObjectOwnership })];
    const wanted = await dsse();
    for (const Bucket of [one, other]) await put(Bucket, more);
    const object = ref(one);
    const grants = (await readGrants(aws.s3, object)) as Extract<Fact<ObjectGrants>, { known: true }>;
    await copyOntoItself(aws.s3, object, there(await headObject(aws.s3, object)), wanted, grants.value, permit);
    expect(await repair(other, wanted)).toMatchObject({ kind: "written", etag: expect.stringMatching(/-1"$/) });
    expect(await shown(other)).toEqual(await shown(one));
    expect(await uploads(other)).toEqual([]);
  });

  test("and the parts with their checksums too, in a versioned bucket", async () => {
    const [Bucket, wanted] = [await bucket("versioned"), await dsse()];
    await putInParts(Bucket, { Metadata: { a: "b" }, Tagging: "team=a" });
    const before = await shown(Bucket);
    const seen = there(await headObject(aws.s3, ref(Bucket)));
    const written = await repair(Bucket, wanted);
    const now = there(await headObject(aws.s3, ref(Bucket)));
    expect(written).toEqual({
      kind: "written",
      versionId: now.versionId,
      etag: now.etag,
      sourceVersionId: seen.versionId,
    });
    const { SSEKMSKeyId, ServerSideEncryption, ...after } = await shown(Bucket);
    expect([ServerSideEncryption, SSEKMSKeyId]).toEqual([wanted.algorithm, wanted.key]);
    expect({ ...after, ServerSideEncryption: "AES256" }).toEqual(before);
    expect(after.ChecksumSHA256).toMatch(/-3$/);
  });
});

describe("a copy in parts is aborted, and newer data stays, where in the middle", () => {
  const newer = (Bucket: string) => put(Bucket, { Body: "newer" });
  const retag = (Bucket: string) =>
    aws.s3.send(new PutObjectTaggingCommand({ Bucket, Key: "a", Tagging: { TagSet: [{ Key: "a", Value: "b" }] } }));

  test.each([
    ["it is overwritten before its second part", "UploadPartCopy", 2, newer, "newer"],
    ["it is overwritten before the last look", "CompleteMultipartUpload", 1, newer, "newer"],
    ["it gets other tags", "UploadPartCopy", 3, retag, undefined],
  ] as const)("%s", async (_, api, nth, act, bytes) => {
    const [Bucket, wanted] = [await bucket("unversioned"), await dsse()];
    await putInParts(Bucket);
    const s3 = meanwhile(api, nth, () => act(Bucket));
    expect(await repair(Bucket, wanted, tools("one", { s3 }))).toMatchObject({ kind: "moved" });
    const after = await shown(Bucket);
    expect(after.ServerSideEncryption).toBe("AES256");
    if (bytes !== undefined) expect(after.bytes).toBe(bytes);
    expect(await uploads(Bucket)).toEqual([]);
  });

  test("it is deleted", async () => {
    const [Bucket, wanted] = [await bucket("versioned"), await dsse()];
    await putInParts(Bucket);
    const gone = () => aws.s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    const s3 = meanwhile("CompleteMultipartUpload", 1, gone);
    expect(await repair(Bucket, wanted, tools("one", { s3 }))).toMatchObject({ kind: "moved" });
    const { Versions = [], DeleteMarkers = [] } = await aws.s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect([Versions.length, DeleteMarkers.length, await uploads(Bucket)]).toEqual([1, 1, []]);
  });

  test("its key is disabled", async () => {
    const [Bucket, wanted] = [await bucket("unversioned"), await dsse()];
    await putInParts(Bucket);
    const s3 = meanwhile("UploadPartCopy", 2, () => aws.kms.send(new DisableKeyCommand({ KeyId: wanted.key })));
    const refused = { kind: "refused", error: { name: "KMS.DisabledException" } };
    expect(await repair(Bucket, wanted, tools("one", { s3 }))).toMatchObject(refused);
    expect((await shown(Bucket)).ServerSideEncryption).toBe("AES256");
    expect(await uploads(Bucket)).toEqual([]);
  });
});

describe("a copy in parts that was cut short", () => {
  /** An invocation that dies before its second part, some seconds before its turn ends. */
  const dies = async (Bucket: string, wanted: WantedObjectEncryption, seconds: number) => {
    const dead = Promise.withResolvers<undefined>();
    const s3 = meanwhile("UploadPartCopy", 2, () => {
      dead.resolve(undefined);
      return new Promise(() => undefined);
    });
    void repair(Bucket, wanted, tools("one", { s3 }, seconds));
    await dead.promise;
  };

  test("goes on with the upload and the parts that are there", async () => {
    const [Bucket, wanted] = [await bucket("unversioned"), await dsse()];
    await putInParts(Bucket);
    const before = await shown(Bucket);
    await dies(Bucket, wanted, 0);
    const [begun] = await uploads(Bucket);
    const object = ref(Bucket);
    expect(await isUploading(aws.s3, object)).toEqual(known(true));
    expect(await isUploading(aws.s3, object, () => tools("two").turns.begun(object))).toEqual(known(false));
    let copied = 0;
    const s3 = meanwhile("UploadPartCopy", 0, async () => copied++);
    expect(await repair(Bucket, wanted, tools("two", { s3 }))).toMatchObject({ kind: "written" });
    expect([begun?.UploadId === undefined, copied, await uploads(Bucket)]).toEqual([false, 2, []]);
    expect((await shown(Bucket)).bytes).toBe(before.bytes);
    expect(await tools("two").turns.begun(object)).toBeNull();
  });

  test("is left to the invocation whose turn it is", async () => {
    const [Bucket, wanted] = [await bucket("unversioned"), await dsse()];
    await putInParts(Bucket);
    await dies(Bucket, wanted, 60);
    const text = "another invocation is copying it in parts";
    expect(await repair(Bucket, wanted, tools("two"))).toEqual({ kind: "unfinished", text });
    expect(await uploads(Bucket)).toHaveLength(1);
  });

  test("is aborted and begun anew where the object was overwritten", async () => {
    const [Bucket, wanted] = [await bucket("unversioned"), await dsse()];
    await putInParts(Bucket);
    await dies(Bucket, wanted, 0);
    await put(Bucket, { Body: "newer" });
    expect(await repair(Bucket, wanted, tools("two"))).toMatchObject({ kind: "written" });
    expect([(await shown(Bucket)).bytes, await uploads(Bucket)]).toEqual(["newer", []]);
  });

  test("is abandoned where nothing needs it any more, unless somebody is at work on it", async () => {
    const wanted = await dsse();
    const [left, busy] = [await bucket("unversioned"), await bucket("unversioned")];
    for (const [Bucket, seconds] of [
      [left, 0],
      [busy, 60],
    ] as const) {
      await putInParts(Bucket);
      await dies(Bucket, wanted, seconds);
      await abandonUpload(aws.s3, tools("two").turns, ref(Bucket));
      await abandonUpload(aws.s3, tools("two").turns, ref(Bucket));
    }
    expect([await uploads(left), (await uploads(busy)).length]).toEqual([[], 1]);
  });

  test("by its time says how far it is, and loses nothing", async () => {
    const [Bucket, wanted] = [await bucket("unversioned"), await dsse()];
    await putInParts(Bucket);
    let late = 0;
    const s3 = meanwhile("UploadPartCopy", 2, async () => (late = 3_600_000));
    const first = await repair(Bucket, wanted, tools("one", { s3, now: () => Date.now() + late }));
    expect(first).toEqual({ kind: "unfinished", text: "1 of 3 parts are copied" });
    expect(await repair(Bucket, wanted, tools("two"))).toMatchObject({ kind: "written" });
    expect(await uploads(Bucket)).toEqual([]);
  });

  test("by a pause goes on when writes are allowed again", async () => {
    const [Bucket, wanted] = [await bucket("unversioned"), await dsse()];
    await putInParts(Bucket);
    let isPaused = false;
    const s3 = meanwhile("UploadPartCopy", 1, async () => (isPaused = true));
    const paused = async () => known(isPaused ? "by alice" : null);
    await expect(repair(Bucket, wanted, tools("one", { s3, paused }))).rejects.toThrow("by alice");
    expect(await uploads(Bucket)).toHaveLength(1);
    isPaused = false;
    expect(await repair(Bucket, wanted, tools("two", { paused }))).toMatchObject({ kind: "written" });
    expect(await uploads(Bucket)).toEqual([]);
  });
});

test("an object with annotations is held, and nothing is begun", async () => {
  const [Bucket, wanted] = [await bucket("unversioned"), await dsse()];
  await put(Bucket);
  const note = { Bucket, Key: "a", AnnotationName: "note", AnnotationPayload: "x" };
  await aws.s3.send(new PutObjectAnnotationCommand(note));
  expect(await repair(Bucket, wanted)).toMatchObject({ kind: "held", reason: { code: "copy-loses-annotations" } });
  expect([(await shown(Bucket)).ServerSideEncryption, await uploads(Bucket)]).toEqual(["AES256", []]);
});
