import { describe, expect, test } from "vitest";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectPlan } from "#core/decide/object/plan";
import type { Fact } from "#core/fact";
import { guard } from "#core/guard/guard";
import { lastHazards } from "#core/guard/hazards";
import { nullVersion } from "#core/guard/hazards/null-version";
import { sourceKey } from "#core/guard/hazards/source-key";
import { objectRefusal } from "#core/guard/object-refusal";
import type { KeyFacts } from "#core/key/key";
import { objectFacts } from "../../support/core/object-facts.ts";
import { account, aliasArn, denied, keyArn, keyFacts, known, policyOf, ref } from "../../support/core/world.ts";

const own = keyArn(1);
const other = keyArn(2);
const there = { account: "999999999999" };
const foreign = keyArn(9, there);
const object = { bucket: ref, key: "a" };

function planned(before: string | undefined, after: string | undefined = own): ObjectPlan {
  const encryption = (key: string | undefined) =>
    ({ algorithm: "aws:kms", bucketKey: false, ...(key === undefined ? {} : { key }) }) as const;
  return {
    action: "update",
    accept: [],
    before: encryption(before),
    after: encryption(after),
  } as Partial<ObjectPlan> as ObjectPlan;
}

describe("the object's own key", () => {
  const { policy } = policyOf({ keys: { default: own }, rules: [] });
  const naming = (...arns: string[]) =>
    policyOf({ keys: Object.fromEntries(arns.map((arn, at) => [`k${at}`, arn])), rules: [] }).policy;

  function hazard(plan: ObjectPlan, keys: Record<string, Fact<KeyFacts | null>>, rules = policy) {
    const asked: string[] = [];
    const key = async (_: unknown, arn: string, fresh: boolean) => {
      asked.push(`${arn}${fresh ? " fresh" : ""}`);
      return keys[arn] ?? known(null);
    };
    return guard({ key }, { ref, object, policyKeys: rules.keys }, plan, [sourceKey]).then(({ kind, reasons }) => ({
      kind,
      reason: reasons[0] ?? null,
      asked,
    }));
  }

  test("needs no read if there is none, or if it stays", async () => {
    expect(await hazard(planned(undefined), {})).toEqual({ kind: "clear", reason: null, asked: [] });
    expect(await hazard(planned(own), {})).toEqual({ kind: "clear", reason: null, asked: [] });
    expect(await hazard({ ...planned(own), before: null }, {})).toEqual({ kind: "clear", reason: null, asked: [] });
  });

  test("that works is no hazard, S3's managed key included", async () => {
    expect(await hazard(planned(other), { [other]: known(keyFacts(other)) })).toEqual({
      kind: "clear",
      reason: null,
      asked: [other],
    });
    const managed = known(keyFacts(other, { manager: "AWS" }));
    expect((await hazard(planned(other), { [other]: managed })).reason).toBeNull();
  });

  test("is a hazard when the object is to leave KMS, too", async () => {
    const plan = { ...planned(other), after: { algorithm: "AES256", bucketKey: false } } as const;
    expect((await hazard(plan, {})).reason?.code).toBe("source-key-unusable");
  });

  test.each<[string, Fact<KeyFacts | null>, string, string]>([
    ["is gone", known(null), "source-key-unusable", "does not exist"],
    ["is disabled", known(keyFacts(other, { state: "Disabled" })), "source-key-unusable", "is in state Disabled"],
    [
      "is to be deleted",
      known(keyFacts(other, { state: "Pending<Deletion" })),
      "source-key-unusable",
      "is in state Pending\\u{3c}Deletion",
    ],
    ["cannot be looked at", denied, "source-key-unknown", "could not be read (AccessDenied)"],
  ])("that %s holds the object", async (_, fact, code, why) => {
    expect(await hazard(planned(other), { [other]: fact })).toEqual({
      kind: code === "source-key-unknown" ? "unknown" : "hazard",
      reason: { code, text: `the object's own key ${other} ${why}, so the object is not re-encrypted` },
      asked: [other],
    });
  });

  test("of another account that the policy does not name holds the write, even if KMS would describe it", async () => {
    const { reason, asked } = await hazard(planned(foreign), { [foreign]: known(keyFacts(foreign)) });
    expect(reason).toEqual({
      code: "source-key-unusable",
      text: `the object's own key ${foreign} belongs to account 999999999999, so the object is not re-encrypted`,
    });
    expect(asked).toEqual([aliasArn("aws/s3")]);
  });

  test("of another account that the policy names is judged by its state", async () => {
    const works = { [foreign]: known(keyFacts(foreign)) };
    expect((await hazard(planned(foreign), works, naming(own, foreign))).reason).toBeNull();
    expect((await hazard(planned(foreign), {}, naming(foreign))).reason?.text).toContain("does not exist");
    const alias = aliasArn("central", there);
    const named = { ...works, [alias]: known(keyFacts(foreign)) };
    expect((await hazard(planned(foreign), named, naming(alias))).reason).toBeNull();
  });

  test("of another account holds the write while the policy's keys cannot be resolved", async () => {
    const alias = aliasArn("central", there);
    const found = await hazard(
      planned(foreign),
      { [alias]: denied, [foreign]: known(keyFacts(foreign)) },
      naming(alias),
    );
    expect(found.reason?.code).toBe("source-key-unusable");
  });

  test("that is no key ARN at all holds the write", async () => {
    expect((await hazard(planned("<key>"), {})).reason?.text).toBe(
      "the object's own key \\u{3c}key\\u{3e} belongs to an unknown account, so the object is not re-encrypted",
    );
  });
});

