import { randomUUID } from "node:crypto";
import {
  CreateOrganizationalUnitCommand,
  ListParentsCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDocument, type YAMLSeq } from "yaml";
import { tempFile } from "../../cli/run-cli.ts";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import { startAnew } from "../../support/e2e/start-anew.ts";
import { newBucket, outcomeOf, story, succeeds } from "../../support/e2e/story.ts";

const e2e = story();
const { alice, sandbox } = e2e;
const AccountId = sandbox.account;
const organizations = new OrganizationsClient({
  endpoint: sandbox.endpoint,
  region: sandbox.region,
  credentials: { ...sandbox.rootCredentials },
});
let alerts: Alerts;
let home = "";
let inner = "";
let version = 0;

async function unit(ParentId: string): Promise<string> {
  const Name = `e2e-${randomUUID()}`;
  const made = await organizations.send(new CreateOrganizationalUnitCommand({ ParentId, Name }));
  return made.OrganizationalUnit?.Id ?? "";
}

async function move(SourceParentId: string, DestinationParentId: string): Promise<void> {
  await organizations.send(new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId }));
}

beforeAll(async () => {
  alerts = await listen(e2e);
  const { Roots: roots } = await organizations.send(new ListRootsCommand({}));
  const [outer, other] = await Promise.all([unit(roots?.[0]?.Id ?? ""), unit(roots?.[0]?.Id ?? "")]);
  inner = await unit(outer);
  const { Parents: parents } = await organizations.send(new ListParentsCommand({ ChildId: AccountId }));
  home = parents?.[0]?.Id ?? "";
  await move(home, inner);

  const { stdout } = await succeeds(e2e, ["policy", "show", "--json"]);
  const shown = JSON.parse(stdout) as { source: string; version: number };
  version = shown.version;
  const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true };
  const rules = [
    { id: "other-unit", match: { ous: [other], buckets: ["ou-*"] }, encryption, mode: "observe" },
    { id: "outer-unit", match: { ous: [outer], buckets: ["ou-*"] }, encryption, mode: "enforce" },
  ];
  const document = parseDocument(shown.source);
  (document.get("rules") as YAMLSeq).items.unshift(...rules.map((rule) => document.createNode(rule)));
  await succeeds(e2e, ["push", await tempFile(String(document)), "--yes"]);
  // Functions cache an account's place in the organization for five minutes.
  await startAnew(e2e);
});

afterAll(async () => {
  await succeeds(e2e, ["policy", "rollback", String(version), "--yes"]);
  await move(inner, home);
  await startAnew(e2e);
});

test("a rule on a unit is for the accounts anywhere below it, and for no others", async () => {
  const bucket = await newBucket(alice, "ou");
  const [alert] = await alerts.wait(bucket, 1);
  expect(alert).toMatchObject({ outcome: "changed", rule: "outer-unit" });
  await outcomeOf(e2e, bucket, "left alone");
});
