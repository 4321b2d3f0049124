import { Aspects } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { synthesize } from "../../scripts/synthesize.ts";

test.each([
  ["as it is by default", {}],
  [
    "with everything that can be chosen",
    {
      trail: "create",
      dataTrail: "create",
      copy: true,
      manageNotifications: true,
      batch: true,
      email: "ops@example.com",
    },
  ],
] as const)("cdk-nag finds nothing in the hub %s", async (_name, options) => {
  const { app, stack } = await synthesize(options);
  Aspects.of(app).add(new AwsSolutionsChecks());
  app.synth({ force: true });
  const found = Annotations.fromStack(stack);
  const any = Match.stringLikeRegexp("AwsSolutions-.*");
  expect(
    [...found.findError("*", any), ...found.findWarning("*", any)].map(({ id, entry }) => [id, entry.data]),
  ).toEqual([]);
});

test("every accepted finding of cdk-nag has its reason", async () => {
  const { resources } = await synthesize({
    trail: "create",
    dataTrail: "create",
    batch: true,
    email: "ops@example.com",
  });
  const accepted = Object.entries(resources).flatMap(([id, { Metadata }]) =>
    ((Metadata?.cdk_nag as { rules_to_suppress?: { id: string; reason: string }[] })?.rules_to_suppress ?? []).map(
      (rule) => ({ resource: id, ...rule }),
    ),
  );
  expect(accepted.map(({ resource, id }) => `${resource}: ${id}`).sort()).toEqual([
    "BatchJobRolePolicy: AwsSolutions-IAM5",
    "BatchReports: AwsSolutions-S1",
    "BucketFunctionRolePolicy: AwsSolutions-IAM5",
    "BucketUndelivered: AwsSolutions-SQS3",
    "DataTrailAccessLogs: AwsSolutions-S1",
    "ObjectFunctionRolePolicy: AwsSolutions-IAM5",
    "ObjectUndelivered: AwsSolutions-SQS3",
    "Silence: AwsSolutions-SNS2",
    "SweepFunctionRolePolicy: AwsSolutions-IAM5",
    "SweepUndelivered: AwsSolutions-SQS3",
    "TrailAccessLogs: AwsSolutions-S1",
  ]);
  for (const { reason } of accepted) expect(reason.length).toBeGreaterThan(40);
});
