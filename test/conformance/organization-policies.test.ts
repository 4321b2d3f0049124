import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
  DetachPolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
  type PolicyType,
} from "@aws-sdk/client-organizations";
import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { type Clients, clients } from "../support/local-aws/clients.ts";
import { conformance } from "../support/local-aws/conformance.ts";
import { rootOf } from "../support/local-aws/local-aws.ts";
import { onAws, refused } from "./s3-setting.ts";

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html (messages)

const aws = conformance();
let organizations: OrganizationsClient;
let root: string;
let unit: string;
let member: string;
let inMember: Clients;
let Bucket: string;

// On AWS this takes an organization, which a test must not touch.
describe.skipIf(onAws)("an organization's policies", () => {
  beforeAll(async () => {
    const credentials = rootOf(aws.account);
    organizations = new OrganizationsClient({ region: aws.region, endpoint: aws.endpoint ?? "", credentials });
    root = (await organizations.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? "";
    const PolicyType = "RESOURCE_CONTROL_POLICY";
    await organizations.send(new EnablePolicyTypeCommand({ RootId: root, PolicyType }));
    const named = { AccountName: "member", Email: `${aws.prefix}@example.com` };
    const created = await organizations.send(new CreateAccountCommand(named));
    member = created.CreateAccountStatus?.AccountId ?? "";
    const ou = new CreateOrganizationalUnitCommand({ ParentId: root, Name: "unit" });
    unit = (await organizations.send(ou)).OrganizationalUnit?.Id ?? "";
    const move = { AccountId: member, SourceParentId: root, DestinationParentId: unit };
    await organizations.send(new MoveAccountCommand(move));
    inMember = clients({ endpoint: aws.endpoint, credentials: rootOf(member) });
    Bucket = `${aws.prefix}-member`;
    await inMember.s3.send(new CreateBucketCommand({ Bucket }));
    await inMember.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
  });

  /** Attaches a policy to a target while `run` runs. */
  const under = async (Type: PolicyType, statement: object, TargetId: string, run: () => Promise<void>) => {
    const Content = JSON.stringify({ Version: "2012-10-17", Statement: [{ Resource: "*", ...statement }] });
    const Name = `${Type}-${Math.random()}`;
    const { Policy } = await organizations.send(new CreatePolicyCommand({ Name, Description: "", Type, Content }));
    const attachment = { PolicyId: Policy?.PolicySummary?.Id, TargetId };
    await organizations.send(new AttachPolicyCommand(attachment));
    await run().finally(() => organizations.send(new DetachPolicyCommand(attachment)));
  };
  const reset = (s3 = inMember.s3) => s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
  const noReset = { Effect: "Deny", Action: "s3:PutEncryptionConfiguration" };

  test.each([
    ["the root", () => root],
    ["a unit", () => unit],
    ["the account", () => member],
  ])("a Deny at %s holds for a member, its root user included, and says so", async (_, target) => {
    await reset();
    await under("SERVICE_CONTROL_POLICY", noReset, target(), async () => {
      expect(await refused(reset())).toEqual([
        403,
        "AccessDenied",
        `User: arn:aws:iam::${member}:root is not authorized to perform: s3:PutEncryptionConfiguration on resource: "arn:aws:s3:::${Bucket}" with an explicit deny in a service control policy`,
      ]);
      await inMember.s3.send(new GetBucketEncryptionCommand({ Bucket }));
    });
    await reset();
  });

  test("a Deny does not hold for the management account", async () => {
    const own = await aws.bucket();
    await under("SERVICE_CONTROL_POLICY", noReset, root, async () => {
      const s3 = (await aws.otherUser()).s3;
      await s3.send(new DeleteBucketEncryptionCommand({ Bucket: own }));
    });
  });

  test("a Deny spares the principal that its condition names", async () => {
    const UserName = "deployer";
    const { User } = await inMember.iam.send(new CreateUserCommand({ UserName }));
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
    });
    await inMember.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "all", PolicyDocument }));
    const { AccessKey } = await inMember.iam.send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {};
    const user = clients({ endpoint: aws.endpoint, credentials: { accessKeyId, secretAccessKey } });
    const Condition = { ArnNotLike: { "aws:PrincipalArn": [User?.Arn] } };
    await under("SERVICE_CONTROL_POLICY", { ...noReset, Condition }, unit, async () => {
      expect((await refused(reset()))[0]).toBe(403);
      await reset(user.s3);
    });
  });

  test("what no policy of a unit allows is refused, though the others allow it", async () => {
    const full = { PolicyId: "p-FullAWSAccess", TargetId: unit };
    await under("SERVICE_CONTROL_POLICY", { Effect: "Allow", Action: "s3:Get*" }, unit, async () => {
      await organizations.send(new DetachPolicyCommand(full));
      try {
        await inMember.s3.send(new GetBucketEncryptionCommand({ Bucket }));
        const [, , message] = await refused(reset());
        expect(message).toMatch(/because no service control policy allows the s3:PutEncryptionConfiguration action$/);
      } finally {
        await organizations.send(new AttachPolicyCommand(full));
      }
    });
    await reset();
  });

  test("a resource control policy refuses everybody, other accounts and the public too", async () => {
    await inMember.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await inMember.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const read = (s3 = inMember.s3) => s3.send(new GetObjectCommand({ Bucket, Key: "a" }));
    const anonymous = async () => (await fetch(`${aws.endpoint}/${Bucket}/a`)).status;
    await read(aws.s3);
    expect(await anonymous()).toBe(200);
    const deny = { Effect: "Deny", Principal: "*", Action: "s3:GetObject" };
    await under("RESOURCE_CONTROL_POLICY", deny, unit, async () => {
      expect((await refused(read()))[2]).toMatch(/with an explicit deny in a resource control policy$/);
      expect((await refused(read(aws.s3)))[0]).toBe(403);
      expect(await anonymous()).toBe(403);
    });
    await read();
  });

  test("an account that joins another organization is under its policies, until it leaves", async () => {
    const guest = `${Number(member) === 999_999_999_999 ? 1 : Number(member) + 1}`.padStart(12, "0");
    const { s3 } = clients({ endpoint: aws.endpoint, credentials: rootOf(guest) });
    await s3.send(new CreateBucketCommand({ Bucket: `${aws.prefix}-guest` }));
    const take = () => s3.send(new DeleteBucketEncryptionCommand({ Bucket: `${aws.prefix}-guest` }));
    const membership = async (method: "PUT" | "DELETE") => {
      const query = new URLSearchParams({ account: guest, manager: aws.account });
      return (await fetch(`${aws.endpoint}/_bucketseal/organization?${query}`, { method })).ok;
    };
    await under("SERVICE_CONTROL_POLICY", noReset, root, async () => {
      await take();
      expect(await membership("PUT")).toBe(true);
      expect((await refused(take()))[2]).toMatch(/explicit deny in a service control policy$/);
      expect(await membership("DELETE")).toBe(true);
      await take();
    });
  });
});
