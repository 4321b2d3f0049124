import {
  CreateOrganizationalUnitCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { listAncestors } from "#aws/organizations/ancestors";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws, rootOf } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
const account = "111122223333";

const organizations = (credentials = rootOf(account)) =>
  new OrganizationsClient({ region: "us-east-1", endpoint: aws.endpoint, credentials });

test("an account's place in its organization is every unit above it, nearest first, with the root last", async () => {
  const client = organizations();
  const { Roots: [root] = [] } = await client.send(new ListRootsCommand({}));
  const unit = async (Name: string, ParentId: string) =>
    (await client.send(new CreateOrganizationalUnitCommand({ Name, ParentId }))).OrganizationalUnit?.Id ?? "";
  const rootId = root?.Id ?? "";
  const outer = await unit("workloads", rootId);
  const inner = await unit("prod", outer);
  expect(await listAncestors(client, account)).toEqual({ known: true, value: [rootId] });
  await client.send(new MoveAccountCommand({ AccountId: account, SourceParentId: rootId, DestinationParentId: inner }));
  expect(await listAncestors(client, account)).toEqual({ known: true, value: [inner, outer, rootId] });
});

test("an account's place in its organization is unknown to callers without the right", async () => {
  const { iam } = await aws.user([]);
  const { accessKeyId, secretAccessKey } = await iam.config.credentials();
  expect(await listAncestors(organizations({ accessKeyId, secretAccessKey }), account)).toMatchObject({
    known: false,
    error: { name: "AccessDeniedException" },
  });
});

test("an account's place in its organization is requested again when Organizations throttles", async () => {
  await withFaults(aws.endpoint, [{ kind: "throttle", service: "organizations" }], async () => {
    await expect(listAncestors(organizations(), account)).rejects.toThrow(RetryableError);
  });
});
