import fc from "fast-check";
import type { BucketEncryption } from "#core/encryption";
import type { PolicyInForce } from "#core/match/in-force";
import { aliasArn, keyArn, known, policyOf } from "../core/world.ts";
import { Aws, type Dependent } from "./aws.ts";
import { Simulation, START } from "./simulation.ts";
import { Tape } from "./tape.ts";
import type { Weather } from "./worker.ts";

export const declaredKey = keyArn(1);
const alias = aliasArn("s3-default");

/** The declaration of every story's policy. */
export const asDeclared: BucketEncryption = {
  algorithm: "aws:kms",
  key: declaredKey,
  bucketKey: true,
  sseC: "SSE-C",
};
/** What people set instead: violations, another spelling of the same, and something stronger. */
const configurations = {
  "as declared": asDeclared,
  "by its alias": { ...asDeclared, key: alias },
  aes: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
  "another key": { ...asDeclared, key: keyArn(2) },
  "a relative key": { ...asDeclared, key: "alias/s3-default" },
  "no bucket key": { ...asDeclared, bucketKey: false },
  "SSE-C allowed": { ...asDeclared, sseC: "NONE" },
  dsse: { algorithm: "aws:kms:dsse", key: declaredKey, bucketKey: false, sseC: "SSE-C" },
} as const satisfies Record<string, BucketEncryption>;

export type Configuration = keyof typeof configurations;

const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true };

/**
 * The policies of a story: one rule, observed or enforced, or with another one for buckets with a
 * tag.
 */
const policies = {
  enforce: policyOf({ settle: "0s", keys: { default: alias }, rules: [{ id: "baseline", encryption }] }),
  nothing: policyOf({ rules: [] }),
  observe: policyOf({
    settle: "0s",
    keys: { default: alias },
    rules: [{ id: "baseline", encryption, mode: "observe" }],
  }),
  tags: policyOf({
    settle: "60s",
    keys: { default: alias },
    rules: [
      { id: "logs", match: { tags: { use: "logs" } }, trustTags: true, encryption: { algorithm: "AES256" } },
      { id: "baseline", encryption },
    ],
  }),
} as const;

export type PolicyName = keyof typeof policies;

export function inForce(name: PolicyName, version = 1, observeOnly: string | null = null): PolicyInForce {
  return { policy: policies[name], version, observeOnly };
}

/** An act of a person, or a fault. */
export type Deed =
  | { readonly kind: "put"; readonly who: string; readonly what: Configuration }
  | { readonly kind: "tag"; readonly who: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: "delete" | "create"; readonly who: string }
  | { readonly kind: "depend"; readonly who: string; readonly what: Dependent }
  | {
      readonly kind: "pause" | "deny read" | "deny write" | "break SNS" | "disable key" | "policy stale";
      readonly is: boolean;
    };

const who = fc.constantFrom("alice", "ci");
const on = (kind: Extract<Deed, { is: boolean }>["kind"]) => fc.record({ kind: fc.constant(kind), is: fc.boolean() });

/** Calls that CloudTrail reports. */
export const calls: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("put" as const),
      who,
      what: fc.constantFrom(...(Object.keys(configurations) as Configuration[])),
    }),
  },
  fc.record({ kind: fc.constant("tag" as const), who, tags: fc.constantFrom({}, { use: "logs" }, { team: "a" }) }),
  fc.record({ kind: fc.constantFrom("delete" as const, "create" as const), who }),
);

/** Calls after which a change to KMS would break something, or nothing any more. */
export const dependencies: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constant("depend" as const),
  who,
  what: fc.constantFrom<Dependent[]>("nothing", "replication", "readers", "logs", "unseen"),
});

/** Switches without an event. */
export const switches: fc.Arbitrary<Deed> = fc.oneof(
  on("pause"),
  on("deny read"),
  on("deny write"),
  on("break SNS"),
  on("disable key"),
  on("policy stale"),
);

/** A time and an act; often close together, sometimes long after. */
export function timed(deed: fc.Arbitrary<Deed>, maxLength: number): fc.Arbitrary<readonly (readonly [number, Deed])[]> {
  const gap = fc.oneof(fc.nat(400), fc.nat(10_000), fc.nat(90_000));
  return fc.array(fc.tuple(gap, deed), { minLength: 1, maxLength, size: "max" });
}

export const tape = fc.array(fc.nat(2520), { maxLength: 400, size: "max" });

/**
 * A world in which these deeds are done one after the other, each this many milliseconds after the
 * one before.
 */
export function storyOf(
  choices: readonly number[],
  weather: Weather,
  deeds: readonly (readonly [number, Deed])[],
  policy: PolicyName = "enforce",
): Simulation {
  const aws = new Aws(inForce(policy), asDeclared);
  aws.addKey(declaredKey, {}, alias);
  aws.addKey(keyArn(2));
  const simulation = new Simulation(aws, new Tape(choices), { ...weather });
  let at = 0;
  for (const [gap, deed] of deeds) {
    at += gap;
    simulation.clock.in(at, () => perform(simulation, deed));
  }
  return simulation;
}

export function perform(simulation: Simulation, deed: Deed): void {
  const { aws, clock } = simulation;
  switch (deed.kind) {
    case "put": {
      const encryption = configurations[deed.what];
      if (aws.encryption === null) return;
      const requested = { kind: "encryption", encryption } as const;
      simulation.call(deed.who, "PutBucketEncryption", requested, () => aws.set(clock.now, encryption));
      return;
    }
    case "tag": {
      if (aws.encryption === null) return;
      const requested = { kind: "tags", tags: deed.tags } as const;
      simulation.call(deed.who, "PutBucketTagging", requested, () =>
        aws.tagHistory.push({ at: clock.now, tags: deed.tags }),
      );
      return;
    }
    case "delete":
      aws.set(clock.now, null);
      return;
    case "create":
      if (aws.encryption !== null) return;
      aws.tagHistory.push({ at: clock.now, tags: {} });
      simulation.call(deed.who, "CreateBucket", null, () => aws.set(clock.now, configurations.aes));
      return;
    case "depend":
      simulation.call(deed.who, "PutBucketPolicy", null, () => {
        aws.dependents.push({ at: clock.now, what: deed.what });
      });
      return;
    case "pause":
      aws.paused = known(deed.is ? "writes are paused: for a test" : null);
      return;
    case "deny read":
      aws.readable = !deed.is;
      return;
    case "deny write":
      aws.writable = !deed.is;
      return;
    case "break SNS":
      aws.snsWorks = !deed.is;
      return;
    case "disable key":
      aws.addKey(declaredKey, { state: deed.is ? "Disabled" : "Enabled" }, alias);
      return;
    case "policy stale":
      aws.inForce = {
        ...aws.inForce,
        version: aws.inForce.version + 1,
        observeOnly: deed.is ? `the policy has not been readable for ${clock.now - START} ms` : null,
      };
  }
}

/** Everything as it should be again, so that only the bucket itself can be a reason to hold. */
export function clearUp(simulation: Simulation): void {
  for (const kind of ["pause", "deny read", "deny write", "break SNS", "disable key", "policy stale"] as const) {
    perform(simulation, { kind, is: false });
  }
}
