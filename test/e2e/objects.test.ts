import { setTimeout as sleep } from "node:timers/promises";
import { GetObjectTaggingCommand, ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { listen } from "../support/e2e/alerts.ts";
import { bytesOf, headOf, policyKnown, settledBucket, version } from "../support/e2e/objects.ts";
import { soon, story } from "../support/e2e/story.ts";

beforeAll(policyKnown);

describe.each([
  ["S3's events", "objs3", true],
  ["data events", "objdata", false],
] as const)("seen by %s,", (_, prefix, sendsEvents) => {
  test("an object with another encryption is updated in place, with one alert a window", async () => {
    const e2e = story();
    const { alice, sandbox } = e2e;
    const bucket = await settledBucket(e2e, prefix, sendsEvents);
    const alerts = await listen(e2e);
    const keys = ["a b+c%20", "ü/ñ/😀", "a//b", "../up", `x&<>"'y`];
    const before = await Promise.all(
      keys.map(async (Key) => {
        await alice.s3.send(
          new PutObjectCommand({ Bucket: bucket, Key, Body: `of ${Key}`, ServerSideEncryption: "AES256" }),
        );
        return headOf(alice, bucket, Key);
      }),
    );
    for (const [at, Key] of keys.entries()) {
      const after = await soon(
        () => headOf(alice, bucket, Key),
        ({ ServerSideEncryption }) => ServerSideEncryption === "aws:kms",
      );
      expect([after.SSEKMSKeyId, after.BucketKeyEnabled]).toEqual([sandbox.keyArn, true]);
      expect([after.ETag, after.LastModified, after.ContentLength]).toEqual([
        before[at]?.ETag,
        before[at]?.LastModified,
        before[at]?.ContentLength,
      ]);
      expect(await bytesOf(alice, bucket, Key)).toBe(`of ${Key}`);
    }
    const heard = await soon(
      async () => (await alerts.about(bucket)).filter((alert) => alert.objects !== null && alert.objects !== undefined),
      (found) => found.reduce((sum, alert) => sum + (alert.objects?.counts.changed ?? 0), 0) === keys.length,
    );
    expect(heard.length).toBeLessThanOrEqual(2);
    expect(heard[0]?.outcome).toBe("changed");
  });
});

describe("an object is copied onto itself where the rule says so and an update is impossible,", () => {
  test.each(["unversioned", "versioned"] as const)(
    "in an %s bucket, with everything that a copy would lose",
    async (versioning) => {
      const e2e = story();
      const { alice, sandbox } = e2e;
      const bucket = await settledBucket(e2e, "objcopy");
      await version(alice, bucket, versioning);
      const Key = `copied/ü +%20&"'`;
      await alice.s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key,
          Body: "the bytes",
          ServerSideEncryption: "AES256",
          ContentType: "text/plain",
          Metadata: { project: "x" },
          Tagging: "team=a",
          StorageClass: "STANDARD_IA",
          WebsiteRedirectLocation: "/there",
        }),
      );
      const after = await soon(
        () => headOf(alice, bucket, Key),
        ({ ServerSideEncryption }) => ServerSideEncryption === "aws:kms:dsse",
      );
      expect(after).toMatchObject({
        SSEKMSKeyId: sandbox.keyArn,
        ContentType: "text/plain",
        Metadata: { project: "x" },
        StorageClass: "STANDARD_IA",
        WebsiteRedirectLocation: "/there",
      });
      const { TagSet } = await alice.s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key }));
      expect(TagSet).toEqual([{ Key: "team", Value: "a" }]);
      expect(await bytesOf(alice, bucket, Key)).toBe("the bytes");
      await sleep(3_000);
      const { Versions = [] } = await alice.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      expect(Versions).toHaveLength(versioning === "versioned" ? 2 : 1);
    },
  );
});
