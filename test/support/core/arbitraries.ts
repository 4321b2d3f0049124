import fc from "fast-check";
import type { BucketEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import { aliasArn, denied, keyArn, keyId, policyOf, ref, type World } from "./world.ts";

const foreign = { account: "999999999999" };

/** Few keys and aliases, so that observed and declared ones often coincide. */
const keyArns = [keyArn(1), keyArn(2), keyArn(3), keyArn(9, foreign)];
const aliases = [aliasArn("a"), aliasArn("b"), aliasArn("aws/s3"), aliasArn("a", foreign)];

/** Every spelling of `KMSMasterKeyID`, and some invalid ones. */
const keySpelling = fc.constantFrom<(string | undefined)[]>(
  ...keyArns,
  ...aliases,
  keyId(1),
  keyId(3),
  "alias/a",
  "alias/b",
  "",
  "nonsense",
  undefined,
);

/** A bucket's encryption as S3 could return it, and some it hardly would. */
const bucketEncryption: fc.Arbitrary<BucketEncryption> = fc
  .record({
    algorithm: fc.constantFrom("AES256", "aws:kms", "aws:kms:dsse", "aws:kms", "aws:kms:dsse", "aws:fsx", undefined),
    key: keySpelling,
    bucketKey: fc.boolean(),
    sseC: fc.constantFrom("SSE-C", "NONE", "not-stated"),
  })
  .map(({ algorithm, key, bucketKey, sseC }) => ({
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(key === undefined || algorithm === "AES256" ? {} : { key }),
    bucketKey,
    sseC,
  }));

function fact<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | Fact<never>> {
  return fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: fc.constant(denied) });
}

/**
 * What aliases resolve to, or are pinned to: usually a key of their own account, sometimes nothing,
 * sometimes unreadable.
 */
const resolutions = fc
  .tuple(...aliases.map((alias) => fact(fc.option(fc.constantFrom(...keysBeside(alias)), { nil: undefined, freq: 6 }))))
  .map((found) =>
    Object.fromEntries(aliases.flatMap((alias, at) => (found[at] === undefined ? [] : [[alias, found[at]]]))),
  ) as fc.Arbitrary<Record<string, string | Fact<never>>>;

const pins = fc.oneof(fc.constant({}), resolutions);

/** A world around one bucket: anything may be missing or unreadable. */
export const world: fc.Arbitrary<World> = fc.record({
  now: fc.constantFrom(0, Date.parse("2027-01-30T12:00:00Z"), Date.parse("2027-02-01T00:00:00Z")),
  ref: fc.constantFrom(ref, ref, ref, { ...ref, bucket: "reports--x-s3" }, { ...ref, bucket: "else" }),
  encryption: fact(fc.option(bucketEncryption, { freq: 12 })),
  tags: fact(fc.constantFrom({}, { team: "a" }, { team: "b" })),
  ous: fact(fc.constantFrom([], ["ou-ab12-11111111"])),
  keys: resolutions,
  pins,
}) as fc.Arbitrary<World>;

const sseC = fc.constantFrom({}, { blockSseC: true }, { blockSseC: false });
const key = fc.constantFrom("first", "second", "third", "aws-managed");
const keyForm = fc.constantFrom({}, { keyForm: "any" });
const bucketKey = fc.constantFrom({}, { bucketKey: true }, { bucketKey: false });

/** What a rule may declare about encryption. */
const declaration: fc.Arbitrary<object> = fc.oneof(
  fc.tuple(sseC).map(([c]) => ({ algorithm: "AES256", ...c })),
  fc.tuple(key, keyForm, bucketKey, sseC).map(([k, f, b, c]) => ({ algorithm: "aws:kms", key: k, ...f, ...b, ...c })),
  fc.tuple(key, keyForm, sseC).map(([k, f, c]) => ({ algorithm: "aws:kms:dsse", key: k, ...f, ...c })),
  fc.tuple(fc.boolean(), bucketKey).map(([blockSseC, b]) => ({ blockSseC, ...b })),
);

const match = fc.constantFrom(
  {},
  {},
  { buckets: ["inv*"] },
  { tags: { team: "a" } },
  { ous: ["ou-ab12-11111111"] },
  { buckets: ["inv*"], except: { tags: { team: "b" } } },
);

const rule = fc.record({
  match,
  encryption: declaration,
  stronger: fc.constantFrom("hold", "accept", "weaken"),
  mode: fc.constantFrom("enforce", "enforce", "observe", "off"),
  trustTags: fc.constant(true),
});

const template = fc.constantFrom(
  "arn:{partition}:kms:{region}:{account}:alias/a",
  "arn:{partition}:kms:{region}:{account}:alias/b",
  aliasArn("a", foreign),
  ...keyArns,
);

const exemption = fc.record({
  id: fc.constant("exempt"),
  match: fc.constantFrom({ tags: { team: "b" } }, { buckets: ["else"] }),
  until: fc.constant("2027-01-31"),
  reason: fc.constant("so be it"),
  trustTags: fc.constant(true),
});

/** A policy's YAML shape: a few rules over a few keys. */
export const policyDocument = fc.record({
  keys: fc.record({ first: template, second: template, third: template }),
  rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
  exemptions: fc.array(exemption, { maxLength: 1 }),
});

/** The same, compiled. */
export const policy = policyDocument.map(policyOf);

// --- internal ---

/** An alias never names a key of another account. */
function keysBeside(alias: string): string[] {
  const account = (arn: string) => arn.split(":")[4];
  return keyArns.filter((arn) => account(arn) === account(alias));
}