describe("the null version beneath the current one", () => {
  type Versioning = "Enabled" | "Suspended" | "Disabled";

  async function hazard(
    seen: Partial<ObjectFacts>,
    beneath: Fact<ObjectFacts | null>,
    versioning?: Fact<Versioning>,
    changes: Partial<ObjectPlan> = {},
  ) {
    const asked: (string | undefined)[] = [];
    const head = async ({ versionId }: { versionId?: string }) => {
      asked.push(versionId);
      return beneath;
    };
    const reader = versioning === undefined ? { head } : { head, versioning: async () => versioning };
    const plan = { ...planned(own), action: "copy", seen: objectFacts(seen), ...changes } as ObjectPlan;
    const guarded = { ref, object, policyKeys: {} };
    const { kind, reasons } = await guard({ ...reader, key: async () => denied }, guarded, plan, [nullVersion]);
    return { kind, reason: reasons[0] ?? null, asked };
  }
  const v1 = { versionId: "v1" };
  const old = known(objectFacts({ versionId: "null" }));

  test("is no hazard if it is the current version, or without versioning", async () => {
    expect(await hazard({}, old)).toEqual({ kind: "clear", reason: null, asked: [] });
    expect(await hazard({ versionId: "null" }, old)).toEqual({ kind: "clear", reason: null, asked: [] });
  });

  test("is kept if versioning is enabled, so it is no hazard", async () => {
    expect(await hazard(v1, old, known("Enabled"))).toEqual({ kind: "clear", reason: null, asked: [] });
  });

  test.each<[string, Fact<Versioning> | undefined]>([
    ["is suspended", known("Suspended")],
    ["could not be read", denied],
    ["was not read", undefined],
    ["is said never to have been on, although there are versions", known("Disabled")],
  ])("would be replaced where versioning %s", async (_, versioning) => {
    expect(await hazard(v1, old, versioning)).toEqual({
      kind: "hazard",
      reason: {
        code: "null-version-beneath",
        text: "a copy would replace the null version beneath the current one, since versioning is or may be suspended",
      },
      asked: ["null"],
    });
    expect((await hazard(v1, known(null), versioning)).reason).toBeNull();
  });

  test("that cannot be read holds the copy", async () => {
    expect(await hazard(v1, denied, known("Suspended"))).toEqual({
      kind: "unknown",
      reason: {
        code: "unreadable",
        text: "whether a copy would replace an older version could not be read: AccessDenied",
      },
      asked: ["null"],
    });
  });

  test("is no hazard for an update, which makes no version", async () => {
    const clear = { kind: "clear", reason: null, asked: [] };
    expect(await hazard(v1, old, known("Suspended"), { action: "update" })).toEqual(clear);
    expect(await hazard(v1, old, known("Suspended"), { seen: null })).toEqual(clear);
  });
});

