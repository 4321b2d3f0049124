import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmptyAccount, startEmptyAccount } from "../support/deploy/empty-account.ts";
import { isSoak } from "../support/soak.ts";

let account: EmptyAccount;

beforeAll(async () => {
  account = await startEmptyAccount();
}, 120_000);
afterAll(async () => await account?.stop());

describe("npm run deploy refuses, exits with 1 and changes nothing", () => {
  test.each([
    ["no stage", [], {}, /name the stage/],
    ["a stage name that is none", ["--stage", "my stage"], {}, /"my stage" is not a stage name/],
    ["an unknown flag", ["--stage", "dev", "--force"], {}, /--force/],
    [
      "an option with a wrong value",
      ["--stage", "dev"],
      { BUCKETSEAL_TRAIL: "nonsense" },
      /BUCKETSEAL_TRAIL is "nonsense"/,
    ],
    ["a wrong address", ["--stage", "dev"], { BUCKETSEAL_ALERT_EMAIL: "foo" }, /"foo", which is not an email address/],
    [
      "options that contradict each other",
      ["--stage", "dev"],
      { BUCKETSEAL_OBJECTS: "off", BUCKETSEAL_COPY: "on" },
      /BUCKETSEAL_OBJECTS is off/,
    ],
    ["no credentials", ["--stage", "dev"], { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }, /no AWS credentials/],
    ["an unknown profile", ["--stage", "dev", "--profile", "nope"], {}, /profile "nope" provides no credentials/],
    [
      "an endpoint that is down",
      ["--stage", "dev"],
      { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
      /cannot reach the endpoint/,
    ],
  ] as const)("%s", async (_, args, env, sentence) => {
    const { code, text } = await account.deploy(args, env);
    expect(code).toBe(1);
    expect(text).toMatch(sentence);
    expect(text).not.toMatch(/\n\s+at /);
    expect((await account.aws.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });

  test.runIf(isSoak)(
    "a first deployment that fails: with the cause, and nothing is left",
    async () => {
      const { code, text } = await account.deploy(["--stage", "bad"], { BUCKETSEAL_TRAIL: "create" });
      expect(code).toBe(1);
      expect(text).toMatch(/nothing was deployed/);
      expect(text).toMatch(/AWS::CloudTrail::Trail/);
      expect((await account.aws.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
      expect((await account.aws.sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
    },
    60_000,
  );
});
