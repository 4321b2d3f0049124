import { describe, expect, test } from "vitest";
import { type JobRequest, jobsFor } from "#core/jobs/jobs-for";

const ref = { partition: "aws", account: "111122223333", region: "eu-west-1", bucket: "archive" };
const KEY = "arn:aws:kms:eu-west-1:111122223333:key/11111111-1111-4111-8111-111111111111";
const WRONG = "arn:aws:kms:eu-west-1:111122223333:key/22222222-2222-4222-8222-222222222222";
const wanted = { algorithm: "aws:kms" as const, key: KEY, bucketKey: true };
const now = Date.parse("2026-06-01T12:00:00.500Z");

function found(objects: object = {}, selection: object = {}, rest: Partial<JobRequest> = {}) {
  const everything = { prefix: "", versions: "current" as const, since: null, until: null };
  const rule = { id: "all", objects: { except: [], ...objects } as never };
  return jobsFor({ ref, rule, wanted, selection: { ...everything, ...selection }, wrongKeys: [], now, ...rest });
}
function jobs(...given: Parameters<typeof found>) {
  const answer = found(...given);
  return answer.kind === "filters" ? answer.jobs : [];
}

describe("the jobs for a bucket under KMS", () => {
  test("change SSE-S3 and the wrong setting of the bucket key, and count the rest, one filter each", () => {
    expect(jobs().map(({ kind, isRun, filter }) => [kind, isRun, filter.encryption])).toEqual([
      ["sse-s3", true, { kind: "SSES3" }],
      ["bucket-key", true, { kind: "SSEKMS", key: KEY, bucketKey: false }],
      ["kms", false, { kind: "SSEKMS" }],
      ["declared-key", false, { kind: "SSEKMS", key: KEY }],
      ["dsse", false, { kind: "DSSEKMS" }],
      ["sse-c", false, { kind: "SSEC" }],
      ["none", false, { kind: "NOTSSE" }],
    ]);
  });

  test("change what is under a key that a person names, and never guess one", () => {
    const run = jobs({}, {}, { wrongKeys: [WRONG] }).filter(({ isRun }) => isRun);
    expect(run.at(-1)).toEqual({ kind: WRONG, isRun: true, filter: { encryption: { kind: "SSEKMS", key: WRONG } } });
  });

  test("keep to the prefix, the times and the size", () => {
    const [since, until] = ["2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"];
    for (const { filter } of jobs({ maxBytes: 99 }, { prefix: "logs/", since, until })) {
      const createdAfter = "2025-12-31T23:59:59.999Z";
      expect(filter).toMatchObject({ prefix: "logs/", createdAfter, createdBefore: until, belowBytes: 100 });
    }
  });

  test.each<[string, object, object, string | undefined, string | undefined]>([
    ["a rule's duration, in whole minutes", { newerThan: "1h" }, {}, "2026-06-01T11:00:59.999Z", undefined],
    ["a rule's date", { olderThan: "2026-05-01" }, {}, undefined, "2026-05-01T00:00:00.000Z"],
    [
      "the later start",
      { newerThan: "2026-05-01" },
      { since: "2026-05-02T00:00:00Z" },
      "2026-05-01T23:59:59.999Z",
      undefined,
    ],
    [
      "the earlier end",
      { olderThan: "2026-05-01" },
      { until: "2026-05-02T00:00:00Z" },
      undefined,
      "2026-05-01T00:00:00.000Z",
    ],
  ])("keep to %s", (_, objects, selection, createdAfter, createdBefore) => {
    const [first] = jobs(objects, selection);
    expect([first?.filter.createdAfter, first?.filter.createdBefore]).toEqual([createdAfter, createdBefore]);
  });

  test("are for all of it where a rule says nothing more of its objects", () => {
    expect(jobs({}, {}, { rule: { id: "all" } as never })).toHaveLength(7);
  });
});

describe("no filter chooses", () => {
  test.each<[string, object, object, RegExp]>([
    ["what a rule leaves out by name", { except: ["tmp/*"] }, {}, /rule all leaves objects out by name/],
    ["noncurrent versions", {}, { versions: "all" }, /noncurrent versions/],
  ])("%s: a list is to be made", (_, objects, selection, why) => {
    expect(found(objects, selection)).toMatchObject({ kind: "list", why: expect.stringMatching(why) });
  });
});

describe("there are no jobs", () => {
  test.each<[string, object, RegExp, string[]?]>([
    ["for AES256", { algorithm: "AES256", key: undefined }, /a KMS key only, and AES256 is declared/],
    ["for DSSE", { algorithm: "aws:kms:dsse" }, /a KMS key only, and aws:kms:dsse is declared/],
    ["for KMS without a key", { key: undefined }, /a KMS key only/],
    ["for a key of another account", { key: KEY.replace("1111", "9999") }, /own account and Region/],
    ["for a key of another Region", { key: KEY.replace("eu-west-1", "us-east-1") }, /own account and Region/],
    ["for an alias", { key: KEY.replace(/key.*/, "alias/a") }, /own account and Region/],
    ["for text that is no ARN", { key: "a" }, /own account and Region/],
    ["that take the declared key for a wrong one", {}, /named as a wrong one/, [KEY]],
  ])("%s", (_, want, why, wrongKeys = []) => {
    const answer = found({}, {}, { wanted: { ...wanted, ...want }, wrongKeys });
    expect(answer).toMatchObject({ kind: "none", why: expect.stringMatching(why) });
  });
});
