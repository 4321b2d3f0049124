import { CopyObjectCommand, CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { localAws } from "../support/local-aws/local-aws.ts";

const aws = localAws();

/** One copy onto itself and a write that may overtake it; returns the final object. */
async function overtaken(conditional: boolean): Promise<string> {
  const { s3 } = aws.root();
  const at = { Bucket: "raced", Key: "a" };
  const { ETag } = await s3.send(new PutObjectCommand({ ...at, Body: "older" }));
  const condition = conditional && ETag !== undefined ? { IfMatch: ETag } : {};
  const copy = new CopyObjectCommand({ ...at, CopySource: "raced/a", StorageClass: "STANDARD_IA", ...condition });
  const copied = s3.send(copy).catch((error: Error) => expect(error.name).toBe("PreconditionFailed"));
  await s3.send(new PutObjectCommand({ ...at, Body: "newer" }));
  await copied;
  return (await (await s3.send(new GetObjectCommand(at))).Body?.transformToString()) ?? "";
}

test("a copy overwrites a write that overtook it, unless it says what it expects to replace", async () => {
  await aws.root().s3.send(new CreateBucketCommand({ Bucket: "raced" }));
  const ends = { with: new Set<string>(), without: new Set<string>() };
  for (let round = 0; round < 30; round++) {
    ends.with.add(await overtaken(true));
    ends.without.add(await overtaken(false));
  }
  expect([...ends.with]).toEqual(["newer"]);
  expect(ends.without).toContain("older");
});
