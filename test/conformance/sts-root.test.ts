import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { role, session } from "../support/local-aws/role.ts";

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html

const aws = conformance();

// A real account's root user has no access keys, or should have none.
test.runIf(process.env.BUCKETSEAL_TEST_AWS !== "1")("the root user cannot assume a role", async () => {
  const RoleArn = await role(aws, [{ Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" }]);
  const assume = aws.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "root" }));
  await expect(assume).rejects.toMatchObject({
    name: "AccessDenied",
    message: "Roles may not be assumed by root accounts.",
  });
});

test("a user of the account can, where the role trusts the account", async () => {
  const RoleArn = await role(aws, [{ Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" }]);
  await expect(session(aws, RoleArn)).resolves.toHaveProperty("s3");
});
