import { expect, test } from "vitest";
import { descriptionOf, isTagged, jobTags, manifestKey, nameInDescription, nameInTags } from "#core/jobs/job-name";

const name = { stage: "prod", bucket: "archive", purpose: "apply", kind: "sse-s3" } as const;

test("a job is found again by its description and its tags", () => {
  expect(nameInDescription(descriptionOf(name))).toEqual(name);
  expect(nameInDescription(descriptionOf({ ...name, purpose: "plan" }))).toEqual({ ...name, purpose: "plan" });
  expect(isTagged(name, { ...jobTags(name), team: "a" })).toBe(true);
  expect(nameInTags({ ...jobTags(name), team: "a" })).toEqual(name);
  expect(nameInTags(jobTags({ ...name, purpose: "plan" }))).toMatchObject({ purpose: "plan" });
});

test.each([
  "",
  "a job",
  "bucketseal/1 prod apply",
  "bucketseal/1 prod other sse-s3 archive",
  "bucketseal/1 a apply b c d",
])("%j is no description of ours", (text) => {
  expect(nameInDescription(text)).toBeNull();
});

test("a description without its tags is nobody's job", () => {
  expect(isTagged(name, {})).toBe(false);
  for (const tag of Object.keys(jobTags(name))) expect(nameInTags({ ...jobTags(name), [tag]: "" })).toBeNull();
  expect(isTagged(name, { ...jobTags(name), "bucketseal:bucket": "other" })).toBe(false);
});

test("names fit into what AWS takes", () => {
  const kind = `arn:aws-us-gov:kms:us-gov-east-1:111122223333:key/mrk-${"0".repeat(32)}`;
  const long = { stage: "s".repeat(20), bucket: "b".repeat(63), purpose: "apply", kind } as const;
  expect(descriptionOf(long).length).toBeLessThanOrEqual(256);
  expect(Object.values(jobTags(long)).every((value) => /^[\w .:/=+@-]{1,256}$/.test(value))).toBe(true);
});

test("a list is kept under the name of its bucket", () => {
  const ref = { partition: "aws", account: "111122223333", region: "eu-west-1", bucket: "archive" };
  expect(manifestKey(ref, "abc")).toBe("manifests/111122223333/archive/abc.csv");
});
