import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ObjectFacts } from "#core/decide/object/facts";
import { planObject } from "#core/decide/object/plan-object";
import type { ObjectEncryption } from "#core/encryption";
import { isAlgorithm, strengthOf } from "#core/encryption";
import { reconcileObject } from "#core/object/reconcile";
import type { ObjectResult } from "#core/object/result";
import type { Outcome } from "#core/outcome";
import { foreign, objectPorts, other, own, work } from "../../support/core/object-world.ts";
import { SimulatedS3, type Version, type Versioning } from "../../support/core/simulated-s3.ts";
import { policyOf } from "../../support/core/world.ts";
import { runs } from "../../support/soak.ts";

const keys = { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default" };
const kms = { algorithm: "aws:kms", key: "default", bucketKey: true };

/** Rules that update in place, that copy, that only hold, and that weaken. */
const rule = fc.constantFrom(
  { encryption: kms, copy: true },
  { encryption: kms, copy: false },
  { encryption: { algorithm: "aws:kms:dsse", key: "default" }, copy: true },
  { encryption: { algorithm: "AES256" }, stronger: "weaken", copy: true },
  { encryption: { algorithm: "AES256" }, stronger: "hold", copy: true },
  { encryption: kms, stronger: "weaken", copy: true },
);
type AnyRule = typeof rule extends fc.Arbitrary<infer T> ? T : never;

const encryption = fc.constantFrom<ObjectEncryption[]>(
  { algorithm: "AES256", bucketKey: false },
  { algorithm: "AES256", bucketKey: false },
  { algorithm: "none", bucketKey: false },
  { algorithm: "aws:kms", key: own, bucketKey: true },
  { algorithm: "aws:kms", key: own, bucketKey: false },
  { algorithm: "aws:kms", key: other, bucketKey: true },
  { algorithm: "aws:kms", key: foreign, bucketKey: false },
  { algorithm: "aws:kms:dsse", key: own, bucketKey: false },
  { algorithm: "aws:kms:dsse", key: other, bucketKey: false },
  { algorithm: "SSE-C", bucketKey: false },
);
const bytes = fc.constantFrom("a", "b", "long");
const more = fc.constantFrom<Partial<ObjectFacts>[]>({}, {}, {}, {}, { legalHold: true }, { replication: "PENDING" });

/**
 * When a visible multipart upload started: right after the current object was created, or some
 * milliseconds ago.
 */
const begun = fc.constantFrom<("just after" | number)[]>("just after", "just after", 0, 1500);

/** What others do while Bucketseal works. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("put" as const), bytes, encryption, more }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("multipart" as const), bytes, encryption, begun }) },
  { weight: 2, arbitrary: fc.constant({ kind: "delete" as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("tick" as const), ms: fc.constantFrom(1, 300, 1000, 2500) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("re-key" as const), key: fc.constantFrom(own, other) }) },
  { weight: 1, arbitrary: fc.constant({ kind: "event again" as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Written before monitoring started. */
const HISTORY = "history";

const history = fc.constantFrom<Versioning[][]>(
  ["Disabled"],
  ["Enabled"],
  ["Suspended"],
  ["Disabled", "Enabled"],
  ["Disabled", "Enabled", "Suspended"],
);

const scenario = {
  rule,
  history,
  steps: fc.array(step, { minLength: 1, maxLength: 7 }),
  scheduler: fc.scheduler(),
};

/**
 * Interleaves others' steps with looks at the object, in an order that fast-check chooses; returns
 * when nothing is pending.
 */
async function played(given: { rule: AnyRule; history: Versioning[]; steps: Step[]; scheduler: fc.Scheduler }) {
  const { copy, ...declared } = given.rule;
  const policy = policyOf({ keys, rules: [{ ...declared, objects: { onWrite: "enforce", copy } }] });
  const s3 = new SimulatedS3(given.history[0] ?? "Enabled");
  for (const versioning of given.history.slice(1)) {
    s3.put(HISTORY, { algorithm: "AES256", bucketKey: false });
    s3.versioning = versioning;
  }
  const { ports, witness } = objectPorts(s3, policy, (name) => given.scheduler.schedule(Promise.resolve(), name));
  watched(s3, given.rule);
  const looks: Promise<void>[] = [];
  const results = new Map<number, ObjectResult[]>();
  const broken: unknown[] = [];
  const begin = (version: Version | undefined, eventName?: string) => {
    looks.push(look(version, eventName).catch((error) => void broken.push(error)));
  };
  const look = async (version: Version | undefined, eventName?: string): Promise<void> => {
    for (let delivery = 1; delivery <= 5; delivery++) {
      try {
        const result = await reconcileObject(ports, work(version?.id || undefined, eventName));
        if (version !== undefined) results.set(version.serial, [...(results.get(version.serial) ?? []), result]);
        return;
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "RetryableError") throw error;
      }
    }
  };
  s3.onCreated = begin;
  let last = s3.find(undefined);
  const others = async () => {
    for (const each of given.steps) {
      await given.scheduler.schedule(Promise.resolve(), `others: ${each.kind}`);
      act(s3, each, begin);
      last = s3.find(undefined);
    }
  };
  await given.scheduler.waitFor(others());
  for (let at = 0; at < looks.length; at++) await given.scheduler.waitFor(looks[at] as Promise<void>);
  if (broken.length > 0) throw broken[0];
  return { s3, last, witness, results, policy };
}

