import { expect, test } from "vitest";
import type { ObjectFacts } from "#core/decide/object/facts";
import { judgedObject, objectFacts } from "../../../support/core/object-facts.ts";
import { aliasArn, keyArn, policyOf } from "../../../support/core/world.ts";

const keys = { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default" };
const lastModified = "2026-11-02T00:00:00.000Z";

function planAtRest(objects: object, head: Partial<ObjectFacts> = {}, rule: object = {}) {
  const encryption = { algorithm: "aws:kms", key: "default" };
  const rules = [{ id: "baseline", encryption, mode: "enforce", objects, ...rule }];
  const around = { keys: { [aliasArn("s3-default")]: keyArn(1) }, head: objectFacts({ lastModified, ...head }) };
  return judgedObject(policyOf({ keys, rules }), around, { atRest: true }).plan;
}

test.each([
  ["by atRest, not by onWrite", { atRest: "enforce", onWrite: "off" }, {}, "update", "enforce"],
  ["whatever the source of events is", { atRest: "enforce", source: "data-events" }, {}, "update", "enforce"],
  ["as atRest observes", { atRest: "observe", onWrite: "enforce" }, {}, "update", "observe"],
  ["as the rule observes", { atRest: "enforce" }, { mode: "observe" }, "update", "observe"],
])("an existing object is judged %s", (_, objects, rule, action, mode) => {
  expect(planAtRest(objects, {}, rule)).toMatchObject({ action, mode });
});

test.each<[string, object, Partial<ObjectFacts>, string, string]>([
  ["the rule is about new ones", { onWrite: "enforce" }, {}, "objects-off", "does not cover existing objects"],
  ["it is excepted", { atRest: "enforce", except: ["*"] }, {}, "key-excepted", "excludes *"],
  ["it is noncurrent", { atRest: "enforce" }, { isCurrent: false }, "version-left-out", "not the current version"],
  [
    "it is too old",
    { atRest: "enforce", newerThan: "2026-11-03" },
    {},
    "version-left-out",
    "not newer than 2026-11-03",
  ],
  ["it is too new", { atRest: "enforce", olderThan: lastModified }, {}, "version-left-out", "not older than 2026"],
])("an existing object is left alone where %s", (_, objects, head, code, text) => {
  const plan = planAtRest(objects, head);
  expect(plan).toMatchObject({ action: "none", reasons: [{ code, text: expect.stringContaining(text) }] });
});

test.each<[string, object, Partial<ObjectFacts>]>([
  ["noncurrent versions with versions: all", { versions: "all" }, { isCurrent: false }],
  ["what is as new as newerThan says", { newerThan: lastModified }, {}],
  ["what is as old as olderThan says", { olderThan: "2026-11-02T00:00:01Z" }, {}],
])("asked for are %s", (_, objects, head) => {
  expect(planAtRest({ atRest: "enforce", ...objects }, head).action).toBe("update");
});

test("an object under SSE-C tells neither when it was written nor that it is current: it is held", () => {
  const encryption = { algorithm: "SSE-C", bucketKey: false } as const;
  const plan = planAtRest(
    { atRest: "enforce", newerThan: "2026-11-03" },
    { encryption, lastModified: "1970-01-01T00:00:00.000Z", isCurrent: false },
  );
  expect(plan).toMatchObject({ action: "hold", reasons: [{ code: "object-sse-c" }] });
});
