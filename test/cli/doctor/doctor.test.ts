import { PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { DeleteParameterCommand } from "@aws-sdk/client-ssm";
import { beforeAll, expect, test } from "vitest";
import type { Examined } from "../../../cli/doctor/examine.ts";
import { account, cloud } from "../cloud.ts";
import { deployStage } from "../deploy-stage.ts";

const aws = cloud();
let paused = "";
beforeAll(async () => {
  paused = (await deployStage(aws.root(), account, "prod")).pauseParameter;
});

const found = (stdout: string) => (JSON.parse(stdout) as { examined: Examined[] }).examined;

test("what is not there is a finding, what could not be read is unknown, and each says what to do", async () => {
  const { code, stdout } = await aws.run(["doctor", "--json"]);
  const examined = found(stdout);
  expect(examined).toContainEqual(
    expect.objectContaining({
      check: "policy",
      answer: "finding",
      says: "no policy was pushed yet: no bucket is looked after",
    }),
  );
  expect(examined).toContainEqual(
    expect.objectContaining({ check: "functions", answer: "finding", says: "function prod-bucket is gone" }),
  );
  expect(examined).toContainEqual(
    expect.objectContaining({ check: "keys", answer: "unknown", says: expect.stringContaining("no policy yet") }),
  );
  for (const { answer, fix } of examined) expect(fix === null).toBe(answer === "ok");
  expect(code).toBe(1);
});

test("without permissions everything is unknown, nothing is ok, and the exit code is 1", async () => {
  const nobody = await aws.user("nobody", [{ Effect: "Allow", Action: ["ssm:GetParametersByPath"], Resource: "*" }]);
  const { code, stdout } = await aws.run(["doctor", "--json"], { as: nobody });
  const examined = found(stdout).filter(({ check }) => check !== "clock" && check !== "versions");
  expect(examined.length).toBeGreaterThan(10);
  expect(examined.filter(({ answer }) => answer !== "unknown")).toEqual([]);
  expect(code).toBe(1);
});

test("a pause switch that is gone is unknown", async () => {
  await aws.root().ssm.send(new DeleteParameterCommand({ Name: paused }));
  const { stdout } = await aws.run(["doctor", "--json"]);
  expect(found(stdout).find(({ check }) => check === "pause")).toMatchObject({ answer: "unknown" });
});

test.each<[string, string[], Record<string, string>, RegExp]>([
  [
    "a stage that is not there",
    ["--stage", "test"],
    {},
    /^bucketseal: there is no stage "test" here; deployed: prod\n$/,
  ],
  ["a Region without one", ["--region", "eu-north-1"], {}, /^bucketseal: no stage of Bucketseal is deployed .*\n$/],
  [
    "no credentials",
    [],
    { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
    /^bucketseal: no AWS credentials found: .*\n$/,
  ],
  ["a time that is none", ["--wait", "soon"], {}, /^bucketseal: --wait takes 1 to 3600 seconds, not "soon"\n$/],
  ["a canary without a terminal to ask on", ["--canary"], {}, /no terminal to confirm on; use --yes\n$/],
])("%s: one sentence, exit code 1", async (_what, flags, env, stderr) => {
  expect(await aws.run(["doctor", ...flags], { env })).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(stderr),
  });
});

test("a canary that nobody hears is a finding, and its bucket is deleted; a bucket without the tag is not touched", async () => {
  const heard = await aws.run(["doctor", "--json", "--canary", "--yes", "--wait", "1"]);
  expect(found(heard.stdout)).toContainEqual(
    expect.objectContaining({
      check: "canary",
      answer: "finding",
      says: expect.stringContaining("not looked at within 1 s"),
    }),
  );
  const calls = await aws.callsOf(async () => {
    const bucket = await aws.bucket("prod-invoices");
    const { stdout } = await aws.run(["doctor", "--json", "--canary-bucket", bucket]);
    expect(found(stdout)).toContainEqual(
      expect.objectContaining({
        check: "canary",
        answer: "unknown",
        says: expect.stringContaining("no tag bucketseal-canary"),
      }),
    );
  });
  expect(calls.map(({ api }) => api)).not.toContain("PutBucketTagging");

  const tags = {
    TagSet: [
      { Key: "team", Value: "a" },
      { Key: "bucketseal-canary", Value: "" },
    ],
  };
  const mine = await aws.bucket("prod-canary");
  await aws.root().s3.send(new PutBucketTaggingCommand({ Bucket: mine, Tagging: tags }));
  const { stdout } = await aws.run(["doctor", "--json", "--canary-bucket", mine, "--wait", "1"]);
  expect(found(stdout)).toContainEqual(expect.objectContaining({ check: "canary", answer: "finding" }));
});
