import { describe, expect, test } from "vitest";
import type { Plan } from "#core/decide/plan";
import type { Fact } from "#core/fact";
import { guard } from "#core/guard/guard";
import { writersRefused } from "#core/guard/hazards/writers-refused";
import type { PolicyDocument } from "#core/iam/document";
import { calm } from "../../support/core/calm.ts";
import { document } from "../../support/core/iam.ts";
import { aes, aPlan, kms, wanted } from "../../support/core/loop.ts";
import { aliasArn, denied, keyArn, known, ref } from "../../support/core/world.ts";

const ALGORITHM = "s3:x-amz-server-side-encryption";
const KEY = `${ALGORITHM}-aws-kms-key-id`;

const deny = (Condition: object, Sid = "Pinned") => ({
  Sid,
  Effect: "Deny",
  Principal: "*",
  Action: "s3:PutObject",
  Resource: `arn:aws:s3:::${ref.bucket}/*`,
  Condition,
});

async function says(found: Fact<PolicyDocument | null>, changes: Partial<Plan> = {}) {
  let reads = 0;
  const bucketPolicy = async () => {
    reads++;
    return found;
  };
  const reader = { ...calm, key: async () => denied, bucketPolicy };
  const { kind, reasons } = await guard(reader, { ref, policyKeys: {} }, aPlan(changes), [writersRefused]);
  return { kind, texts: reasons.map(({ text }) => text), reads };
}

const policy = (...statements: readonly object[]) => known(document(...statements));
const clear = { kind: "clear", texts: [], reads: 1 };

describe("a bucket whose policy", () => {
  test("refuses uploads under the declared default is held, by the statement's name", async () => {
    const before = { ...kms, key: keyArn(2) };
    expect(await says(policy(deny({ ArnNotEqualsIfExists: { [KEY]: keyArn(2) } })), { before })).toEqual({
      kind: "hazard",
      texts: [
        "writers refused: Pinned of the bucket's policy would refuse uploads that leave their encryption to the bucket's default",
      ],
      reads: 1,
    });
  });

  test("requires another encryption than declared is held", async () => {
    const two = policy(deny({ StringNotEquals: { [ALGORITHM]: "AES256" } }), deny({ Null: { [KEY]: "false" } }, "<b>"));
    expect((await says(two)).texts).toEqual([
      "writers refused: Pinned of the bucket's policy, and 1 more of its statements would refuse uploads that ask for the declared encryption, and requires another",
    ]);
    const hostile = policy(deny({ Null: { [KEY]: "false" } }, "<b>"));
    expect((await says(hostile)).texts[0]).toContain("\\u{3c}b\\u{3e} of the bucket's policy would refuse");
  });

  test("cannot be evaluated is held", async () => {
    expect((await says(policy(deny({ StringSounds: { [KEY]: "x" } })))).texts).toEqual([
      "writers refused: Pinned of the bucket's policy may refuse uploads that leave their encryption to the bucket's default",
    ]);
    expect(
      (await says(policy(deny({ StringSounds: { [ALGORITHM]: "x" } }, "A")), { before: { ...kms, key: keyArn(2) } }))
        .kind,
    ).toBe("hazard");
  });

  test("pins the declared key is not held, and neither is a bucket without a policy", async () => {
    expect(await says(policy(deny({ ArnNotEqualsIfExists: { [KEY]: keyArn(1) } })))).toEqual(clear);
    expect(await says(known(null))).toEqual(clear);
  });

  test("is judged by the key that the bucket has now, if its ARN is known", async () => {
    const pinned = policy(deny({ StringEquals: { [KEY]: keyArn(1) } }));
    expect((await says(pinned, { before: null })).kind).toBe("hazard");
    expect((await says(policy(deny({ Null: { [KEY]: "true" } })), { before: null })).kind).toBe("clear");
    expect((await says(pinned, { before: { ...kms, key: aliasArn("any") } })).kind).toBe("hazard");
    expect((await says(pinned, { before: { ...kms, key: "" } })).kind).toBe("hazard");
    const { key: _, ...keyless } = kms;
    expect((await says(pinned, { before: keyless })).kind).toBe("hazard");
    const algorithmless = { bucketKey: false, sseC: "SSE-C" } as const;
    expect((await says(pinned, { before: algorithmless })).kind).toBe("hazard");
  });

  test("could not be read is held, with the permission that it takes", async () => {
    expect(await says(denied)).toEqual({
      kind: "unknown",
      texts: [
        "whether the bucket's policy refuses uploads could not be read: AccessDenied; it takes s3:GetBucketPolicy",
      ],
      reads: 1,
    });
  });

  test("is not read for a write that changes no key", async () => {
    expect(await says(denied, { before: { ...kms, sseC: "NONE" }, after: wanted })).toEqual({ ...clear, reads: 0 });
    expect((await says(denied, { before: aes })).reads).toBe(1);
  });
});
