import { decide } from "#core/decide/decide";
import type { Facts, Need } from "#core/decide/facts";
import type { Decision, Plan } from "#core/decide/plan";
import type { BucketEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { KeyFacts } from "#core/key/key";
import { type CompiledPolicy, compilePolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import { type Policy, policySchema } from "#core/policy/policy";

export const account = "111122223333";
const region = "eu-west-1";
export const ref: BucketRef = { partition: "aws", account, region, bucket: "invoices" };

/** A key ARN in the bucket's account and Region, or elsewhere. */
export function keyArn(digit: number, place: Partial<BucketRef> = {}): string {
  const at = { ...ref, ...place };
  return `arn:${at.partition}:kms:${at.region}:${at.account}:key/${keyId(digit)}`;
}

export function keyId(digit: number): string {
  return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replaceAll("x", String(digit));
}

export function aliasArn(name: string, place: Partial<BucketRef> = {}): string {
  const at = { ...ref, ...place };
  return `arn:${at.partition}:kms:${at.region}:${at.account}:alias/${name}`;
}

export function keyFacts(arn: string, changes: Partial<KeyFacts> = {}): KeyFacts {
  return {
    arn,
    state: "Enabled",
    spec: "SYMMETRIC_DEFAULT",
    usage: "ENCRYPT_DECRYPT",
    manager: "CUSTOMER",
    ...changes,
  };
}

export function known<T>(value: T): Fact<T> {
  return { known: true, value };
}

export const denied: Fact<never> = { known: false, error: { name: "AccessDenied", message: "Access Denied" } };

/**
 * The world. A string is the key ARN that a key or alias ARN resolves to; unlisted ones do not
 * exist.
 */
export interface World {
  readonly ref?: BucketRef;
  readonly now?: number;
  readonly encryption?: BucketEncryption | null | Fact<never>;
  readonly tags?: Readonly<Record<string, string>> | Fact<never>;
  readonly ous?: readonly string[] | Fact<never>;
  readonly accountTags?: Readonly<Record<string, string>> | Fact<never>;
  readonly keys?: Readonly<Record<string, string | Fact<never>>>;
  readonly pins?: Readonly<Record<string, string | Fact<never>>>;
}

/** A compiled policy from its YAML shape; rules get an id and enforce by default. */
export function policyOf(document: {
  settle?: string;
  rules: readonly object[];
  keys?: object;
  exemptions?: readonly object[];
}): CompiledPolicy {
  const rules = document.rules.map((rule, at) => ({ id: `rule-${at}`, mode: "enforce", ...rule }));
  return compilePolicy(policySchema.parse({ version: 1, ...document, rules }) as Policy);
}

/**
 * Serves every need of `decide` from a world until there is a plan; `asked` lists the needs, round
 * by round.
 */
export function judged(policy: CompiledPolicy, world: World): { plan: Plan; asked: readonly Need[][]; facts: Facts } {
  let facts: Facts = { now: world.now ?? 0, ref: world.ref ?? ref, keys: new Map(), pins: new Map() };
  const asked: Need[][] = [];
  for (;;) {
    const decision: Decision = decide(policy, facts);
    if (decision.kind === "plan") return { plan: decision.plan, asked, facts };
    if (asked.length === 10) throw new Error(`no plan after ten rounds: ${JSON.stringify(asked)}`);
    asked.push([...decision.needs]);
    facts = decision.needs.reduce((known, need) => answered(known, need, world), facts);
  }
}

/** The facts with one more, read from a world. */
export function answered(facts: Facts, need: Need, world: World): Facts {
  switch (need.fact) {
    case "encryption":
      return { ...facts, encryption: fact(world.encryption ?? null) };
    case "tags":
      return { ...facts, tags: fact(world.tags ?? {}) };
    case "ous":
      return { ...facts, ous: fact(world.ous ?? []) };
    case "accountTags":
      return { ...facts, accountTags: fact(world.accountTags ?? {}) };
    case "key": {
      const found = world.keys?.[need.arn] ?? null;
      const answer = typeof found === "string" ? known(keyFacts(found)) : fact(found);
      return { ...facts, keys: new Map([...facts.keys, [need.arn, answer]]) };
    }
    case "pin":
      return { ...facts, pins: new Map([...facts.pins, [need.alias, fact(world.pins?.[need.alias] ?? null)]]) };
  }
}

/** One fact of a world: a value, or that it could not be read. */
export function fact<T>(value: T | Fact<never>): Fact<T> {
  return typeof value === "object" && value !== null && "known" in value ? (value as Fact<never>) : known(value as T);
}
