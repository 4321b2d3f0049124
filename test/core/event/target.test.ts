import { describe, expect, test } from "vitest";
import { parseEvent } from "#core/event/bucket-event";
import { parseObjectEvent } from "#core/event/object-event";
import { bucketEvent } from "../../events/cloudtrail.ts";
import { dataEvent } from "../../events/object.ts";

const account = "111122223333";
const accessPoint = `arn:aws:s3:eu-west-1:${account}:accesspoint/reports`;
const inBucket = (name: string, accountId: string | undefined = account) => ({
  accountId,
  type: "AWS::S3::Bucket",
  ARN: `arn:aws:s3:::${name}`,
});
const ofObject = (name: string) => ({ type: "AWS::S3::Object", ARN: `arn:aws:s3:::${name}` });
const lake = [ofObject("lake/a b/ü+%.jpg"), inBucket("lake")];
const throughPoint = [...lake, { accountId: account, type: "AWS::S3::AccessPoint", ARN: accessPoint }];

const call = (request: unknown, resources: unknown, name = "PutObject", more: object = {}) =>
  parseObjectEvent(dataEvent(name, "unused", { ...more, record: { requestParameters: request, resources } }));
const target = (parsed: ReturnType<typeof parseObjectEvent>) =>
  parsed.kind === "work" ? [parsed.object.bucket.bucket, parsed.object.key] : parsed.kind;

describe("an object whose request is omitted is read from resources", () => {
  test.each<[string, unknown]>([
    ["absent", undefined],
    ["null", null],
    ["a note", { omitted: true, originalSize: 107_877, reason: "requestParameters too large" }],
  ])("%s", (_what, request) => {
    expect(target(call(request, lake, "CompleteMultipartUpload"))).toEqual(["lake", "a b/ü+%.jpg"]);
  });

  test("with its version, which the response names", () => {
    const parsed = call(undefined, lake, "CompleteMultipartUpload", { responseElements: { "x-amz-version-id": "v7" } });
    expect(parsed).toMatchObject({ kind: "work", object: { versionId: "v7" } });
  });

  test("from the object's ARN alone", () => {
    expect(target(call(null, ofObject("lake/a")))).toEqual(["lake", "a"]);
  });

  test("in another partition too", () => {
    expect(target(call(null, [{ type: "AWS::S3::Object", ARN: "arn:aws-cn:s3:::lake/a" }]))).toEqual(["lake", "a"]);
  });

  test.each<[string, unknown]>([
    ["two objects", [ofObject("lake/a"), ofObject("lake/b")]],
    ["two buckets", [inBucket("lake"), inBucket("sea"), ofObject("lake/a")]],
    ["a bucket alone", [inBucket("lake")]],
    ["a prefix", [{ type: "AWS::S3::Object", ARNPrefix: "arn:aws:s3:::lake/" }]],
    ["something else", [{ type: "AWS::S3::AccessPoint", ARN: accessPoint }]],
  ])("but not where they name %s", (_what, resources) => {
    expect(target(call(null, resources))).toBe("malformed");
  });
});

describe("a call through an access point is about the bucket that resources name, where bucketName is", () => {
  test.each([
    ["the bucket", "lake"],
    ["the access point's ARN", accessPoint],
    ["its alias", "reports-abcdefghijklmnopqrstuvwxyz123456-s3alias"],
    ["its name", "reports"],
    ["a Multi-Region Access Point's ARN", `arn:aws:s3::${account}:accesspoint/mfzwi23gnjvgw.mrap`],
    ["a Multi-Region Access Point's alias", "mfzwi23gnjvgw.mrap"],
    ["an alias of Object Lambda", "my-object-lambda-acc-1a4n8yjrb3kda96f67zwrwiiuse1a--ol-s3"],
  ])("%s", (_what, bucketName) => {
    const request = { bucketName, key: "a" };
    expect(target(call(request, throughPoint))).toEqual(["lake", "a"]);
    expect(target(call(request, lake))).toEqual(["lake", "a"]);
  });

  test.each([accessPoint, "reports-abcdefghijklmnopqrstuvwxyz123456-s3alias", "mfzwi23gnjvgw.mrap"])(
    "and about none if they name none: %s",
    (bucketName) => {
      expect(target(call({ bucketName, key: "a" }, undefined))).toBe("malformed");
    },
  );

  test("and has that bucket's owner", () => {
    const theirs = [ofObject("lake/a"), inBucket("lake", "444455556666"), throughPoint[2]];
    expect(call({ bucketName: accessPoint, key: "a" }, theirs)).toEqual({
      kind: "ignore",
      why: "a bucket of account 444455556666, whose own trail reports it",
    });
    const internal = [ofObject("lake/a"), inBucket("lake", "AWS Internal"), throughPoint[2]];
    expect(target(call({ bucketName: accessPoint, key: "a" }, internal))).toEqual(["lake", "a"]);
  });
});

describe("a copy is about the bucket it writes to:", () => {
  const copy = (bucketName: string, from: string, resources: unknown) =>
    target(call({ bucketName, key: "a", "x-amz-copy-source": from }, resources, "CopyObject"));
  const both = [inBucket("lake"), ofObject("lake/a"), inBucket("source"), ofObject("source/b")];

  test.each([
    ["by its name", "lake", "source/b"],
    ["by an access point", accessPoint, "/source/b?versionId=v1"],
    ["by an access point's name", "reports", "source/b"],
  ])("%s", (_what, bucketName, from) => {
    expect(copy(bucketName, from, both)).toEqual(["lake", "a"]);
  });

  test("even if resources name only what it reads", () => {
    expect(copy("lake", "source/b", [inBucket("source"), ofObject("source/b")])).toEqual(["lake", "a"]);
  });

  test("onto itself through an access point", () => {
    expect(copy(accessPoint, "lake/a", [inBucket("lake"), ofObject("lake/a")])).toEqual(["lake", "a"]);
  });

  test("and not about the object that it reads if the key is omitted", () => {
    const resources = [ofObject("lake/a"), ofObject("lake/b")];
    const request = { bucketName: "lake", "x-amz-copy-source": "lake/b" };
    expect(target(call(request, resources, "CopyObject"))).toEqual(["lake", "a"]);
  });
});

describe("a bucket", () => {
  const read = (record: Readonly<Record<string, unknown>>) => parseEvent(bucketEvent("PutBucketTagging", { record }));

  test.each([undefined, null, { omitted: true }])("whose request is omitted is read from resources: %j", (request) => {
    const parsed = read({ requestParameters: request, resources: [inBucket("lake")] });
    expect(parsed).toMatchObject({ kind: "work", ref: { bucket: "lake" }, trigger: { requested: null } });
  });

  test("is none if resources name something else", () => {
    const resources = [{ accountId: account, type: "AWS::S3::AccessPoint", ARN: accessPoint }];
    expect(read({ requestParameters: null, resources })).toEqual({
      kind: "ignore",
      why: `${accessPoint} is not a bucket`,
    });
  });

  test("is unknown if resources name two", () => {
    const resources = [inBucket("lake"), inBucket("sea")];
    expect(read({ requestParameters: null, resources }).kind).toBe("malformed");
  });
});
