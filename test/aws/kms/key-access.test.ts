import { CreateGrantCommand, CreateKeyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { keyAccessReader } from "#aws/kms/key-access";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { refOf } from "../s3/new-bucket.ts";

const aws = localAws();
const account = "111122223333";
const ref = refOf("any");
const reads = () => keyAccessReader(() => aws.root().kms);

const newKey = async (): Promise<string> =>
  (await aws.root().kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";

test("a key's policy is read, as KMS made it and as somebody put it", async () => {
  const arn = await newKey();
  const root = `arn:aws:iam::${account}:root`;
  expect(await reads().keyPolicy(ref, arn)).toMatchObject({
    known: true,
    value: { statements: [{ effect: "Allow", principals: { named: [{ kind: "AWS", name: root }] } }] },
  });
  const all = { Effect: "Allow", Principal: { AWS: root }, Action: "kms:*", Resource: "*" };
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [all, { ...all, Effect: "Deny", Action: "kms:Sign" }],
  });
  await aws.root().kms.send(new PutKeyPolicyCommand({ KeyId: arn, Policy }));
  expect(await reads().keyPolicy(ref, arn)).toMatchObject({
    value: { statements: [{ effect: "Allow" }, { effect: "Deny" }] },
  });
});

test("every grant of a key is read, with its constraints, page by page", async () => {
  const arn = await newKey();
  expect(await reads().keyGrants(ref, arn)).toEqual({ known: true, value: [] });
  const GranteePrincipal = `arn:aws:iam::${account}:role/reader`;
  const grant = { KeyId: arn, GranteePrincipal, Operations: ["Decrypt" as const] };
  const context = { "aws:s3:arn": "arn:aws:s3:::any" };
  await aws.root().kms.send(new CreateGrantCommand({ ...grant, Constraints: { EncryptionContextEquals: context } }));
  await aws.root().kms.send(new CreateGrantCommand({ ...grant, Constraints: { EncryptionContextSubset: context } }));
  for (let more = 0; more < 101; more++)
    await aws.root().kms.send(new CreateGrantCommand({ ...grant, Name: `${more}` }));
  const found = await reads().keyGrants(ref, arn);
  const grants = found.known ? found.value : [];
  expect(grants).toHaveLength(103);
  const read = { grantee: GranteePrincipal, operations: ["Decrypt"] };
  expect(grants.filter(({ constraints }) => constraints === null)[0]).toEqual({ ...read, constraints: null });
  expect(grants).toContainEqual({ ...read, constraints: { equals: context, subset: null } });
  expect(grants).toContainEqual({ ...read, constraints: { equals: null, subset: context } });
});

test("who may use a key of another account, or one that does not exist, is unknown", async () => {
  const missing = `arn:aws:kms:us-east-1:${account}:key/99999999-9999-4999-8999-999999999999`;
  const user = await aws.user([{ Effect: "Allow", Action: "kms:DescribeKey", Resource: "*" }]);
  const unallowed = keyAccessReader(() => user.kms);
  for (const name of ["keyPolicy", "keyGrants"] as const) {
    expect(await reads()[name](ref, missing)).toMatchObject({ known: false, error: { name: "NotFoundException" } });
    expect(await unallowed[name](ref, await newKey())).toMatchObject({ known: false });
  }
});

test("who may use a key is read again later, after a throttle that does not end", async () => {
  const arn = await newKey();
  for (const [api, name] of [
    ["GetKeyPolicy", "keyPolicy"],
    ["ListGrants", "keyGrants"],
  ] as const) {
    await withFaults(aws.endpoint, [{ kind: "throttle", api }], async () => {
      await expect(reads()[name](ref, arn)).rejects.toThrow(RetryableError);
    });
  }
});
