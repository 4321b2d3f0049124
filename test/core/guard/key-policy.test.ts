import { describe, expect, test } from "vitest";
import type { Plan } from "#core/decide/plan";
import type { Fact } from "#core/fact";
import { guard } from "#core/guard/guard";
import { keyPolicy } from "#core/guard/hazards/key-policy";
import type { GuardedReader } from "#core/guard/reader";
import { unseenKey } from "#core/guard/unseen-key";
import type { KeyFacts } from "#core/key/key";
import type { ObjectRef } from "#core/names";
import { calm } from "../../support/core/calm.ts";
import { abroad, bucketArn, document } from "../../support/core/iam.ts";
import { aPlan, kms } from "../../support/core/loop.ts";
import { account, denied, keyArn, keyFacts, known, ref } from "../../support/core/world.ts";

const statement = (more: object) => ({
  Sid: "Use",
  Effect: "Allow",
  Principal: { AWS: account },
  Action: "kms:*",
  Resource: "*",
  ...more,
});
const onlyRole = statement({ Principal: { AWS: `arn:aws:iam::${account}:role/ci` } });
const grant = {
  grantee: `arn:aws:iam::${account}:root`,
  operations: ["GenerateDataKey", "Decrypt"],
  constraints: null,
};

/** What the hazard says, and the facts that it read. */
async function says(
  given: Partial<GuardedReader>,
  changes: Partial<Plan> = {},
  key: Fact<KeyFacts | null> = known(keyFacts(keyArn(1))),
  of: { readonly object?: ObjectRef } = {},
) {
  const read: string[] = [];
  const seen =
    <T>(name: string, fact: () => Promise<T>) =>
    async () => {
      read.push(name);
      return await fact();
    };
  const all = { ...calm, ...given };
  const reader = {
    key: seen("key", async () => key),
    keyPolicy: seen("policy", () => all.keyPolicy(ref, keyArn(1))),
    keyGrants: seen("grants", () => all.keyGrants(ref, keyArn(1))),
    bucketPolicy: seen("bucket policy", () => all.bucketPolicy(ref)),
  };
  const { kind, reasons } = await guard(reader, { ref, policyKeys: {}, ...of }, aPlan(changes), [keyPolicy]);
  return { kind, texts: reasons.map(({ text }) => text), read };
}

const policy = (...statements: readonly object[]) => ({ keyPolicy: async () => known(document(...statements)) });

