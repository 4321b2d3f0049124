import { OrganizationsClient, TagResourceCommand } from "@aws-sdk/client-organizations";
import { expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { listAccountTags } from "#aws/organizations/account-tags";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws, rootOf } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
const account = "111122223344";

const organizations = (credentials = rootOf(account)) =>
  new OrganizationsClient({ region: "us-east-1", endpoint: aws.endpoint, credentials });

test("an account's tags are all of them, however many pages they fill", async () => {
  const client = organizations();
  expect(await listAccountTags(client, account)).toEqual({ known: true, value: {} });
  const Tags = Array.from({ length: 45 }, (_, at) => ({ Key: `tag ${at}`, Value: String(at) }));
  await client.send(new TagResourceCommand({ ResourceId: account, Tags }));
  const value = Object.fromEntries(Tags.map((tag) => [tag.Key, tag.Value]));
  expect(await listAccountTags(client, account)).toEqual({ known: true, value });
});

test("an account's tags are unknown to callers without the right, and where there is no such account", async () => {
  const { iam } = await aws.user([]);
  const { accessKeyId, secretAccessKey } = await iam.config.credentials();
  const refused = { known: false, error: { name: "AccessDeniedException" } };
  expect(await listAccountTags(organizations({ accessKeyId, secretAccessKey }), account)).toMatchObject(refused);
  const none = { known: false, error: { name: "TargetNotFoundException" } };
  expect(await listAccountTags(organizations(), "999999999999")).toMatchObject(none);
});

test("an account's tags are requested again when Organizations throttles", async () => {
  await withFaults(aws.endpoint, [{ kind: "throttle", service: "organizations" }], async () => {
    await expect(listAccountTags(organizations(), account)).rejects.toThrow(RetryableError);
  });
});
