import fc from "fast-check";
import { expect, test } from "vitest";
import { isServiceEvent, parseJobEvent } from "#core/sweep/job-event";

const id = "54c6a89e-bdf2-406c-8d91-bbe678455c28";

/** As AWS documents it. */
function jobEvent(status: string, more: object = {}): object {
  return {
    version: "0",
    "detail-type": "AWS Service Event via CloudTrail",
    source: "aws.s3",
    account: "111122223333",
    region: "eu-west-1",
    detail: {
      eventVersion: "1.05",
      userIdentity: { accountId: "111122223333", invokedBy: "s3.amazonaws.com" },
      eventSource: "s3.amazonaws.com",
      eventName: "JobStatusChanged",
      awsRegion: "eu-west-1",
      eventType: "AwsServiceEvent",
      recipientAccountId: "111122223333",
      serviceEventDetails: { jobId: id, status, failureCodes: [], statusChangeReason: [] },
      ...more,
    },
  };
}

test.each(["Complete", "Failed", "Cancelled"])("a job that is %s is named", (status) => {
  expect(parseJobEvent(jobEvent(status))).toEqual({ kind: "job", id });
  expect(parseJobEvent(JSON.stringify(jobEvent(status)))).toEqual({ kind: "job", id });
  expect(isServiceEvent(JSON.stringify(jobEvent(status)))).toBe(true);
});

test("one that goes on, or begins, is ignored", () => {
  expect(parseJobEvent(jobEvent("Active"))).toEqual({ kind: "ignore", why: "a job that is Active has not ended" });
  const created = parseJobEvent(jobEvent("Complete", { eventName: "JobCreated" }));
  expect(created).toEqual({ kind: "ignore", why: "JobCreated ends no job" });
});

test("one that names no job is malformed, and so is anything else", () => {
  const nameless = jobEvent("Complete", { serviceEventDetails: { jobId: "../x", status: "Complete" } });
  expect(parseJobEvent(nameless)).toMatchObject({ kind: "malformed" });
  expect(isServiceEvent({ "detail-type": "AWS API Call via CloudTrail" })).toBe(false);
  fc.assert(
    fc.property(fc.anything(), (body) => {
      expect(parseJobEvent(body).kind).toBe("malformed");
      expect(isServiceEvent(body)).toBe(false);
    }),
  );
});
