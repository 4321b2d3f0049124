import { expect, test } from "vitest";
import type { Plan } from "#core/decide/plan";
import { guardPlan } from "#core/guard/guard";
import { plan, wanted } from "../../support/core/loop.ts";
import { aliasArn, keyArn, keyFacts, known, ref } from "../../support/core/world.ts";

async function guarded(judged: Plan, state = "Enabled") {
  const asked: unknown[] = [];
  const reader = {
    key: async (...question: readonly unknown[]) => {
      asked.push(question);
      return known(keyFacts(keyArn(1), { state }));
    },
  };
  return { ...(await guardPlan(reader as unknown as Parameters<typeof guardPlan>[0], ref, judged)), asked };
}

test("the declared key is asked for as the policy spells it, and now", async () => {
  const alias = aliasArn("s3-default");
  expect(await guarded(plan({ declaredKey: alias }))).toEqual({
    verdict: "clear",
    reasons: [],
    asked: [[ref, alias, true]],
  });
});

test("what speaks against it is told", async () => {
  expect(await guarded(plan(), "Disabled")).toMatchObject({ verdict: "hazard", reasons: [{ code: "key-disabled" }] });
});

test("a key that no rule declares is asked for as it would be written", async () => {
  expect((await guarded(plan({ declaredKey: null }))).asked).toEqual([[ref, wanted.key, true]]);
});

test("where no key is to be written, none is asked for", async () => {
  const { key: _, ...keyless } = wanted;
  expect((await guarded(plan({ declaredKey: null, after: { ...keyless, algorithm: "AES256" } }))).asked).toEqual([]);
  expect((await guarded(plan({ declaredKey: null, after: null }))).asked).toEqual([]);
});