describe("a multipart upload under way", () => {
  async function hazard(uploading: Fact<boolean>, action: "update" | "copy" = "copy") {
    const asked: string[] = [];
    const reader = {
      key: async () => denied,
      uploading: async ({ key }: { key: string }) => {
        asked.push(key);
        return uploading;
      },
    };
    const plan = { ...planned(own), action } as ObjectPlan;
    const { kind, reasons } = await guard(reader, { ref, object, policyKeys: {} }, plan, lastHazards);
    return { kind, reason: reasons[0] ?? null, asked };
  }

  test("holds a copy, but not an update", async () => {
    expect(await hazard(known(true))).toEqual({
      kind: "hazard",
      reason: {
        code: "upload-under-way",
        text: "a multipart upload of this key is under way: a copy made now would be newer and hide its result",
      },
      asked: ["a"],
    });
    expect(await hazard(known(true), "update")).toEqual({ kind: "clear", reason: null, asked: [] });
    expect(await hazard(known(false))).toEqual({ kind: "clear", reason: null, asked: ["a"] });
  });

  test("that could not be read is unknown", async () => {
    expect(await hazard(denied)).toMatchObject({
      kind: "unknown",
      reason: {
        code: "unreadable",
        text: "whether a multipart upload is under way could not be read: AccessDenied",
      },
    });
  });
});

describe("a refused write", () => {
  const refused = (name: string, message: string, plan = planned(other)) =>
    objectRefusal(plan, account, { name, message });

  test.each<[string, string, string]>([
    ["KMS.DisabledException", `${other} is disabled.`, "source-key-unusable"],
    ["KMS.KMSInvalidStateException", `${other} is pending deletion.`, "source-key-unusable"],
    ["KMS.NotFoundException", `Key '${other}' does not exist`, "source-key-unusable"],
    ["KMS.DisabledException", `${own} is disabled.`, "key-disabled"],
    ["KMS.KMSInvalidStateException", `${own} is pending deletion.`, "key-disabled"],
    ["KMS.NotFoundException", `Key '${own}' does not exist`, "key-missing"],
  ])("%s: %s holds the object for %s", (name, message, code) => {
    const whose = code === "source-key-unusable" ? "object's own" : "declared";
    expect(refused(name, message)).toEqual(["held", { code, text: `the ${whose} key cannot be used: ${message}` }]);
  });

  test("by an explicit deny is a decision of somebody else", () => {
    const message = "User is not authorized to perform: s3:PutObject with an explicit DENY in a service control policy";
    expect(refused("AccessDenied", message)).toEqual([
      "held",
      { code: "managed-elsewhere", text: `s3:PutObject is denied by somebody else's policy: ${message}` },
    ]);
    expect(refused("AccessDenied", "explicit deny <x>")).toEqual([
      "held",
      {
        code: "managed-elsewhere",
        text: "the write is denied by somebody else's policy: explicit deny \\u{3c}x\\u{3e}",
      },
    ]);
  });

  test("names the missing permission first, before a long role name", () => {
    const message = `User: arn:aws:sts::${account}:assumed-role/r/s is not authorized to perform: s3:GetObjectTagging on`;
    expect(refused("AccessDenied", message)).toEqual([
      "failed",
      { code: "write-refused", text: `S3 refused the write for lack of s3:GetObjectTagging: AccessDenied: ${message}` },
    ]);
  });

  test("of an object under another account's key is blamed on that key", () => {
    expect(refused("AccessDenied", "no", planned(foreign))).toEqual([
      "held",
      {
        code: "source-key-unusable",
        text: "S3 refused the write, and the object's own key belongs to account 999999999999: no",
      },
    ]);
    expect(refused("InvalidRequest", "no", planned(foreign))[1].code).toBe("write-refused");
  });

  test.each<[string, string, ObjectPlan]>([
    ["AccessDenied", "Access <Denied>", planned(other)],
    ["AccessDenied", "Access <Denied>", planned(undefined)],
    ["AccessDenied", "Access <Denied>", { ...planned(undefined), before: null }],
    ["KMS.DisabledException", `${keyArn(7)} is disabled.<`, planned(other)],
    ["KMS.DisabledException", "some key is disabled.<", { ...planned(undefined), after: null }],
    ["KMS.OtherException", `${other} is odd.<`, planned(other)],
    ["Disabled", `${own} is disabled.<`, planned(other)],
  ])("%s: %s is a failure that a person has to see", (name, message, plan) => {
    const [outcome, reason] = refused(name, message, plan);
    expect([outcome, reason.code]).toEqual(["failed", "write-refused"]);
    expect(reason.text).toMatch(/^S3 refused the write: \S+: .*\\u\{3c\}/);
  });
});
