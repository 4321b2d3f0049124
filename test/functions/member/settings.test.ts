import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readOrg } from "../../../functions/member/settings.ts";
import { anOrg } from "../../support/local-aws/member.ts";

const folder = mkdtempSync(join(tmpdir(), "bucketseal-org-"));
const write = (text: string) => writeFileSync(join(folder, "org.json"), text);
const on = { ORG: "on", LAMBDA_TASK_ROOT: folder };

test.each([[{}], [{ ORG: "off" }], [{ ORG: "off", LAMBDA_TASK_ROOT: folder }]])(
  "without an organization no file is read: %j",
  (variables) => {
    write("not JSON");
    expect(readOrg(variables)).toBeNull();
  },
);

test("the organization is read from beside the function's code", () => {
  const { stage, settings } = anOrg;
  write(JSON.stringify({ stage, org: settings }));
  expect(readOrg(on)).toEqual(anOrg);
});

test.each([
  ["is missing", null],
  ["is no JSON", "not JSON"],
  ["has no stage", JSON.stringify({ org: anOrg.settings })],
  ["names no external id", JSON.stringify({ stage: "test", org: { ...anOrg.settings, externalId: "" } })],
  ["has an unknown field", JSON.stringify({ stage: "test", org: anOrg.settings, more: 1 })],
])("a file that %s fails the cold start", (_what, text) => {
  if (text !== null) write(text);
  const variables = text === null ? { ...on, LAMBDA_TASK_ROOT: join(folder, "nowhere") } : on;
  expect(() => readOrg(variables)).toThrow(/^ORG is on, and .*org\.json cannot be read/);
});
