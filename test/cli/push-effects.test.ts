import { beforeAll, beforeEach, expect, test } from "vitest";
import { saveState } from "#aws/ledger/bucket-state";
import { unseen } from "#core/ledger/state";
import type { Deployment } from "#core/stage/deployment";
import { account, cloud } from "./cloud.ts";
import { deployStage } from "./deploy-stage.ts";
import { tempFile } from "./run-cli.ts";

/** What `push` says of the buckets that the ledger knows. */
const aws = cloud();
const scope = { account, region: "us-east-1" };
let stage: Deployment;

const ledger = () => ({ dynamodb: aws.root().dynamodb, table: stage.ledgerTable });
const policy = (rules: string, exemptions = "[]") => `version: 1
exemptions: ${exemptions}
rules:
${rules}`;
const rule = (id: string, mode: string) =>
  `  - { id: ${id}, match: { buckets: ["${id}-*"] }, encryption: { algorithm: AES256 }, mode: ${mode} }\n`;
const exempt = '[{ id: moves, match: { buckets: ["c-*"] }, reason: "moves soon", until: 2099-01-01 }]';
const before = policy(rule("a", "observe") + rule("b", "enforce") + rule("c", "enforce"), exempt);
const after = policy(rule("a", "enforce") + rule("b", "observe") + rule("c", "enforce"));

beforeAll(async () => {
  stage = await deployStage(aws.root(), account, "dev");
  for (const bucket of ["a-1", "a-2", "b-1", "c-1", "other"]) {
    const at = "2026-11-21T08:15:00.000Z";
    const known = { rule: bucket === "other" ? null : (bucket[0] ?? null), outcome: "left alone", since: at } as const;
    await saveState(ledger(), { partition: "aws", ...scope, bucket }, { ...unseen, ...known });
  }
});

beforeEach(async () => {
  await aws.run(["push", await tempFile(before), "--yes"]);
});

test.each([[["--dry-run"]], [["--yes"]]])("push %s names the buckets that it concerns", async (flags) => {
  const { code, stdout } = await aws.run(["push", await tempFile(after), ...flags]);
  expect(code, stdout).toBe(0);
  expect(stdout).toContain("4 known buckets may get another target:");
  expect(stdout).toMatch(/3 newly enforced: a-1, a-2, c-1\n +1 newly observed: b-1\n +1 no longer exempt: c-1\n/);
});

test.each([
  [["--dry-run"], false],
  [["--yes"], true],
] as const)("push %s --json has them all", async (flags, pushed) => {
  const { stdout } = await aws.run(["push", await tempFile(after), ...flags, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    pushed,
    buckets: {
      concerned: ["a-1", "a-2", "b-1", "c-1"],
      enforced: ["a-1", "a-2", "c-1"],
      observed: ["b-1"],
      unexempted: ["c-1"],
    },
  });
});
