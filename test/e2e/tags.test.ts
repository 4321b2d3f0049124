import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketTaggingCommand,
  PutBucketTaggingCommand,
} from "@aws-sdk/client-s3";
import { TagResourceCommand } from "@aws-sdk/client-s3-control";
import { beforeAll, expect, test } from "vitest";
import { tempFile } from "../cli/run-cli.ts";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import {
  aliceArn,
  bucketseal,
  declared,
  encryptionOf,
  newBucket,
  outcomeOf,
  repairsOf,
  story,
  writesOf,
} from "../support/e2e/story.ts";

const e2e = story();
const { alice, ci, sandbox } = e2e;
const secret = [{ Key: "data", Value: "secret" }];
let alerts: Alerts;

beforeAll(async () => {
  alerts = await listen(e2e);
});

const byTag: readonly (readonly [call: string, event: string, tag: (bucket: string) => Promise<unknown>])[] = [
  [
    "PutBucketTagging",
    "PutBucketTagging",
    (Bucket) => alice.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: secret } })),
  ],
  [
    "TagResource of S3 Control",
    "TagResource",
    (bucket) =>
      alice.s3control.send(
        new TagResourceCommand({ AccountId: sandbox.account, ResourceArn: `arn:aws:s3:::${bucket}`, Tags: secret }),
      ),
  ],
];

test.concurrent.each(byTag)(
  "a bucket that is tagged by %s gets the encryption of its new rule, and its tagger is named",
  async (_call, event, tag) => {
    const bucket = await newBucket(alice, "tagged");
    expect(await outcomeOf(e2e, bucket, "left alone")).toMatchObject({ rule: "without-tag" });
    await tag(bucket);
    const [alert] = await alerts.wait(bucket, 1);
    expect(alert).toMatchObject({
      outcome: "changed",
      rule: "by-tag",
      actor: { arn: aliceArn },
      event: { name: event },
      before: { algorithm: "AES256" },
    });
    expect(alert?.reasons).toContain("the bucket's tags moved it from rule without-tag to by-tag");
    expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
  },
);

test.concurrent("a bucket whose tag is removed is held rather than weakened, and who did it is named", async () => {
  const bucket = await newBucket(alice, "tagged");
  await alice.s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: secret } }));
  await alerts.wait(bucket, 1);
  await alice.s3.send(new DeleteBucketTaggingCommand({ Bucket: bucket }));
  const [, alert] = await alerts.wait(bucket, 2);
  expect(alert).toMatchObject({
    outcome: "held",
    rule: "without-tag",
    actor: { arn: aliceArn },
    event: { name: "DeleteBucketTagging" },
  });
  expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
  expect(await repairsOf(e2e, bucket)).toHaveLength(1);
});

test.concurrent("a bucket that is created again and again by others is repaired all the same, and none of them is blamed", async () => {
  const bucket = await newBucket(alice, "settle");
  await outcomeOf(e2e, bucket, "left alone");
  const again = async (times: number) => {
    for (let time = 0; time < times; time++) {
      await ci.s3.send(new CreateBucketCommand({ Bucket: bucket }));
      await sleep(1_000);
    }
  };
  await alice.s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: secret } }));
  await alerts.wait(bucket, 1);
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const [[, alert]] = await Promise.all([alerts.wait(bucket, 2), again(8)]);
  expect(alert).toMatchObject({ outcome: "changed", rule: "new-by-tag", actor: { arn: aliceArn } });
  await outcomeOf(e2e, bucket, "left alone");
  // The tag and the deletion are repaired by one look or by two.
  const heard = await alerts.about(bucket);
  expect(new Set(heard.map(({ outcome, actor }) => `${outcome} ${actor?.arn}`))).toEqual(
    new Set([`changed ${aliceArn}`]),
  );
});

test.concurrent("a new bucket waits for its tags, and is written once, by the rule that they select", async () => {
  const bucket = await newBucket(alice, "settle");
  await alice.s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: secret } }));
  const [alert] = await alerts.wait(bucket, 1);
  expect(alert).toMatchObject({ outcome: "changed", rule: "new-by-tag" });
  expect(Date.parse(alert?.time ?? "") - Date.parse(alert?.event?.time ?? "")).toBeGreaterThanOrEqual(2_900);
  await outcomeOf(e2e, bucket, "left alone");
  expect(await writesOf(e2e, bucket)).toHaveLength(1);
  expect((await encryptionOf(alice, bucket)).ApplyServerSideEncryptionByDefault).toEqual({
    SSEAlgorithm: "aws:kms:dsse",
    KMSMasterKeyID: sandbox.keyArn,
  });
});

test.concurrent("a new bucket without the tag gets the rule without it after the wait", async () => {
  const bucket = await newBucket(alice, "settle");
  const [alert] = await alerts.wait(bucket, 1);
  expect(alert).toMatchObject({ outcome: "changed", rule: "new-without-tag", event: { name: "CreateBucket" } });
});

test.concurrent("a rule by which a tag would weaken a bucket is refused by check, with its line", async () => {
  const file = await tempFile(`version: 1
keys: { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default" }
rules:
  - id: public
    match: { tags: { data: public } }
    encryption: { algorithm: AES256 }
    mode: enforce
  - id: all
    encryption: { algorithm: aws:kms, key: default }
    mode: enforce
`);
  const run = await bucketseal(e2e, ["check", file]);
  expect(run.code).toBe(1);
  expect(run.stdout).toMatch(/policy\.yaml:5:\d+ .*public.*anyone who may tag a bucket can weaken its encryption/s);
  const pushed = await bucketseal(e2e, ["push", file, "--yes"]);
  expect(pushed.code).toBe(1);
});
