import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide } from "#core/decide/decide";
import type { Facts } from "#core/decide/facts";
import type { Plan } from "#core/decide/plan";
import { isAlgorithm, strengthOf } from "#core/encryption";
import { parseKmsArn } from "#core/key/arn";
import { absoluteKey } from "#core/key/spelling";
import { keyArnOf } from "#core/key/template";
import type { CompiledPolicy } from "#core/match/compile";
import type { Rule } from "#core/policy/policy";
import { policy, policyDocument, world } from "../../support/core/arbitraries.ts";
import { judged, policyOf, type World } from "../../support/core/world.ts";
import { runs } from "../../support/soak.ts";

const RUNS = { numRuns: runs(3000) };

/** Every world, as far as some look has read it: `mask` removes facts. */
const partial = fc.tuple(policy, world, fc.integer({ min: 0, max: 10 })).map(([compiled, around, rounds]) => {
  const { facts, asked } = judged(compiled, around);
  const kept = asked.slice(0, rounds).flat();
  const has = (name: string) => kept.some((need) => need.fact === name);
  const of = <T>(map: ReadonlyMap<string, T>, wanted: string[]) =>
    new Map([...map].filter(([arn]) => wanted.includes(arn)));
  const seen: Facts = {
    now: facts.now,
    ref: facts.ref,
    keys: of(
      facts.keys,
      kept.flatMap((need) => (need.fact === "key" ? [need.arn] : [])),
    ),
    pins: of(
      facts.pins,
      kept.flatMap((need) => (need.fact === "pin" ? [need.alias] : [])),
    ),
    ...(has("encryption") && facts.encryption !== undefined ? { encryption: facts.encryption } : {}),
    ...(has("tags") && facts.tags !== undefined ? { tags: facts.tags } : {}),
    ...(has("ous") && facts.ous !== undefined ? { ous: facts.ous } : {}),
  };
  return { compiled, around, facts: seen };
});

