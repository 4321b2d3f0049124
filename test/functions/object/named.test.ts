import { CreateAccountCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import type { PublishCommand } from "@aws-sdk/client-sns";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { buildNotificationAlert } from "#core/alert/notifications";
import type { Alert } from "#core/alert/schema";
import { orgSchema } from "#core/org/settings";
import { objectEnvironment } from "../../../functions/object/environment.ts";
import { objectShared } from "../../../functions/object/shared.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws, rootOf } from "../../support/local-aws/local-aws.ts";

// What the alerts of the object function call their account: in a member, in a hub, and where
// nobody says.

const aws = localAws();
const region = "us-east-1";
const manager = "888800000001";
const given = { id: "o-a1b2c3d4e5", homeRegion: region, regions: [region], externalId: "x".repeat(16) };
const stack = { sent: [] as Alert[] };

beforeEach(() => {
  stack.sent = [];
  vi.stubEnv("AWS_ENDPOINT_URL", aws.endpoint);
});
afterEach(() => vi.unstubAllEnvs());

/** What a function of an account publishes is kept instead of sent. */
function publisher(account: string, hub: Parameters<typeof objectShared>[3]) {
  const settings = objectEnvironment({
    AWS_REGION: region,
    ACCOUNT_ID: account,
    POLICY_TABLE: "policies",
    LEDGER_TABLE: "ledger",
    TOPIC_ARN: `arn:aws:sns:${region}:111122223333:alerts`,
    PAUSE_PARAMETER: "/bucketseal/test/writes",
    QUEUE_URL: "http://localhost/q",
    DEAD_LETTER_QUEUE_URL: "http://localhost/d",
    OWN_SESSION_PREFIX: `arn:aws:sts::${account}:assumed-role/r/`,
    OWN_ROLE_ARN: `arn:aws:iam::${account}:role/r`,
    COPY: "off",
    UPDATE_OBJECT_ENCRYPTION: "off",
    WINDOW_SECONDS: "60",
  });
  const send = async ({ input }: PublishCommand) => {
    const { default: text } = JSON.parse(input.Message ?? "{}") as Record<string, string>;
    stack.sent.push(JSON.parse(text ?? "{}") as Alert);
  };
  const root = aws.root(account, region);
  const clients = { ...root, objects: root.s3, organizations: null as never, sns: { send } as never };
  const clock = { now: Date.now, newId: () => "id", sleep: async () => undefined };
  const { publish } = objectShared(clients, settings, clock, hub);
  const ref = { partition: "aws", account, region, bucket: "invoices" };
  const alert = { id: "a", now: 0, ref, rule: "r", finding: { kind: "switched on" }, trigger: null } as const;
  return () => publish(buildNotificationAlert(alert));
}

/** An account of an organization that lets it be described by whoever acts as its manager. */
async function member(AccountName: string): Promise<string> {
  const organizations = new OrganizationsClient({ region, endpoint: aws.endpoint, credentials: rootOf(manager) });
  const made = new CreateAccountCommand({ AccountName, Email: `${AccountName}@example.com` });
  return (await organizations.send(made)).CreateAccountStatus?.AccountId ?? "";
}

test("in a member it is what Organizations says to the hub's role, asked for once", async () => {
  const account = await member("payroll");
  const plane = { region, credentials: async () => rootOf(manager) };
  const publish = publisher(account, { plane });
  const asked = async () => (await aws.calls()).filter(({ api }) => api === "DescribeAccount").length;
  const before = await asked();
  await publish();
  await publish();
  expect(stack.sent).toMatchObject([{ account, accountName: "payroll" }, { accountName: "payroll" }]);
  expect(await asked()).toBe(before + 1);
});

test("in a hub it is what Organizations says, or else the hub's settings", async () => {
  const account = await member("hub");
  vi.stubEnv("AWS_ACCESS_KEY_ID", rootOf(account).accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", rootOf(account).secretAccessKey);
  const directory = [{ id: account, name: "the hub" }];
  await publisher(account, { org: { stage: "test", settings: orgSchema.parse({ ...given, directory }) } })();
  await publisher(account, { org: { stage: "test", settings: orgSchema.parse(given) } })();
  expect(stack.sent.map(({ accountName }) => accountName)).toEqual(["the hub", undefined]);
});

test("an alert does not wait for a name, and nobody is asked without an organization", async () => {
  const account = await member("busy");
  const plane = { region, credentials: async () => rootOf(manager) };
  await withFaults(aws.endpoint, [{ kind: "throttle", service: "organizations" }], publisher(account, { plane }));
  const asked = (await aws.calls()).filter(({ service }) => service === "organizations").length;
  await publisher(account, {})();
  expect(stack.sent.map(({ accountName }) => accountName)).toEqual([undefined, undefined]);
  expect((await aws.calls()).filter(({ service }) => service === "organizations")).toHaveLength(asked);
});