function act(s3: SimulatedS3, each: Step, event: (version: Version | undefined, name?: string) => void): void {
  switch (each.kind) {
    case "put":
      s3.put(each.bytes, each.encryption, each.more);
      return;
    case "multipart": {
      const after = (s3.current?.at ?? s3.now) + 1;
      const at = each.begun === "just after" ? Math.min(after, s3.now) : s3.now - each.begun;
      if (s3.complete(each.bytes, each.encryption, at) === undefined) event(undefined);
      return;
    }
    case "delete":
      s3.delete();
      return;
    case "tick":
      s3.tick(each.ms);
      return;
    case "re-key": {
      const found = s3.find(undefined);
      const wanted = { algorithm: "aws:kms", key: each.key, bucketKey: false } as const;
      const { kind } = SimulatedS3.prototype.update.call(s3, undefined, wanted);
      if (kind === "written") event(found, "UpdateObjectEncryption");
      return;
    }
    case "event again":
      event(s3.find(undefined));
      return;
  }
}

/**
 * Checks every write of ours as it happens: bytes, versions, markers and metadata are unchanged,
 * and nothing gets weaker.
 */
function watched(s3: SimulatedS3, { stronger }: { stronger?: string }): void {
  const { update, copyTo } = s3;
  const unharmed = (before: readonly Version[], source: Version | undefined) => {
    const [was, is] = [before.at(-1), s3.current];
    expect([is?.bytes, is?.isMarker]).toEqual([was?.bytes, was?.isMarker]);
    if (source === undefined || source.serial === was?.serial) expect(is?.meta).toBe(was?.meta);
    for (const version of before) {
      const kept = s3.versions.find(({ serial }) => serial === version.serial) ?? (version === was ? is : undefined);
      expect(kept?.bytes).toBe(version.bytes);
      if (stronger !== "weaken") expect(strength(kept)).toBeGreaterThanOrEqual(strength(version));
    }
    if (stronger !== "weaken" && source !== undefined) expect(strength(is)).toBeGreaterThanOrEqual(strength(source));
  };
  s3.update = (...given) => {
    const before = s3.versions;
    const answer = update.apply(s3, given);
    unharmed(before, undefined);
    return answer;
  };
  s3.copyTo = (source, ...given) => {
    const before = s3.versions;
    const answer = copyTo.apply(s3, [source, ...given]);
    if (answer.kind === "written") unharmed(before, source);
    return answer;
  };
}

/** Under a key that the policy does not name, nothing counts as stronger. */
function strength(version: Version | undefined): number {
  const { algorithm = "none", key } = version?.encryption ?? {};
  return isAlgorithm(algorithm) && (key === undefined || key === own) ? strengthOf(algorithm) : -1;
}

const REPORTED: ReadonlySet<Outcome> = new Set(["held", "contested", "failed", "reported"]);

const RUNS = { numRuns: runs(400) };

describe("an object that others write, delete and re-key while it is repaired", () => {
  test("keeps the last writer's bytes, stays deleted, loses no version, raises no alarm, and ends as declared or held for a reason", async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(scenario), async (given) => {
        const { s3, last, witness, results, policy } = await played(given);
        const current = s3.find(undefined);
        expect(current?.bytes).toBe(last?.bytes);
        expect(witness.alarm).toBeNull();
        if (current === undefined || current.bytes === HISTORY) return;
        const plan = await planObject(objectPorts(s3, policy).ports, work(), policy);
        if (plan.verdict === "compliant") return;
        const told = (results.get(current.serial) ?? []).filter(({ outcome }) => REPORTED.has(outcome));
        expect(told.length).toBeGreaterThan(0);
        expect(told.every(({ reasons }) => reasons.length > 0)).toBe(true);
      }),
      RUNS,
    );
  }, 120_000);
});
