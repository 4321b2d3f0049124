import { describe, expect, test } from "vitest";
import type { Plan } from "#core/decide/plan";
import type { Fact } from "#core/fact";
import { guard } from "#core/guard/guard";
import { encryptionContextPinned } from "#core/guard/hazards/encryption-context";
import type { KeyAccess } from "#core/iam/can-use-key";
import type { PolicyDocument } from "#core/iam/document";
import { calm } from "../../support/core/calm.ts";
import { abroad, bucketArn, document } from "../../support/core/iam.ts";
import { aPlan, kms, wanted } from "../../support/core/loop.ts";
import { account, denied, keyArn, known, ref } from "../../support/core/world.ts";

const CONTEXT = "kms:EncryptionContext:aws:s3:arn";
const ci = `arn:aws:iam::${account}:role/ci`;
const usual = { Effect: "Allow", Principal: { AWS: account }, Action: "kms:*", Resource: "*" };
const pinned = (Condition: object, more: object = {}) => ({
  ...usual,
  Sid: "Pinned",
  Principal: { AWS: ci },
  Condition,
  ...more,
});
const toObjects = { StringLike: { [CONTEXT]: `${bucketArn}/*` } };
const toBucket = { StringEquals: { [CONTEXT]: bucketArn } };
const grant = (constraints: object | null, grantee = ci): KeyAccess["grants"][number] => ({
  grantee,
  operations: ["GenerateDataKey", "Decrypt"],
  constraints: constraints === null ? null : { equals: null, subset: null, ...constraints },
});

async function says(
  policy: Fact<PolicyDocument>,
  grants: Fact<KeyAccess["grants"]> = known([]),
  changes: Partial<Plan> = {},
  of: object = {},
) {
  const read: string[] = [];
  const reader = {
    ...calm,
    key: async () => denied,
    keyPolicy: async () => {
      read.push("policy");
      return policy;
    },
    keyGrants: async () => {
      read.push("grants");
      return grants;
    },
  };
  const { kind, reasons } = await guard(reader, { ref, policyKeys: {}, ...of }, aPlan(changes), [
    encryptionContextPinned,
  ]);
  return { kind, texts: reasons.map(({ text }) => text), read };
}

const statements = (...all: readonly object[]) => known(document(...all));
const clear = { kind: "clear", texts: [], read: ["policy", "grants"] };
const without = { after: { ...wanted, bucketKey: false } };

