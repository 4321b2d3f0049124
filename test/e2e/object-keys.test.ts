import { type HeadObjectCommandOutput, ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import {
  bytesOf,
  headOf,
  objectsReported,
  objectWrites,
  policyKnown,
  settledBucket,
  version,
} from "../support/e2e/objects.ts";
import { story } from "../support/e2e/story.ts";

/**
 * Keys stay byte for byte the same from the event to the write: no key is encoded, decoded,
 * normalized or resolved, so a similar key is never hit.
 */
const e2e = story();
const { alice, sandbox } = e2e;
let alerts: Alerts;

beforeAll(async () => {
  [alerts] = await Promise.all([listen(e2e), policyKnown()]);
});

/**
 * A key, and the similar one that encoding, decoding, normalizing or resolving would turn it into.
 */
const keys: readonly (readonly [key: string, neighbour: string])[] = [
  ["plus/a+b", "plus/a b"],
  ["space/a b", "space/a+b"],
  ["encoded/a%20b", "encoded/a b"],
  ["slash/a%2Fb", "slash/a/b"],
  ["twice/a%252Fb", "twice/a%2Fb"],
  ["percent/100%", "percent/100%25"],
  ["up/../a", "a"],
  ["here/./a", "here/a"],
  ["double//a", "double/a"],
  ["trailing/", "trailing"],
  ["/leading", "leading"],
  [".", "./"],
  ["..", "../"],
  ["dots/...", "dots/"],
  ["blank/ a ", "blank/a"],
  ["question/a?versionId=x&b=c#d", "question/a"],
  ["xml/<a>&amp;\"b\"'c'", "xml/<a>&\"b\"'c'"],
  ["back\\slash\\a", "back/slash/a"],
  ["composed/\u00e9", "composed/e\u0301"],
  ["combining/e\u0301", "combining/\u00e9"],
  ["wide/\uff0fa", "wide//a"],
  ["emoji/\u{1f469}\u200d\u{1f469}\u200d\u{1f467}", "emoji/\u{1f469}\u{1f469}\u{1f467}"],
  ["right-to-left/\u202ea", "right-to-left/a"],
  ["line/a\nb\tc", "line/a b c"],
  ["case/\u0130", "case/i\u0307"],
  ["placeholder/<a>$.detail", "placeholder/"],
  ["true", "TRUE"],
  ["007", "7"],
  ["ä".repeat(512), "ä".repeat(511)],
  [`${"\u{1f512}".repeat(255)}1234`, `${"\u{1f512}".repeat(255)}123`],
];

describe.concurrent.each([
  ["S3's events", "objs3", true, "unversioned", "UpdateObjectEncryption"],
  ["S3's events", "objs3", true, "versioned", "UpdateObjectEncryption"],
  ["data events", "objdata", false, "unversioned", "UpdateObjectEncryption"],
  ["data events", "objdata", false, "versioned", "UpdateObjectEncryption"],
  ["data events", "objcopy", false, "versioned", "CopyObject"],
] as const)("objects that are seen by %s", (_, prefix, sendsEvents, state, api) => {
  test(`are repaired by ${api} in an ${state} bucket, every key for itself`, async () => {
    const wanted = api === "CopyObject" ? "aws:kms:dsse" : "aws:kms";
    const bucket = await settledBucket(e2e, prefix, sendsEvents);
    await version(alice, bucket, state);
    const neighbours = await Promise.all(keys.map(([, neighbour]) => put(neighbour)));
    const offending = await Promise.all(keys.map(([key]) => put(key, { ServerSideEncryption: "AES256" })));
    await objectsReported(alerts, bucket, "changed", keys.length);
    expect(await Promise.all(offending.map(({ key }) => headOf(alice, bucket, key)))).toEqual(
      keys.map(() => expect.objectContaining({ ServerSideEncryption: wanted, SSEKMSKeyId: sandbox.keyArn })),
    );
    for (const { key } of offending) expect(await bytesOf(alice, bucket, key)).toBe(`of ${key}`);
    for (const { key, head } of neighbours) expect(withoutCall(await headOf(alice, bucket, key)), key).toEqual(head);
    const writes = await objectWrites(e2e, bucket);
    expect(writes.map((call) => [call.api, call.key]).sort()).toEqual(keys.map(([key]) => [api, key]).sort());
    const copies = api === "CopyObject" && state === "versioned" ? keys.length : 0;
    const { Versions = [] } = await alice.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(Versions).toHaveLength(neighbours.length + keys.length + copies);

    async function put(Key: string, more: object = {}) {
      await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: `of ${Key}`, ...more }));
      return { key: Key, head: withoutCall(await headOf(alice, bucket, Key)) };
    }
  });
});

function withoutCall({ $metadata: _, ...head }: HeadObjectCommandOutput): Omit<HeadObjectCommandOutput, "$metadata"> {
  return head;
}
