import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { jobReport } from "#aws/s3control/job-report";

// The report of a job is believed if its rows are those that its manifest promises.

const place = { account: "111122223333", bucket: "reports", job: "j1" };
const rows = 'b,a%20b,,failed,403,AccessDenied,"locked, too"\nb,c,,failed,403,AccessDenied,again\n';
const md5 = (text: string) => createHash("md5").update(text).digest("hex");

function bucketWith(result: object, body = rows): S3Client {
  const manifest = { Results: [{ TaskExecutionStatus: "succeeded", Key: "job-j1/none.csv" }, result] };
  const objects: Readonly<Record<string, string>> = {
    "job-j1/manifest.json": JSON.stringify(manifest),
    "job-j1/results/1.csv": body,
  };
  const send = async ({ input }: { readonly input: { readonly Key: string } }) => {
    const found = objects[input.Key];
    if (found === undefined) throw Object.assign(new Error("none"), { name: "NoSuchKey" });
    const bytes = Buffer.from(found);
    return { Body: Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]) };
  };
  return { send } as unknown as S3Client;
}

const failed = {
  TaskExecutionStatus: "failed",
  Bucket: "reports",
  Key: "job-j1/results/1.csv",
  MD5Checksum: md5(rows),
};

test("failed rows are counted by code, with names", async () => {
  const read = await jobReport(bucketWith(failed), place);
  expect(read).toMatchObject({ known: true, value: { codes: { AccessDenied: { count: 2, text: "locked, too" } } } });
  expect(read.known && read.value?.samples.map(({ key }) => key)).toEqual(["a b", "c"]);
});

test.each<[string, object, string?]>([
  ["other rows than promised", failed, rows.replace("again", "other")],
  ["rows without a sum", { ...failed, MD5Checksum: undefined }],
  ["rows in another bucket", { ...failed, Bucket: "elsewhere" }],
  ["rows of another job", { ...failed, Key: "job-j2/results/1.csv" }],
])("%s: the report is unknown", async (_, result, body) => {
  const read = await jobReport(bucketWith(result, body), place);
  expect(read).toMatchObject({ known: false, error: { name: "DamagedReport" } });
});

test("no report is no failure, and is said", async () => {
  const read = await jobReport(bucketWith(failed), { ...place, job: "j2" });
  expect(read).toEqual({ known: true, value: null });
});