describe("a bucket whose declared key", () => {
  test("is its account's to use is not held, and no grants are read", async () => {
    expect(await says({})).toEqual({ kind: "clear", texts: [], read: ["key", "policy"] });
  });

  test("nobody of its account may use is held", async () => {
    expect(await says(policy(statement({ Principal: { AWS: abroad } })))).toEqual({
      kind: "hazard",
      texts: [`key policy: the policy of ${keyArn(1)} lets nobody of account ${account} use it through S3`],
      read: ["key", "policy", "grants"],
    });
  });

  test("somebody of its account may use, and perhaps nobody else, is held", async () => {
    expect((await says(policy(onlyRole))).texts).toEqual([
      `key policy: the policy of ${keyArn(1)} lets perhaps not everybody of account ${account} use it through S3 (Use)`,
    ]);
  });

  test("denies it is held, by the statement's name", async () => {
    const no = statement({ Sid: "No", Effect: "Deny", Principal: "*", Action: "kms:Decrypt" });
    expect((await says(policy(statement({}), no))).texts[0]).toMatch(/lets nobody of account .* through S3 \(No\)$/);
  });

  test.each<[string, object]>([
    ["writing", { Action: ["kms:GenerateDataKey*"] }],
    ["reading", { Action: "kms:Decrypt" }],
    ["another service", { Condition: { StringEquals: { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" } } }],
  ])("is only for %s is held", async (_, more) => {
    expect((await says(policy(statement(more)))).kind).toBe("hazard");
  });

  test.each<[string, object]>([
    ["through S3", { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com", "kms:CallerAccount": account } }],
    ["for the bucket", { StringEquals: { "kms:EncryptionContext:aws:s3:arn": bucketArn } }],
    ["for its objects", { StringLike: { "kms:EncryptionContext:aws:s3:arn": `${bucketArn}/*` } }],
  ])("is %s is not held", async (_, Condition) => {
    expect((await says(policy(statement({ Condition })))).kind).toBe("clear");
  });

  test("is the account's by a grant is not held", async () => {
    const found = await says({ ...policy(), keyGrants: async () => known([grant]) });
    expect(found).toEqual({ kind: "clear", texts: [], read: ["key", "policy", "grants"] });
  });

  test("has a policy or grants that could not be read is held, with the permission", async () => {
    expect(await says({ keyPolicy: async () => denied })).toEqual({
      kind: "unknown",
      texts: [
        "whether the declared key lets the account use it could not be read: AccessDenied; it takes kms:GetKeyPolicy",
      ],
      read: ["key", "policy"],
    });
    expect((await says({ ...policy(), keyGrants: async () => denied })).texts).toEqual([
      "whether the declared key's grants let the account use it could not be read: AccessDenied; it takes kms:ListGrants",
    ]);
  });

  test("stays spelled by its name is not held: whose key that is depends on who uploads", async () => {
    const after = { ...kms, algorithm: "aws:kms", key: "alias/s3-default", sseC: "SSE-C" } as const;
    expect(await says(policy(onlyRole), { after })).toEqual({ kind: "clear", texts: [], read: ["key"] });
  });

  describe("is of another account", () => {
    const central = keyArn(1, { account: abroad });
    const plan = { declaredKey: central, after: { ...kms, key: central, sseC: "SSE-C" as const } } as Partial<Plan>;
    const saysOf = (keyPolicy: GuardedReader["keyPolicy"]) => says({ keyPolicy }, plan, known(keyFacts(central)));

    test("that does not let us in is not held: its policy cannot be read", async () => {
      expect(await saysOf(async () => unseenKey)).toEqual({ kind: "clear", texts: [], read: ["key", "policy"] });
    });

    test("that lets us in is judged by its policy, which must let the bucket's account use it", async () => {
      const root = statement({ Principal: { AWS: `arn:aws:iam::${account}:root` } });
      expect((await saysOf(async () => known(document(root)))).kind).toBe("clear");
      const own = statement({ Principal: { AWS: `arn:aws:iam::${abroad}:root` } });
      expect((await saysOf(async () => known(document(own)))).texts).toEqual([
        `key policy: the policy of ${central} lets nobody of account ${account} use it through S3`,
      ]);
      const Condition = { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } };
      const everybody = statement({ Principal: "*", Condition });
      expect((await saysOf(async () => known(document(everybody)))).kind).toBe("clear");
      expect((await saysOf(async () => denied)).kind).toBe("unknown");
    });
  });

  test("is missing or unreadable is another hazard's", async () => {
    expect((await says({ keyPolicy: async () => denied }, {}, known(null))).kind).toBe("clear");
    expect((await says({ keyPolicy: async () => denied }, {}, denied)).kind).toBe("clear");
  });

  test("does not change, or is none, is not asked about", async () => {
    const none = { kind: "clear", texts: [], read: [] };
    expect(await says({}, { before: { ...kms, sseC: "NONE" } })).toEqual(none);
    expect(await says({}, { declaredKey: null })).toEqual(none);
    expect(await says({}, { after: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" } })).toEqual(none);
  });
});

describe("a bucket whose declared key is an AWS managed one", () => {
  const managed = known(keyFacts(keyArn(1), { manager: "AWS" }));
  const allow = (Principal: unknown, more: object = {}) => ({
    Sid: "Partner",
    Effect: "Allow",
    Principal,
    Action: "s3:GetObject",
    Resource: `${bucketArn}/*`,
    ...more,
  });
  const lets = (...statements: readonly object[]) =>
    says({ bucketPolicy: async () => known(document(...statements)) }, {}, managed);

  test.each<[string, object, string]>([
    ["another account", allow({ AWS: abroad }), `account ${abroad}`],
    ["another account upload", allow({ AWS: abroad }, { Action: "s3:PutObject" }), `account ${abroad}`],
    ["another account's role", allow({ AWS: `arn:aws:iam::${abroad}:role/ci` }), `arn:aws:iam::${abroad}:role/ci`],
    [
      "an organization",
      allow("*", { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } }),
      "organization o-1",
    ],
  ])("is held if its policy lets %s in", async (_, given, who) => {
    expect((await lets(given)).texts).toEqual([
      `key policy: Partner of the bucket's policy lets ${who} in, and an AWS managed key works in its own account only`,
    ]);
  });

  test.each<[string, object]>([
    ["its own account", allow({ AWS: account })],
    ["its own role", allow({ AWS: `arn:aws:iam::${account}:role/ci` })],
    ["a service", allow({ Service: "cloudfront.amazonaws.com" })],
    ["nobody else", allow({ AWS: abroad }, { Effect: "Deny" })],
  ])("is not held if it lets %s in", async (_, given) => {
    expect((await lets(given)).kind).toBe("clear");
  });

  test("is not held without a policy, and held if that cannot be read", async () => {
    expect(await says({}, {}, managed)).toEqual({ kind: "clear", texts: [], read: ["key", "policy", "bucket policy"] });
    expect((await says({ bucketPolicy: async () => denied }, {}, managed)).texts).toEqual([
      "whether the bucket's policy lets other accounts in could not be read: AccessDenied; it takes s3:GetBucketPolicy",
    ]);
  });
});

describe("an object", () => {
  const of = { object: { bucket: ref, key: "a" } };
  const object = (given: Parameters<typeof says>[0], changes: Parameters<typeof says>[1] = {}, key = usual) =>
    says(given, changes, key, of);
  const usual = known(keyFacts(keyArn(1)));

  test("that nobody of its account could read under the declared key is held", async () => {
    expect(await object(policy(statement({ Principal: { AWS: abroad } })))).toMatchObject({
      kind: "hazard",
      texts: [`key policy: the policy of ${keyArn(1)} lets nobody of account ${account} use it through S3`],
    });
  });

  test("is not held where its account may read, and not write", async () => {
    const reading = policy(statement({ Action: "kms:Decrypt" }));
    expect((await object(reading)).kind).toBe("clear");
    expect((await says(reading)).kind).toBe("hazard");
  });

  test("that stays under its key is not held, and nothing is read", async () => {
    const before = { ...kms, key: keyArn(1), bucketKey: false };
    expect(await object(policy(onlyRole), { before })).toEqual({ kind: "clear", texts: [], read: [] });
  });

  test("under an AWS managed key is held where others read it, and not where they only write", async () => {
    const managed = known(keyFacts(keyArn(1), { manager: "AWS" }));
    const letting = (Action: string) => ({
      bucketPolicy: async () =>
        known(document({ ...statement({ Action, Resource: `${bucketArn}/*` }), Principal: { AWS: abroad } })),
    });
    expect((await object(letting("s3:GetObject"), {}, managed)).texts).toEqual([
      `key policy: Use of the bucket's policy lets account ${abroad} in, and an AWS managed key works in its own account only`,
    ]);
    expect((await object(letting("s3:PutObject"), {}, managed)).kind).toBe("clear");
    expect((await says(letting("s3:PutObject"), {}, managed)).kind).toBe("hazard");
  });
});
