import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { tempFile } from "../../cli/run-cli.ts";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import {
  aliceArn,
  bucketseal,
  ciArn,
  declared,
  encryptionOf,
  putEncryption,
  repairsOf,
  sealedBucket,
  soon,
  stateOf,
  story,
  succeeds,
} from "../../support/e2e/story.ts";

const e2e = story();
const { alice, ci, sandbox } = e2e;
let alerts: Alerts;
let version = 0;
/** Functions know the policy in force for ten seconds. */
const KNOWN_MS = 11_000;

/** The suite's policy folds nothing and lets everybody fight; this one says neither. */
beforeAll(async () => {
  alerts = await listen(e2e);
  const shown = JSON.parse((await succeeds(e2e, ["policy", "show", "--json"])).stdout) as {
    source: string;
    version: number;
  };
  version = shown.version;
  const document = parseDocument(shown.source);
  document.delete("fold");
  document.delete("breaker");
  await succeeds(e2e, ["push", await tempFile(String(document)), "--yes"]);
  await sleep(KNOWN_MS);
});

afterAll(async () => await bucketseal(e2e, ["policy", "rollback", String(version), "--yes"]));

test("somebody who puts a bucket back each time is stopped fighting with, both are named, and a person ends it", async () => {
  const bucket = await sealedBucket(e2e, "e2e-fight");
  const isDeclared = async () =>
    JSON.stringify(await encryptionOf(alice, bucket)) === JSON.stringify(declared(sandbox.keyArn));
  const stopped = async () => (await stateOf(e2e, bucket))?.outcome === "contested";
  for (let turn = 0; !(await stopped()) && turn < 9; turn++) {
    await putEncryption(ci, bucket, { algorithm: "AES256" });
    await soon(async () => (await stopped()) || (await isDeclared()), Boolean);
  }
  const told = await soon(
    () => alerts.about(bucket),
    (all) => all.some(({ outcome }) => outcome === "contested"),
  );
  // The first write gave alice's new bucket what is declared, and counts.
  expect(await repairsOf(e2e, bucket)).toHaveLength(3);
  expect(told.map(({ outcome, actor }) => [outcome, actor?.arn])).toEqual([
    ["changed", aliceArn],
    ["changed", ciArn],
    ["contested", ciArn],
  ]);
  const contested = told[2];
  expect(contested).toMatchObject({
    severity: "critical",
    contest: { writes: 3, theirs: expect.arrayContaining([ciArn]) },
    repeated: { times: 3, folded: [{ actor: ciArn, count: 1, changes: [expect.any(String)] }] },
  });
  expect(contested?.contest?.ours).toMatch(/^arn:aws:iam::000000000000:role\//);
  expect(contested?.next).toContainEqual(expect.stringContaining(`bucketseal resume ${bucket}`));

  const resumed = await succeeds(e2e, ["resume", bucket, "--json"]);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ bucket, closed: true, breaker: { writes: 3 } });
  await putEncryption(ci, bucket, { algorithm: "AES256" });
  await soon(isDeclared, Boolean);
  await soon(
    () => stateOf(e2e, bucket),
    (state) => state?.outcome === "left alone" && state.breaker === null,
  );
  expect(await bucketseal(e2e, ["resume", bucket])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("is not open"),
  });
});
