import { GetAccountSettingsCommand, GetFunctionRecursionConfigCommand } from "@aws-sdk/client-lambda";
import { beforeAll, describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
const aws = conformance();
type User = Awaited<ReturnType<typeof aws.otherUser>>;
let allowed: User;
let other: User;
beforeAll(async () => {
  const may = (...Action: string[]) => [{ Effect: "Allow", Action, Resource: "*" }];
  [allowed, other] = await Promise.all([
    aws.otherUser(may("lambda:GetAccountSettings", "lambda:GetFunctionRecursionConfig")),
    aws.otherUser(may("lambda:GetFunction")),
  ]);
});

describe("an action of its own:", () => {
  test("to read the account's settings", async () => {
    const { AccountLimit } = await allowed.lambda.send(new GetAccountSettingsCommand({}));
    expect(AccountLimit?.UnreservedConcurrentExecutions).toBeGreaterThan(0);
    const refused = { name: expect.stringMatching(/AccessDenied/) };
    await expect(other.lambda.send(new GetAccountSettingsCommand({}))).rejects.toMatchObject(refused);
  });

  test("to read whether a function may ask itself", async () => {
    const read = () => new GetFunctionRecursionConfigCommand({ FunctionName: `${aws.prefix}-none` });
    await expect(allowed.lambda.send(read())).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    const refused = { name: expect.stringMatching(/AccessDenied/) };
    await expect(other.lambda.send(read())).rejects.toMatchObject(refused);
  });
});
