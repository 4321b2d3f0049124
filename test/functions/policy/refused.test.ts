import { beforeEach, expect, test } from "vitest";
import type { Alert } from "#core/alert/schema";
import { refusedPolicy } from "../../../functions/policy/refused.ts";
import { logger } from "../../../functions/runtime/telemetry.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { newTable } from "../../support/local-aws/table.ts";

const aws = localAws();
let published: Alert[];
let down: boolean;
let refused: (why: string) => Promise<void>;

beforeEach(async () => {
  logger.setLogLevel("SILENT");
  published = [];
  down = false;
  const { dynamodb } = aws.root();
  const ledger = { dynamodb, table: await newTable(dynamodb, "ledger") };
  const settings = { ACCOUNT_ID: "111122223333", AWS_REGION: "us-east-1" };
  const publish = async (alert: Alert) => {
    if (down) throw new Error("SNS is down");
    published.push(alert);
  };
  refused = refusedPolicy(ledger, settings, publish, { now: Date.now });
});

test("a refused policy is alerted once, however often it is read", async () => {
  await refused("version 2 hashes to something else");
  await refused("version 2 hashes to something else");
  expect(published).toHaveLength(1);
  expect(published[0]).toMatchObject({ severity: "critical", account: "111122223333" });
});

test("a refused policy has one alert id, however many functions read it at once", async () => {
  await Promise.all(["version 2 is odd", "version 2 is odd", "version 3 is odd"].map((why) => refused(why)));
  const ids = published.map(({ id }) => id);
  expect(ids.length).toBeGreaterThanOrEqual(2);
  expect(new Set(ids).size).toBe(2);
});

test("a policy refused for another reason is another alert", async () => {
  await refused("version 2 hashes to something else");
  await refused("version 3 is not in the table");
  expect(published).toHaveLength(2);
});

test("an alert about a refused policy that could not be sent is sent the next time", async () => {
  down = true;
  await expect(refused("version 2 hashes to something else")).rejects.toThrow("SNS is down");
  down = false;
  await refused("version 2 hashes to something else");
  expect(published).toHaveLength(1);
});
