import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { callerIdentity } from "#aws/sts/caller-identity";
import { objectEnvironment } from "../../../functions/object/environment.ts";
import { type Plane, planeOf } from "../../../functions/object/plane.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
const hub = "111122223333";
const MINUTE = 60_000;
let now: number;
let account: string;
let made = 0;

const variables = {
  AWS_REGION: "eu-west-1",
  POLICY_TABLE: "policies",
  LEDGER_TABLE: "ledger",
  TOPIC_ARN: "arn:aws:sns:us-east-1:111122223333:alerts",
  PAUSE_PARAMETER: "/bucketseal/test/writes",
  QUEUE_URL: "http://localhost/q",
  DEAD_LETTER_QUEUE_URL: "http://localhost/d",
  OWN_SESSION_PREFIX: "arn:aws:sts::222222222222:assumed-role/r/",
  OWN_ROLE_ARN: "arn:aws:iam::222222222222:role/r",
  COPY: "off",
  UPDATE_OBJECT_ENCRYPTION: "off",
  WINDOW_SECONDS: "60",
};

/** A function in an account whose user may assume roles, and the hub's role of this name. */
function planeTo(name: string): Plane {
  const of = { HUB_REGION: "us-east-1", PLANE_ROLE_ARN: `arn:aws:iam::${hub}:role/${name}`, ACCOUNT_ID: account };
  const plane = planeOf(objectEnvironment({ ...variables, ...of }), () => now);
  if (plane === null) throw new Error("no plane");
  return plane;
}

/** A role of the hub for callers that name their own account. */
async function roleOfHub(): Promise<string> {
  const RoleName = `plane-${made++}`;
  const Condition = { StringEquals: { "aws:RequestTag/bucketseal-account": `\${aws:PrincipalAccount}` } };
  const Action = ["sts:AssumeRole", "sts:TagSession"];
  const Statement = [{ Effect: "Allow", Principal: { AWS: "*" }, Action, Condition }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await aws.root(hub).iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return RoleName;
}

async function assumed(): Promise<number> {
  return (await aws.calls()).filter(({ api }) => api === "AssumeRole").length;
}

beforeEach(async () => {
  now = Date.now();
  const { sts } = await aws.user([{ Effect: "Allow", Action: ["sts:AssumeRole", "sts:TagSession"], Resource: "*" }]);
  const { accessKeyId, secretAccessKey } = await sts.config.credentials();
  account = (await callerIdentity(sts))?.account ?? "";
  vi.stubEnv("AWS_ENDPOINT_URL", aws.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
});
afterEach(() => vi.unstubAllEnvs());

describe("the hub of an object function in a member", () => {
  test("is none where the function is the hub's own", () => {
    expect(planeOf(objectEnvironment({ ...variables, ACCOUNT_ID: account }), () => now)).toBeNull();
  });

  test("is reached by a session for the function's account, asked for once in fifty minutes, however many ask", async () => {
    const plane = planeTo(await roleOfHub());
    const before = await assumed();
    const all = await Promise.all(Array.from({ length: 10 }, () => plane.credentials()));
    expect(new Set(all.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
    now += 49 * MINUTE;
    await plane.credentials();
    expect(await assumed()).toBe(before + 1);
    now += 2 * MINUTE;
    expect((await plane.credentials()).accessKeyId).not.toBe(all[0]?.accessKeyId);
  });

  test("that does not let it in is asked again the next time, and nothing is concluded meanwhile", async () => {
    const plane = planeTo("not-there");
    const refused = { name: "RetryableError", message: expect.stringContaining("the hub does not let us in") };
    await expect(plane.credentials()).rejects.toMatchObject(refused);
    const before = await assumed();
    await expect(plane.credentials()).rejects.toMatchObject(refused);
    expect(await assumed()).toBeGreaterThan(before);
  });
});
