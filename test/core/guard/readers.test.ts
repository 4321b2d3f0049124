import { describe, expect, test } from "vitest";
import type { Fact } from "#core/fact";
import { guard } from "#core/guard/guard";
import { readers } from "#core/guard/hazards/readers";
import type { HazardReader } from "#core/guard/reader";
import { readDocument } from "#core/iam/document";
import { calm } from "../../support/core/calm.ts";
import { aPlan, kms, wanted } from "../../support/core/loop.ts";
import { account, aliasArn, denied, keyArn, keyFacts, known, ref } from "../../support/core/world.ts";

const bucketArn = `arn:aws:s3:::${ref.bucket}`;
const stranger = "444455556666";
const distribution = `arn:aws:cloudfront::${account}:distribution/E1`;
const root = (of: string) => `arn:aws:iam::${of}:root`;

/** A bucket's policy with one statement that lets somebody read objects. */
function letting(Principal: unknown, Condition?: object, more: object = {}) {
  const Statement = { Sid: "Read", Effect: "Allow", Principal, Action: "s3:GetObject", Resource: `${bucketArn}/*` };
  return known(
    readDocument(JSON.stringify({ Version: "2012-10-17", Statement: { ...Statement, Condition, ...more } })),
  );
}

/** A key's policy that leaves it to its account, with one statement more. */
function keyLetting(Principal?: unknown, Condition?: object, isHome = true) {
  const all = { Effect: "Allow", Principal: { AWS: root(account) }, Action: "kms:*", Resource: "*" };
  const more = {
    Effect: "Allow",
    Principal,
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
    Condition,
  };
  const Statement = [...(isHome ? [all] : []), ...(Principal === undefined ? [] : [more])];
  return async () => known(readDocument(JSON.stringify({ Version: "2012-10-17", Statement })));
}

type Shown = { readonly [K in keyof HazardReader]?: HazardReader[K] | Fact<unknown> };

async function guarded(shown: Shown, plan = aPlan(), of: object = {}) {
  const read: string[] = [];
  const reader = Object.fromEntries(
    Object.entries({ ...calm, ...shown }).map(([name, given]) => [
      name,
      async (...asked: never[]) => {
        read.push(name);
        return typeof given === "function" ? (given as (...all: never[]) => unknown)(...asked) : given;
      },
    ]),
  ) as unknown as HazardReader;
  const key = async () => known(keyFacts(keyArn(1)));
  const result = await guard({ ...reader, key }, { ref, policyKeys: {}, ...of }, plan, [readers]);
  return { kind: result.kind, text: result.reasons[0]?.text ?? null, read: read.sort() };
}

const open = known({ ignorePublicAcls: false, restrictPublicBuckets: false });
const nobody = "and nobody without credentials can read what is under a KMS key";
const everybody = "http://acs.amazonaws.com/groups/global/AllUsers";