describe("a bucket that gets a bucket key", () => {
  test("is held if somebody may use the key for objects only", async () => {
    expect(await says(statements(usual, pinned(toObjects)))).toEqual({
      kind: "hazard",
      texts: [
        `encryption context: Pinned of ${keyArn(1)} lets ${ci} use it for objects' ARNs only, and with a bucket key S3 names the bucket's`,
      ],
      read: ["policy", "grants"],
    });
  });

  test.each<[string, object]>([
    ["the account", pinned(toObjects, { Principal: { AWS: account } })],
    ["another account's role", pinned(toObjects, { Principal: { AWS: `arn:aws:iam::${abroad}:role/ci` } })],
    ["a service", pinned(toObjects, { Principal: { Service: "delivery.logs.amazonaws.com" } })],
    [
      "everybody of the account",
      pinned({ ...toObjects, StringEquals: { "kms:CallerAccount": account } }, { Principal: "*" }),
    ],
    ["reading only", pinned(toObjects, { Action: "kms:Decrypt" })],
    ["one prefix", pinned({ StringLike: { [CONTEXT]: `${bucketArn}/logs/*` } })],
    [
      "anything but objects, by a Deny",
      pinned({ StringNotLike: { [CONTEXT]: `${bucketArn}/*` } }, { Effect: "Deny", Principal: { AWS: account } }),
    ],
  ])("is held if that is %s", async (_, given) => {
    const more = given as { readonly Effect: string };
    expect((await says(more.Effect === "Deny" ? statements(usual, given) : statements(given))).kind).toBe("hazard");
  });

  test("is held if a grant is for objects only", async () => {
    const equals = { equals: { "aws:s3:arn": `${bucketArn}/a` } };
    const subset = { subset: { "aws:s3:arn": `${bucketArn}/a` } };
    expect((await says(statements(usual), known([grant(equals)]))).texts).toEqual([
      `encryption context: a grant of ${keyArn(1)} lets ${ci} use it for objects' ARNs only, and with a bucket key S3 names the bucket's`,
    ]);
    expect((await says(statements(usual), known([grant(subset)]))).kind).toBe("hazard");
    expect((await says(statements(usual), known([grant(subset, "dynamodb.amazonaws.com")]))).kind).toBe("hazard");
    expect(await says(statements(usual), known([grant(subset), grant(null)]))).toEqual(clear);
  });

  test.each<[string, object]>([
    ["the whole account, whatever the context", usual],
    ["somebody for the bucket", pinned(toBucket)],
    ["somebody for both", pinned({ StringLike: { [CONTEXT]: [bucketArn, `${bucketArn}/*`] } })],
    ["somebody for all that begins with its name", pinned({ StringLike: { [CONTEXT]: `${bucketArn}*` } })],
    ["somebody for another bucket's objects", pinned({ StringLike: { [CONTEXT]: "arn:aws:s3:::other/*" } })],
    ["nobody, whatever the context", { ...pinned(toBucket), Effect: "Deny" }],
    ["nobody that can be read", { ...usual, Principal: 7 }],
    ["nobody that it names", { ...usual, Principal: undefined }],
    ["everybody but one", { ...usual, Principal: undefined, NotPrincipal: { AWS: ci } }],
    ["somebody under conditions that cannot be read", pinned([])],
  ])("is not held if the key lets %s use it", async (_, given) => {
    expect(await says(statements(given))).toEqual(clear);
  });
});

describe("a bucket that gets no bucket key", () => {
  test("is held if somebody may use the key for the bucket only", async () => {
    expect((await says(statements(usual, pinned(toBucket)), known([]), without)).texts).toEqual([
      `encryption context: Pinned of ${keyArn(1)} lets ${ci} use it for the bucket's ARNs only, and without a bucket key S3 names each object's`,
    ]);
    const equals = { equals: { "aws:s3:arn": bucketArn } };
    expect((await says(statements(usual), known([grant(equals)]), without)).kind).toBe("hazard");
  });

  test("is not held if they may use it for objects", async () => {
    expect(await says(statements(usual, pinned(toObjects)), known([]), without)).toEqual(clear);
  });
});

describe("the key's policy and grants", () => {
  test("that could not be read hold, with the permission that it takes", async () => {
    expect((await says(denied)).texts).toEqual([
      "whether the key is bound to an encryption context could not be read: AccessDenied; it takes kms:GetKeyPolicy",
    ]);
    expect((await says(statements(usual), denied)).texts).toEqual([
      "whether the key's grants are bound to an encryption context could not be read: AccessDenied; it takes kms:ListGrants",
    ]);
  });

  test.each<[string, Partial<Plan>]>([
    ["whose key does not change", { before: { ...kms, sseC: "NONE" } }],
    ["that comes under no key", { after: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" } }],
    ["that comes under another account's key", { after: { ...wanted, key: keyArn(1, { account: abroad }) } }],
  ])("are not read for a bucket %s", async (_, changes) => {
    expect(await says(denied, denied, changes)).toEqual({ kind: "clear", texts: [], read: [] });
  });

  test("are read for a bucket whose bucket key alone changes", async () => {
    expect(await says(statements(usual), known([]), { before: { ...kms, bucketKey: false } })).toEqual(clear);
  });
});

test("an object that would come under the key with a bucket key is held for those who may use it for objects only", async () => {
  const of = { object: { bucket: ref, key: "a" } };
  const held = statements(usual, pinned(toObjects));
  expect((await says(held, known([]), {}, of)).texts).toEqual([
    `encryption context: Pinned of ${keyArn(1)} lets ${ci} use it for objects' ARNs only, and with a bucket key S3 names the bucket's`,
  ]);
  expect((await says(held, known([]), without, of)).kind).toBe("clear");
});
