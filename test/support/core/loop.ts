import type { Survey } from "#core/bucket/survey";
import type { Work } from "#core/bucket/work";
import type { Plan } from "#core/decide/plan";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import type { RequestedChange, Trigger } from "#core/event/trigger";
import { limitsOf } from "#core/ledger/limits";
import type { Look } from "#core/ledger/look";
import { type BucketState, type Intent, unseen } from "#core/ledger/state";
import { person } from "../simulation/simulation.ts";
import { keyArn, policyOf, ref } from "./world.ts";

/**
 * The ingredients of the loop's tests: one violation, one event, one plan; each test changes what
 * it is about.
 */

export const NOW = Date.parse("2026-11-21T08:15:20.000Z");

/** ISO 8601: this many seconds after `NOW`. */
export function at(seconds: number): string {
  return new Date(NOW + seconds * 1000).toISOString();
}

/** The same in CloudTrail's format: whole seconds. */
export function eventAt(seconds: number): string {
  return at(seconds).replace(/\.\d+/, "");
}

export const aes: BucketEncryption = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" };
export const wanted: WantedEncryption = { algorithm: "aws:kms", key: keyArn(1), bucketKey: true, sseC: "SSE-C" };
export const kms: BucketEncryption = { ...wanted };
export const foreign: BucketEncryption = { ...wanted, key: keyArn(2) };

export function aPlan(changes: Partial<Plan> = {}): Plan {
  return {
    action: "write",
    verdict: "violation",
    rule: "baseline",
    exemption: null,
    mode: "enforce",
    accept: [],
    namesBucket: false,
    before: aes,
    after: wanted,
    declaredKey: keyArn(1),
    differs: ["algorithm"],
    reasons: [{ code: "algorithm-differs", text: "algorithm: AES256, declared aws:kms" }],
    ...changes,
  };
}

export const compliant = aPlan({ action: "none", verdict: "compliant", before: kms, after: null, reasons: [] });

export function aRequest(encryption: BucketEncryption): RequestedChange {
  return { kind: "encryption", encryption };
}

export function aTrigger(changes: Partial<Trigger> = {}): Trigger {
  return {
    eventId: "event-1",
    eventName: "PutBucketEncryption",
    eventTime: eventAt(-5),
    actor: person("alice"),
    issuer: null,
    requested: aRequest(aes),
    ...changes,
  };
}

export function someWork(changes: Partial<Work> = {}): Work {
  return { ref, ids: ["message-1"], triggers: [aTrigger()], after: [], since: null, hops: 0, ...changes };
}

export function anIntent(changes: Partial<Intent> = {}): Intent {
  return {
    id: "intent-1",
    owner: "look-1",
    at: at(-1),
    expires: at(59),
    rule: "baseline",
    mode: "enforce",
    before: aes,
    after: wanted,
    reasons: ["algorithm: AES256, declared aws:kms"],
    trigger: aTrigger(),
    ...changes,
  };
}

export function aState(changes: Partial<BucketState> = {}): BucketState {
  return { ...unseen, rev: 1, ...changes };
}

/** A look at a bucket in the ledger's state. */
export function aLook(changes: Partial<Look> = {}): Look {
  const found = changes.found ?? changes.state ?? aState();
  return {
    ref,
    isMember: false,
    owner: "look-1",
    found,
    state: found,
    policyVersion: 7,
    trigger: aTrigger(),
    write: "none",
    wroteAt: null,
    isRest: false,
    observed: aes,
    limits: limitsOf({}),
    stopped: null,
    ...changes,
  };
}

/** What a round of a look found out, as far as a test says; nothing was read but what it says. */
export function surveyed(changes: Partial<Survey> = {}): Survey {
  return {
    inForce: { policy: policyOf({ rules: [] }), version: 7, observeOnly: null },
    plan: aPlan(),
    facts: { now: NOW, ref, keys: new Map(), pins: new Map() },
    events: [],
    look: aLook(),
    readAt: NOW,
    ...changes,
  };
}