describe("decide", () => {
  test("comes to a plan within four rounds, never asks twice, and never asks for nothing", () => {
    fc.assert(
      fc.property(policy, world, (compiled, around) => {
        const { asked } = judged(compiled, around);
        expect(asked.length).toBeLessThanOrEqual(4);
        const all = asked.flat().map((need) => JSON.stringify(need));
        expect(new Set(all).size).toBe(all.length);
        expect(asked.every((round) => round.length > 0)).toBe(true);
      }),
      RUNS,
    );
  });

  test("returns a result whatever is known, and asks only for what is not", () => {
    fc.assert(
      fc.property(partial, ({ compiled, facts }) => {
        const decision = decide(compiled, facts);
        if (decision.kind === "plan") return;
        for (const need of decision.needs) {
          const isThere =
            need.fact === "key"
              ? facts.keys.has(need.arn)
              : need.fact === "pin"
                ? facts.pins.has(need.alias)
                : facts[need.fact] !== undefined;
          expect(isThere).toBe(false);
        }
      }),
      RUNS,
    );
  });

  test("does not depend on facts that it did not ask for, nor on their order", () => {
    fc.assert(
      fc.property(policy, world, (compiled, around) => {
        const { plan, facts } = judged(compiled, around);
        expect(decide(compiled, everything(around, facts))).toEqual({ kind: "plan", plan });
        const turned = { ...facts, keys: reversed(facts.keys), pins: reversed(facts.pins) };
        expect(decide(compiled, turned)).toEqual({ kind: "plan", plan });
      }),
      RUNS,
    );
  });

  test("changes nothing it is given", () => {
    fc.assert(
      fc.property(policy, world, (compiled, around) => {
        const { facts } = judged(compiled, around);
        const before = structuredClone({ facts, policy: compiled.policy });
        decide(compiled, deepFreeze(facts));
        expect({ facts, policy: compiled.policy }).toEqual(before);
      }),
      { numRuns: runs(500) },
    );
  });

  test("converges: after its write nothing is left to write, and a repetition changes nothing", () => {
    let writes = 0;
    fc.assert(
      fc.property(policy, world, (compiled, around) => {
        const { plan } = judged(compiled, around);
        if (plan.action !== "write" || plan.after === null) return;
        writes++;
        const next = judged(compiled, { ...around, encryption: plan.after }).plan;
        expect(next.before).toEqual(plan.after);
        expect(next.action).not.toBe("write");
        const isBeside = plan.reasons.some(({ code }) => BESIDE.includes(code));
        if (!isBeside) expect(next).toMatchObject({ action: "none", verdict: "compliant", after: null });
      }),
      RUNS,
    );
    expect(writes).toBeGreaterThan(runs(300) - 1);
  });

  test("nothing shields SSE-C: where the rule blocks it, it is blocked", () => {
    let blocked = 0;
    fc.assert(
      fc.property(policy, world, (compiled, around) => {
        const { plan } = judged(compiled, around);
        const isJudged = plan.verdict === "violation" || plan.verdict === "unknown" || plan.verdict === "compliant";
        if (!isJudged || plan.rule === null || plan.before === null || plan.before.sseC === "SSE-C") return;
        if (!isAlgorithm(plan.before.algorithm ?? "AES256")) return;
        if (ruleOf(compiled, plan).encryption.blockSseC !== true) return;
        blocked++;
        expect(plan).toMatchObject({ action: "write", after: { sseC: "SSE-C" } });
      }),
      RUNS,
    );
    expect(blocked).toBeGreaterThan(runs(50) - 1);
  });

  test("never weakens, unless the rule says so or the policy does not name the key", () => {
    let weaker = 0;
    fc.assert(
      fc.property(policy, world, (compiled, around) => {
        const { plan } = judged(compiled, around);
        if (plan.action !== "write" || plan.after === null || plan.before === null) return;
        const rule = ruleOf(compiled, plan);
        const observed = plan.before.algorithm ?? "AES256";
        if (isAlgorithm(observed) && strengthOf(plan.after.algorithm) < strengthOf(observed)) {
          weaker++;
          expect(rule.stronger === "weaken" || !isNamed(compiled, around, plan)).toBe(true);
        }
        if (plan.after.sseC === "NONE" && plan.before.sseC !== "NONE") {
          weaker++;
          expect(rule).toMatchObject({ stronger: "weaken", encryption: { blockSseC: false } });
        }
      }),
      RUNS,
    );
    expect(weaker).toBeGreaterThan(runs(50) - 1);
  });

  test("writes what S3 accepts: complete, a full key ARN if a key is declared, none with AES256, no bucket key with DSSE", () => {
    fc.assert(
      fc.property(policy, world, (compiled, around) => {
        const { plan } = judged(compiled, around);
        if (plan.after === null) return;
        const { encryption } = ruleOf(compiled, plan);
        const { algorithm, key, bucketKey } = plan.after;
        if (algorithm === "AES256") expect(Object.hasOwn(plan.after, "key")).toBe(false);
        if (algorithm === "aws:kms:dsse") expect(bucketKey).toBe(false);
        // Where the declared key is in question, or the observed one is unreadable, the key stays.
        const isCarried = plan.declaredKey === null || plan.reasons.some((reason) => reason.code === "unreadable");
        const isKeyed = encryption.key !== undefined && (algorithm !== "AES256" || !isCarried);
        if (isKeyed && isCarried) expect(key).toBe(plan.before?.key);
        if (isKeyed && !isCarried) expect(parseKmsArn(key ?? "")?.kind).toBe("key");
        if (encryption.key === undefined && algorithm !== "AES256") expect(key).toBe(plan.before?.key);
      }),
      RUNS,
    );
  });

  test("carries over what the rule does not declare", () => {
    fc.assert(
      fc.property(policy, world, (compiled, around) => {
        const { plan } = judged(compiled, around);
        if (plan.after === null || plan.before === null) return;
        const { algorithm, bucketKey, blockSseC } = ruleOf(compiled, plan).encryption;
        if (algorithm === undefined) expect(plan.after.algorithm).toBe(plan.before.algorithm ?? "AES256");
        if (blockSseC === undefined) expect(plan.after.sseC).toBe(plan.before.sseC === "NONE" ? "NONE" : "SSE-C");
        if (bucketKey === undefined && plan.after.algorithm === "aws:kms") {
          expect(plan.after.bucketKey).toBe(plan.before.bucketKey);
        }
      }),
      RUNS,
    );
  });

  test("writes only on a violation, holds only with a reason, and is unknown only without a write", () => {
    fc.assert(
      fc.property(policy, world, (compiled, around) => {
        const { plan } = judged(compiled, around);
        expect(plan.verdict === "violation").toBe(plan.action !== "none");
        expect(plan.reasons.length > 0 || plan.verdict === "compliant").toBe(true);
        expect(plan.after === null || plan.action !== "none").toBe(true);
        expect(plan.action !== "write" || plan.after !== null).toBe(true);
        const held = ["stronger", "sse-c-not-stated", "alias-moved", "key-missing", "key-other-region"];
        const isHeld = plan.reasons.some((reason) => held.includes(reason.code));
        if (plan.action === "hold") expect(isHeld).toBe(true);
        if (isHeld) expect(["hold", "write"]).toContain(plan.action);
      }),
      RUNS,
    );
  });

  test("plans the same in every mode", () => {
    fc.assert(
      fc.property(policyDocument, world, (document, around) => {
        const inMode = (mode: string) =>
          policyOf({ ...document, rules: document.rules.map((rule) => ({ ...rule, mode })) });
        const { mode: _, ...enforced } = judged(inMode("enforce"), around).plan;
        expect(judged(inMode("observe"), around).plan).toMatchObject(enforced);
      }),
      { numRuns: runs(500) },
    );
  });
});

