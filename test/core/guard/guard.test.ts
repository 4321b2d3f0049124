import { describe, expect, test } from "vitest";
import type { Plan } from "#core/decide/plan";
import { unlooked } from "#core/guard/facts";
import { guard } from "#core/guard/guard";
import { clear, type Hazard, hazard, needs, unknown } from "#core/guard/hazard";
import { hazards, lastHazards } from "#core/guard/hazards";
import { calm } from "../../support/core/calm.ts";
import { aPlan } from "../../support/core/loop.ts";
import { aliasArn, denied, keyArn, keyFacts, known, ref } from "../../support/core/world.ts";

const guarded = { ref, policyKeys: {} };
const object = { bucket: ref, key: "a" };

async function asked(judged: Plan, state = "Enabled") {
  const questions: unknown[] = [];
  const reader = {
    ...calm,
    key: async (...question: readonly unknown[]) => {
      questions.push(question);
      return known(keyFacts(keyArn(1), { state }));
    },
  };
  const { kind, reasons } = await guard(reader, guarded, judged);
  return { kind, reasons, questions };
}

describe("the guard of a bucket", () => {
  test("reads the declared key as the policy spells it, uncached", async () => {
    const alias = aliasArn("s3-default");
    expect(await asked(aPlan({ declaredKey: alias }))).toEqual({
      kind: "clear",
      reasons: [],
      questions: [[ref, alias, true]],
    });
  });

  test("names the hazards of a write", async () => {
    expect(await asked(aPlan(), "Disabled")).toMatchObject({ kind: "hazard", reasons: [{ code: "key-disabled" }] });
  });

  test("reads no key if no rule declares one, since a key that a write carries over is in use already", async () => {
    expect(await asked(aPlan({ declaredKey: null }))).toEqual({ kind: "clear", reasons: [], questions: [] });
    expect((await asked(aPlan({ declaredKey: null, after: null }))).questions).toEqual([]);
  });
});

