import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDocument, type YAMLSeq } from "yaml";
import type { Alert } from "#core/alert/schema";
import { type CliRun, runCli, tempFile } from "../../cli/run-cli.ts";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import { bucketseal, cliEnvironment, newBucket, outcomeOf, soon, story, succeeds } from "../../support/e2e/story.ts";
import type { Credentials } from "../../support/local-aws/clients.ts";
import { holdingProxy } from "../../support/local-aws/holding-proxy.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;
const kms = { algorithm: "aws:kms", key: "default", bucketKey: true };
let alerts: Alerts;
let operator: Credentials;
let operatorArn = "";
let source = "";
let version = 0;

beforeAll(async () => {
  alerts = await listen(e2e);
  const UserName = `operator-${randomUUID()}`;
  const { User } = await root.iam.send(new CreateUserCommand({ UserName }));
  operatorArn = User?.Arn ?? "";
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "sts:AssumeRole", Resource: sandbox.pushRoleArn },
      { Effect: "Allow", Action: "ssm:GetParametersByPath", Resource: "*" },
    ],
  });
  await root.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "push", PolicyDocument }));
  const { AccessKey: key } = await root.iam.send(new CreateAccessKeyCommand({ UserName }));
  operator = { accessKeyId: key?.AccessKeyId ?? "", secretAccessKey: key?.SecretAccessKey ?? "" };
  const shown = JSON.parse((await succeeds(e2e, ["policy", "show", "--json"])).stdout) as {
    source: string;
    version: number;
  };
  ({ source, version } = shown);
});

afterAll(async () => await bucketseal(e2e, ["policy", "rollback", String(version), "--yes"]));

/** The policy that was in force at first, with these rules before its own. */
async function withRules(rules: readonly object[]): Promise<string> {
  const document = parseDocument(source);
  (document.get("rules") as YAMLSeq).items.unshift(...rules.map((rule) => document.createNode(rule)));
  return tempFile(String(document));
}

async function push(rules: readonly object[], as: Credentials = operator): Promise<number> {
  const { stdout } = await succeeds(e2e, ["push", await withRules(rules), "--yes", "--json"], as);
  return (JSON.parse(stdout) as { version: number }).version;
}

async function versionInForce(): Promise<number> {
  const { stdout } = await succeeds(e2e, ["policy", "show", "--json"]);
  return (JSON.parse(stdout) as { version: number }).version;
}

/** The alert that the pointer moved to a version. */
async function moved(to: number): Promise<Alert> {
  const of = (all: readonly Alert[]) =>
    all.findLast(({ policy }) => policy?.kind === "moved" && policy.to === to) as Alert;
  return of(
    await soon(
      () => alerts.all(),
      (all) => of(all) !== undefined,
    ),
  );
}

describe("every move of the policy pointer is alerted, with who moved it:", () => {
  const match = { buckets: ["changing-*"] };
  let strong = 0;

  test("one to a stronger policy", async () => {
    strong = await push([{ id: "changing", match, encryption: kms, mode: "enforce" }]);
    const alert = await moved(strong);
    expect(alert).toMatchObject({ bucket: null, outcome: "changed", severity: "info" });
    expect(alert.policy).toMatchObject({ by: operatorArn, weaker: [] });
    expect(JSON.stringify(alert.policy)).toMatch(/"stronger":\["[^"]*changing/);
  });

  test("one to a weaker policy, with what becomes weaker and the way back", async () => {
    const weak = await push([{ id: "changing", match, encryption: { algorithm: "AES256" }, mode: "enforce" }]);
    const alert = await moved(weak);
    expect(alert).toMatchObject({ outcome: "changed", severity: "high" });
    expect(alert.policy).toMatchObject({ kind: "moved", from: strong, to: weak, by: operatorArn, stronger: [] });
    expect(JSON.stringify(alert.policy)).toMatch(/"weaker":\["[^"]*changing/);
    expect(alert.next.join()).toContain(`bucketseal policy rollback ${strong}`);
  });

  test("one by a rollback", async () => {
    const from = await versionInForce();
    await succeeds(e2e, ["policy", "rollback", String(strong), "--yes"], operator);
    await soon(
      () => alerts.all(),
      (all) => all.some(({ policy }) => policy?.kind === "moved" && policy.from === from && policy.to === strong),
    );
    expect(await versionInForce()).toBe(strong);
  });
});

describe("when two people push at once, the second is refused and nothing of the first is lost, where the second", () => {
  const rule = (id: string) => [{ id, match: { buckets: [`${id}-*`] }, encryption: kms, mode: "observe" }];

  test.each([
    ["is about to store a version", 1],
    ["is about to move the pointer", 2],
  ])("%s", async (_when, count) => {
    const proxy = await holdingProxy(sandbox.endpoint, "PutItem", count);
    try {
      const file = await withRules(rule(`second-${count}`));
      const env = { ...cliEnvironment(sandbox, operator), AWS_ENDPOINT_URL: proxy.endpoint };
      const second: Promise<CliRun> = runCli(["push", file, "--yes"], { env });
      await proxy.held;
      const first = await push(rule(`first-${count}`), sandbox.credentials);
      proxy.release();
      const { code, stderr } = await second;
      expect(code).toBe(1);
      expect(stderr).toMatch(/somebody/);
      expect(await versionInForce()).toBe(first);
      const { stdout } = await succeeds(e2e, ["policy", "show"]);
      expect(stdout).toContain(`first-${count}`);
    } finally {
      await proxy.close();
    }
  });
});

test("a policy of 1,000 more rules is loaded within ten seconds, and a bucket gets what the last of them declares", async () => {
  const rules = Array.from({ length: 1_000 }, (_, at) => ({
    id: `many-${at}`,
    match: { buckets: [`many-${at}-*`] },
    encryption: kms,
    mode: "enforce",
  }));
  const pushed = await push(rules);
  await sleep(10_500);
  const bucket = await newBucket(alice, "many-999");
  const [alert] = await alerts.wait(bucket, 1);
  expect(alert).toMatchObject({ outcome: "changed", rule: "many-999" });
  expect(await outcomeOf(e2e, bucket, "left alone")).toMatchObject({ policyVersion: pushed });
});