/** Reasons that stand beside a write, which does not change what they are about. */
const BESIDE: readonly string[] = ["stronger", "unreadable", "alias-moved", "key-missing", "key-other-region"];

function ruleOf({ policy }: CompiledPolicy, plan: Plan): Rule {
  const found = policy.rules.find((rule) => rule.id === plan.rule);
  if (found === undefined) throw new Error(`no rule ${plan.rule}`);
  return found;
}

/**
 * Whether the policy names the key, if every alias is readable: what `namedKey` finds out step by
 * step.
 */
function isNamed({ policy }: CompiledPolicy, around: World, plan: Plan): boolean {
  const ref = around.ref as NonNullable<World["ref"]>;
  const isManagedUsed = policy.rules.some((rule) => rule.encryption.key === "aws-managed");
  const names = [...Object.keys(policy.keys), ...(isManagedUsed ? ["aws-managed"] : [])];
  const resolve = (arn: string) => (parseKmsArn(arn)?.kind === "key" ? arn : around.keys?.[arn]);
  const observed = absoluteKey(plan.before?.key, ref);
  const spelled = names.map((name) => keyArnOf(policy, name, ref));
  const alias = parseKmsArn(observed);
  if (alias?.kind === "alias" && alias.region !== ref.region) return false;
  const key = resolve(observed);
  return typeof key === "string" && spelled.some((arn) => (around.pins?.[arn] ?? resolve(arn)) === key);
}

function reversed<T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...map].reverse());
}

/** Every fact, requested or not. */
function everything(around: World, facts: Facts): Facts {
  const all = judgedEverything(around);
  return { ...all, ...facts, keys: new Map([...all.keys, ...facts.keys]), pins: new Map([...all.pins, ...facts.pins]) };
}

function judgedEverything(around: World): Pick<Facts, "keys" | "pins" | "tags" | "ous"> {
  const fact = <T>(value: unknown) => (isFact(value) ? value : { known: true, value }) as T;
  const entries = (of: object | undefined, make: (value: unknown) => unknown) =>
    Object.entries(of ?? {}).map(
      ([arn, value]) => [arn, isFact(value) ? value : { known: true, value: make(value) }] as const,
    );
  return {
    keys: new Map(entries(around.keys, (arn) => ({ arn }))) as Facts["keys"],
    pins: new Map(entries(around.pins, (arn) => arn)) as Facts["pins"],
    tags: fact(around.tags),
    ous: fact(around.ous),
  } as Pick<Facts, "keys" | "pins" | "tags" | "ous">;
}

function isFact(value: unknown): boolean {
  return typeof value === "object" && value !== null && "known" in value;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of value instanceof Map ? value.values() : Object.values(value)) deepFreeze(part);
  }
  return value;
}