describe("a hazard", () => {
  const reader = { key: async () => denied };
  const replication: Hazard = {
    name: "replication",
    about: ["bucket"],
    isAcceptable: true,
    texts: { breaks: "", seen: "", fix: "", accept: "" },
    check: () => hazard("write-refused", "replication would stop"),
  };
  const unread: Hazard = { ...replication, check: () => unknown("unreadable", "replication could not be read") };
  const accepting = aPlan({ accept: [{ name: "replication", reason: "SEC-9" }] });
  const clearResult = { kind: "clear", reasons: [], accepted: [] };

  test("that the rule accepts holds nothing, and is reported", async () => {
    expect(await guard(reader, guarded, accepting, [replication])).toEqual({
      kind: "clear",
      reasons: [],
      accepted: [
        {
          code: "hazard-accepted",
          text: "rule baseline accepts the hazard replication (SEC-9): replication would stop",
        },
      ],
    });
  });

  test("that the rule accepts in the older form, without a reason, holds nothing", async () => {
    const plan = aPlan({ accept: [{ name: "replication", reason: null }] });
    expect((await guard(reader, guarded, plan, [replication])).accepted).toMatchObject([
      { text: "rule baseline accepts the hazard replication: replication would stop" },
    ]);
  });

  test("that the rule does not accept holds the write", async () => {
    for (const names of [[], ["log-delivery"], ["replication-of-another-kind"]]) {
      const accept = names.map((name) => ({ name, reason: "SEC-9" }));
      expect(await guard(reader, guarded, aPlan({ accept }), [replication])).toEqual({
        kind: "hazard",
        reasons: [{ code: "write-refused", text: "replication would stop" }],
        accepted: [],
      });
    }
  });

  test("that cannot be accepted holds the write although the rule accepts it", async () => {
    const result = await guard(reader, guarded, accepting, [{ ...replication, isAcceptable: false }]);
    expect(result).toMatchObject({ kind: "hazard", accepted: [] });
  });

  test("that is unknown is never accepted", async () => {
    expect(await guard(reader, guarded, accepting, [unread])).toEqual({
      kind: "unknown",
      reasons: [{ code: "unreadable", text: "replication could not be read" }],
      accepted: [],
    });
  });

  test("that is accepted hides no other one", async () => {
    const other: Hazard = { ...replication, name: "log-delivery" };
    expect(await guard(reader, guarded, accepting, [replication, other, unread])).toMatchObject({
      kind: "hazard",
      reasons: [{ code: "write-refused" }, { code: "unreadable" }],
      accepted: [{ code: "hazard-accepted" }],
    });
  });

  test("of objects is not checked for a bucket, nor the other way round", async () => {
    const list = [replication, { ...unread, about: ["object"] } satisfies Hazard];
    expect((await guard(reader, guarded, aPlan(), list)).kind).toBe("hazard");
    expect((await guard(reader, { ...guarded, object }, aPlan(), list)).kind).toBe("unknown");
  });

  test.each(["none", "hold"] as const)("is not asked about a plan whose action is %s", async (action) => {
    expect(await guard(reader, guarded, aPlan({ action }), [replication])).toEqual(clearResult);
  });

  test("shares its facts with the others: each is read once", async () => {
    const read: string[] = [];
    const needing = (name: string): Hazard => ({
      ...replication,
      name,
      check: (_, { uploading }) => (uploading === undefined ? needs({ fact: "uploading" }) : clear),
    });
    const uploading = async ({ key }: { key: string }) => {
      read.push(key);
      return known(false);
    };
    const list = [needing("a"), needing("b")].map((each) => ({ ...each, about: ["object"] }) satisfies Hazard);
    expect(await guard({ ...reader, uploading }, { ...guarded, object }, aPlan(), list)).toEqual(clearResult);
    expect(read).toEqual(["a"]);
  });

  test.each(["versioning", "nullVersion", "uploading"] as const)(
    "whose fact %s the reader has no call for stays unknown",
    async (fact) => {
      const list: Hazard[] = [
        {
          ...replication,
          check: (_, facts) => {
            const found = facts[fact];
            return found === undefined ? needs({ fact }) : hazard("unreadable", `${!found.known && found.error.name}`);
          },
        },
      ];
      expect((await guard(reader, guarded, aPlan(), list)).reasons).toEqual([{ code: "unreadable", text: "NotRead" }]);
    },
  );

  test.each([
    ["keyPolicy", "keyPolicies"],
    ["keyGrants", "keyGrants"],
  ] as const)(
    "whose fact %s is about a key has it by the key's ARN, and unknown without a call for it",
    async (fact, by) => {
      const seen: unknown[] = [];
      const list: Hazard[] = [
        {
          ...replication,
          check: (_, facts) => {
            const found = facts[by].get(keyArn(1));
            if (found === undefined) return needs({ fact, arn: keyArn(1) });
            seen.push(found);
            return clear;
          },
        },
      ];
      await guard({ ...reader, [fact]: async (_: unknown, arn: string) => known(arn) }, guarded, aPlan(), list);
      await guard({ key: reader.key }, guarded, aPlan(), list);
      expect(seen).toMatchObject([known(keyArn(1)), { known: false, error: { name: "NotRead" } }]);
    },
  );

  test("has a name of its own", () => {
    const names = [...hazards, ...lastHazards].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z-]{0,63}$/);
  });

  test("cannot be accepted if it would lose data or break every upload; one can only by a bucket's name", () => {
    const acceptable = [...hazards, ...lastHazards].filter(({ isAcceptable }) => isAcceptable);
    expect(acceptable.map(({ name, names = [] }) => [name, names.length > 0])).toEqual([
      ["key-policy", false],
      ["encryption-context", false],
      ["writers-refused", false],
      ["sse-c-writers", false],
      ["infrastructure", true],
      ["log-target", false],
      ["readers", false],
      ["replication", false],
    ]);
  });

  test("whose facts nobody has read is unknown", () => {
    expect(unlooked(guarded)).toEqual({
      ...guarded,
      keys: new Map(),
      freshKeys: new Map(),
      keyPolicies: new Map(),
      keyGrants: new Map(),
    });
  });
});
