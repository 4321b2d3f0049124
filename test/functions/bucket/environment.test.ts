import { expect, test } from "vitest";
import { bucketEnvironment } from "../../../functions/bucket/environment.ts";

const complete = {
  ACCOUNT_ID: "111122223333",
  AWS_REGION: "eu-west-1",
  POLICY_TABLE: "policy",
  LEDGER_TABLE: "ledger",
  TOPIC_ARN: "topic",
  PAUSE_PARAMETER: "/bucketseal/test/writes",
  QUEUE_URL: "events",
  DEAD_LETTER_QUEUE_URL: "dead",
  OWN_SESSION_PREFIX: "arn:aws:sts::111122223333:assumed-role/bucketseal/",
  OWN_ROLE_ARN: "arn:aws:iam::111122223333:role/bucketseal",
  LANE_QUEUE_URL: "lane",
  LANE_DEAD_LETTER_QUEUE_URL: "lane-dead",
  SWEEP_QUEUE_URL: "sweep",
  MANAGE_NOTIFICATIONS: "off" as const,
  HISTORY_DAYS: "400",
};

test("the bucket function's environment is read unchanged, without unrelated variables", () => {
  expect(bucketEnvironment({ ...complete, HOME: "/root" })).toEqual({ ...complete, HISTORY_DAYS: 400 });
});

test.each(Object.keys(complete))("the bucket function fails its cold start without %s", (name) => {
  expect(() => bucketEnvironment({ ...complete, [name]: undefined })).toThrow(name);
});

test("the bucket function fails its cold start with a malformed account", () => {
  expect(() => bucketEnvironment({ ...complete, ACCOUNT_ID: "0" })).toThrow("ACCOUNT_ID");
});