describe("a bucket that comes under a KMS key, read without credentials, is held", () => {
  test.each<[string, Shown, string]>([
    [
      "by its policy",
      { bucketPolicy: letting("*"), publicAccessBlock: open },
      `readers: Read of the bucket's policy lets everybody read objects, ${nobody}`,
    ],
    [
      "by its policy, from some addresses",
      { bucketPolicy: letting("*", { IpAddress: { "aws:SourceIp": "198.51.100.0/24" } }), publicAccessBlock: open },
      `readers: Read of the bucket's policy lets everybody read objects, ${nobody}`,
    ],
    [
      "by a policy that only S3 finds public",
      { bucketPolicy: letting({ AWS: stranger }), policyStatus: known({ isPublic: true }), publicAccessBlock: open },
      `readers: the bucket's policy lets everybody read objects, ${nobody}`,
    ],
    [
      "through its website",
      { bucketPolicy: letting("*"), publicAccessBlock: open, website: known(true) },
      `readers: Read of the bucket's policy lets everybody read objects, through its website too, ${nobody}`,
    ],
    [
      "by its ACL",
      {
        acl: known([{ grantee: everybody, permission: "READ" }]),
        publicAccessBlock: open,
        ownership: known("ObjectWriter"),
      },
      `readers: the bucket's ACL lets everybody in, ${nobody}`,
    ],
    [
      "through its website, whose objects have ACLs of their own",
      { website: known(true), publicAccessBlock: open, ownership: known(null) },
      `readers: the bucket has a website, and ACLs may make its objects public, ${nobody}`,
    ],
    [
      "by an origin access identity",
      {
        bucketPolicy: letting({ AWS: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1" }),
      },
      "readers: Read of the bucket's policy lets an origin access identity of CloudFront read, which can use no KMS key",
    ],
  ])("%s", async (_, shown, text) => {
    expect(await guarded(shown)).toMatchObject({ kind: "hazard", text });
  });
});

describe("a bucket that comes under a KMS key is not held", () => {
  test.each<[string, Shown]>([
    ["where nobody is let in", {}],
    ["by a public policy that has no effect", { bucketPolicy: letting("*") }],
    [
      "by a public ACL that has no effect, since the owner is enforced",
      { acl: known([{ grantee: everybody, permission: "READ" }]), publicAccessBlock: open },
    ],
    [
      "by a public ACL that has no effect, since it is ignored",
      { acl: known([{ grantee: everybody, permission: "READ" }]), ownership: known("ObjectWriter") },
    ],
    [
      "by an ACL that lets nobody read",
      {
        acl: known([
          { grantee: everybody, permission: "WRITE" },
          { grantee: "toString", permission: "READ" },
        ]),
        publicAccessBlock: open,
        ownership: known("ObjectWriter"),
      },
    ],
    ["by a website that nobody can read", { website: known(true) }],
    ["where its own account is let in", { bucketPolicy: letting({ AWS: root(account) }) }],
    [
      "where roles of its own account are described",
      {
        bucketPolicy: letting("*", { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/*` } }),
        publicAccessBlock: open,
      },
    ],
    ["where a user was let in who was deleted", { bucketPolicy: letting({ AWS: "AIDAEXAMPLEEXAMPLE00" }) }],
    ["where all is denied again", { bucketPolicy: letting("*", undefined, { Effect: "Deny" }) }],
    [
      "where an origin access control may decrypt",
      {
        bucketPolicy: letting(
          { Service: "cloudfront.amazonaws.com" },
          { StringEquals: { "aws:SourceArn": distribution } },
        ),
        keyPolicy: keyLetting(
          { Service: "cloudfront.amazonaws.com" },
          { StringEquals: { "aws:SourceArn": distribution } },
        ),
      },
    ],
    [
      "where another account may decrypt",
      { bucketPolicy: letting({ AWS: stranger }), keyPolicy: keyLetting({ AWS: root(stranger) }) },
    ],
    [
      "where its organization may decrypt",
      {
        bucketPolicy: letting("*", { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }),
        keyPolicy: keyLetting("*", { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }),
      },
    ],
    [
      "where a role of its own account is named",
      { bucketPolicy: letting({ AWS: `arn:aws:iam::${account}:role/app` }) },
    ],
  ])("%s", async (_, shown) => {
    expect(await guarded(shown)).toMatchObject({ kind: "clear", text: null });
  });
});

describe("the block of public access of the whole account", () => {
  const [ignored, restricted] = [
    known({ ignorePublicAcls: true, restrictPublicBuckets: false }),
    known({ ignorePublicAcls: false, restrictPublicBuckets: true }),
  ];
  const byPolicy = { bucketPolicy: letting("*"), policyStatus: known({ isPublic: true }), publicAccessBlock: open };
  const byAcl = {
    acl: known([{ grantee: everybody, permission: "READ" }]),
    publicAccessBlock: open,
    ownership: known("ObjectWriter"),
  };
  const byAddress = {
    bucketPolicy: letting("*", { IpAddress: { "aws:SourceIp": "198.51.100.0/24" } }),
    policyStatus: known({ isPublic: false }),
  };

  test.each<[string, Shown, Fact<unknown>, "clear" | "hazard"]>([
    ["closes what a policy opens", byPolicy, restricted, "clear"],
    ["closes what an ACL opens", byAcl, ignored, "clear"],
    ["closes no policy by ignoring ACLs", byPolicy, ignored, "hazard"],
    ["closes no ACL by restricting policies", byAcl, restricted, "hazard"],
    ["opens nothing that the bucket's own closes", { bucketPolicy: letting("*") }, open, "clear"],
    ["closes one of two ways", { ...byPolicy, ...byAcl }, restricted, "hazard"],
    [
      "closes two ways together with the bucket's own",
      { ...byPolicy, ...byAcl, publicAccessBlock: ignored },
      restricted,
      "clear",
    ],
    ["closes no policy that S3 does not find public", { ...byAddress, publicAccessBlock: open }, restricted, "hazard"],
  ])("%s", async (_, shown, accountBlock, kind) => {
    expect((await guarded({ ...shown, accountBlock })).kind).toBe(kind);
  });

  test("that is the bucket's own closes no policy either that S3 does not find public", async () => {
    expect(await guarded(byAddress)).toMatchObject({
      kind: "hazard",
      text: `readers: Read of the bucket's policy lets everybody read objects, ${nobody}`,
    });
  });

  test("is read only where the bucket is public without it", async () => {
    for (const calmly of [{}, { bucketPolicy: letting("*") }, { bucketPolicy: letting({ AWS: root(account) }) }]) {
      expect((await guarded({ publicAccessBlock: restricted, ...calmly })).read).not.toContain("accountBlock");
    }
    expect((await guarded(byPolicy)).read.filter((each) => each === "accountBlock")).toEqual(["accountBlock"]);
  });

  test("that cannot be read closes nothing: the bucket is held, and the permission is named", async () => {
    const unread =
      "(unless the account blocks it, which could not be read: AccessDenied; it takes s3:GetAccountPublicAccessBlock)";
    expect(await guarded({ ...byPolicy, accountBlock: denied })).toMatchObject({
      kind: "hazard",
      text: `readers: Read of the bucket's policy lets everybody read objects ${unread}, ${nobody}`,
    });
  });
});

describe("a bucket is held for readers whom the declared key does not let in", () => {
  const control = letting({ Service: "cloudfront.amazonaws.com" }, { StringEquals: { "aws:SourceArn": distribution } });
  const other = { "aws:SourceArn": `arn:aws:cloudfront::${account}:distribution/E2` };
  test.each<[string, Shown, RegExp]>([
    [
      "an origin access control",
      { bucketPolicy: control },
      /^readers: cloudfront\.amazonaws\.com, who reads objects \(Read of the bucket's policy\), cannot use .*, by its policy$/,
    ],
    [
      "an origin access control of another distribution",
      {
        bucketPolicy: control,
        keyPolicy: keyLetting({ Service: "cloudfront.amazonaws.com" }, { StringEquals: other }),
      },
      /cloudfront\.amazonaws\.com, .* cannot use/,
    ],
    [
      "an origin access control of whatever distribution",
      {
        bucketPolicy: letting({ Service: "cloudfront.amazonaws.com" }),
        keyPolicy: keyLetting({ Service: "cloudfront.amazonaws.com" }, { StringEquals: other }),
      },
      /cloudfront\.amazonaws\.com, .* may not be able to use .* does not tell for sure$/,
    ],
    ["another account", { bucketPolicy: letting({ AWS: stranger }) }, /account 444455556666, .* cannot use/],
    [
      "a role of another account, and one more",
      { bucketPolicy: letting({ AWS: [`arn:aws:iam::${stranger}:role/a`, `arn:aws:iam::${stranger}:role/b`] }) },
      /role\/a, .* cannot use .*; and 1 more like that$/,
    ],
    [
      "a role of the same account, where the key names others",
      {
        bucketPolicy: letting({ AWS: `arn:aws:iam::${account}:role/app` }),
        keyPolicy: keyLetting({ AWS: `arn:aws:iam::${account}:role/other` }, undefined, false),
      },
      /role\/app, .* cannot use/,
    ],
    [
      "an organization",
      { bucketPolicy: letting("*", { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }) },
      /organization o-a1b2c3d4e5, /,
    ],
    ["somebody by canonical id", { bucketPolicy: letting({ CanonicalUser: "a".repeat(64) }) }, /somebody \(aaa/],
    [
      "whomever a path of an organization describes",
      {
        bucketPolicy: letting("*", { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*" } }),
        publicAccessBlock: open,
      },
      /somebody \(o-a1b2c3d4e5\/\*\)/,
    ],
  ])("%s", async (_, shown, text) => {
    const found = await guarded(shown);
    expect(found).toMatchObject({ kind: "hazard", text: expect.stringMatching(text) });
  });

  test("by a grant, nobody is kept out", async () => {
    const grant = { grantee: `arn:aws:iam::${stranger}:role/a`, operations: ["Decrypt"], constraints: null };
    const bucketPolicy = letting({ AWS: grant.grantee });
    expect(await guarded({ bucketPolicy, keyGrants: known([grant]) })).toMatchObject({ kind: "clear" });
  });

  test("also where the bucket was under another KMS key, and only for those", async () => {
    const before = { ...kms, key: keyArn(2) };
    const theirs = await guarded({ bucketPolicy: letting({ AWS: stranger }) }, aPlan({ before }));
    expect(theirs).toMatchObject({ kind: "hazard", read: ["bucketPolicy", "keyGrants", "keyPolicy"] });
    const site = { bucketPolicy: letting("*"), publicAccessBlock: open };
    expect(await guarded(site, aPlan({ before }))).toEqual({ kind: "clear", text: null, read: ["bucketPolicy"] });
  });
});

describe("the key of another account", () => {
  const after = { ...wanted, key: keyArn(9, { account: stranger }) };
  test("tells nobody who may use it: strangers are held for, and roles of the bucket's account are not", async () => {
    const bucketPolicy = letting({ AWS: [`arn:aws:iam::${account}:role/app`, "777788889999"] });
    expect(await guarded({ bucketPolicy }, aPlan({ after }))).toMatchObject({
      kind: "hazard",
      text: expect.stringMatching(/account 777788889999, .* may not be able to use .* cannot be read$/),
    });
    const own = { bucketPolicy: letting({ AWS: `arn:aws:iam::${account}:role/app` }) };
    expect(await guarded(own, aPlan({ after }))).toMatchObject({ kind: "clear" });
  });

  test("that lets us in is judged by its policy; one that goes by the organization does not tell of strangers", async () => {
    const plan = aPlan({ after });
    const app = { AWS: `arn:aws:iam::${account}:role/app` };
    const theirs = keyLetting({ AWS: root(stranger) }, undefined, false);
    const org = keyLetting("*", { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }, false);
    const says = (keyPolicy: HazardReader["keyPolicy"], who: unknown) =>
      guarded({ bucketPolicy: letting(who), keyPolicy, keyGrants: known([]) }, plan);
    expect(await says(theirs, app)).toMatchObject({ kind: "hazard", text: expect.stringContaining("cannot use") });
    expect(await says(org, app)).toMatchObject({ kind: "clear" });
    expect(await says(org, { AWS: "777788889999" })).toMatchObject({
      kind: "hazard",
      text: expect.stringContaining("may not be able to use"),
    });
  });
});

describe("an AWS managed key", () => {
  const declaredKey = aliasArn("aws/s3");
  const managed = async (shown: Shown, after = { ...wanted, key: keyArn(3) }) => {
    const key = async () => known(keyFacts(keyArn(3), { manager: "AWS" }));
    const plan = aPlan({ declaredKey, after });
    const asked = {
      ...readers,
      check: (...given: Parameters<typeof readers.check>) => {
        const [, facts] = given;
        if (facts.freshKeys.get(declaredKey) === undefined)
          return { kind: "needs", needs: [{ fact: "freshKey", arn: declaredKey }] } as const;
        return readers.check(...given);
      },
    };
    const given = Object.fromEntries(Object.entries(shown).map(([name, fact]) => [name, async () => fact]));
    return (await guard({ ...calm, ...given, key }, { ref, policyKeys: {} }, plan, [asked])).kind;
  };

  test("keeps CloudFront out; that it keeps other accounts out, its own hazard says", async () => {
    expect(await managed({ bucketPolicy: letting({ Service: "cloudfront.amazonaws.com" }) })).toBe("hazard");
    expect(await managed({ bucketPolicy: letting({ AWS: [stranger, `arn:aws:iam::${stranger}:role/a`] }) })).toBe(
      "clear",
    );
    const org = { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } };
    expect(await managed({ bucketPolicy: letting("*", org) })).toBe("clear");
  });

  test("that a rule does not name works for the bucket's own account alone", async () => {
    const after = { algorithm: "aws:kms", bucketKey: true, sseC: "SSE-C" } as const;
    const strangers = await guarded({ bucketPolicy: letting({ AWS: stranger }) }, aPlan({ declaredKey: null, after }));
    expect(strangers).toMatchObject({ kind: "hazard", text: expect.stringMatching(/works in its own account only$/) });
  });
});

test.each(["bucketPolicy", "policyStatus", "publicAccessBlock", "acl", "ownership", "website"] as const)(
  "a bucket whose %s cannot be read is held, and the permission is named",
  async (name) => {
    const shown = name === "policyStatus" ? { bucketPolicy: letting({ AWS: stranger }) } : {};
    const { kind, text } = await guarded({ ...shown, [name]: denied });
    expect({ kind, text }).toEqual({
      kind: "unknown",
      text: expect.stringMatching(
        /^whether everybody who reads the bucket could go on reading could not be read: AccessDenied; it takes s3:Get\w+$/,
      ),
    });
  },
);

test.each(["keyPolicy", "keyGrants"] as const)("readers of a key whose %s cannot be read are unknown", async (name) => {
  const { kind, text } = await guarded({ bucketPolicy: letting({ AWS: stranger }), [name]: denied });
  expect({ kind, text }).toEqual({ kind: "unknown", text: expect.stringMatching(/it takes kms:/) });
});

test("nothing is read where no key is needed, or the same as before", async () => {
  const none = { kind: "clear", text: null, read: [] };
  expect(await guarded({}, aPlan({ before: kms, after: { ...wanted, algorithm: "AES256" } }))).toEqual(none);
  expect(await guarded({}, aPlan({ before: kms, after: { ...wanted, bucketKey: false } }))).toEqual(none);
});

test("objects of a public bucket are held as well", async () => {
  const shown = { bucketPolicy: letting("*"), publicAccessBlock: open };
  expect(await guarded(shown, aPlan(), { object: { bucket: ref, key: "a" } })).toMatchObject({ kind: "hazard" });
});
