import { emptyWindow, type ObjectWindow, withRekeying } from "#core/alert/digest";
import { applicableRule, isDirectoryBucket } from "#core/decide/applicable";
import { ask } from "#core/decide/ask";
import type { Facts } from "#core/decide/facts";
import { lookAtFact } from "#core/decide/look-at-fact";
import { exceptedBy, objectScope } from "#core/decide/object/scope";
import type { ObjectTrigger } from "#core/event/trigger";
import { type DeclaredKeys, declaredKeys } from "#core/key/policy-keys";
import type { BucketRef } from "#core/names";
import type { ObjectPorts } from "#core/object/ports";
import { rekeying } from "#core/object/rekey";
import { logger } from "../runtime/telemetry.ts";
import type { ObjectGroup } from "./groups.ts";

/** Signs in the events of one bucket that somebody re-keys its objects. */
export interface Signs {
  readonly ref: BucketRef;
  readonly window: ObjectWindow;
  /** Whether one of them is under a key that only its writer holds. */
  readonly hasSseC: boolean;
  /** The events by their ids. */
  readonly events: readonly string[];
}

/**
 * Suspects: the events of a batch that are a sign of re-keying unless the policy names their keys.
 * Most events are none, and cost no call to KMS. Events counted before, or lately by `isTold`, are
 * left out.
 */
export function suspects(groups: readonly ObjectGroup[], isTold: (eventId: string) => boolean): readonly ObjectGroup[] {
  return groups.flatMap((group) => {
    const triggers = group.triggers.filter((each) => isSuspect(each, group.object.bucket) && !isTold(each.eventId));
    return group.counted || triggers.length === 0 ? [] : [{ ...group, triggers }];
  });
}

/**
 * The signs of re-keying among suspects, by bucket. Only events are used, no object is looked at: a
 * slow look must not delay the alert.
 * @throws whatever a port throws
 */
export async function rekeySigns(
  ports: Pick<ObjectPorts, "policy" | "reader" | "now">,
  groups: readonly ObjectGroup[],
): Promise<readonly Signs[]> {
  const found = new Map<string, Signs>();
  for (const group of groups) {
    if (!(await isLookedAfter(ports, group))) continue;
    const ref = group.object.bucket;
    const declared = await declaredBy(ports, ref);
    const signs = group.triggers.reduce(
      (each, trigger) => withSign(each, group, trigger, declared),
      found.get(ref.bucket),
    );
    if (signs !== undefined) found.set(ref.bucket, signs);
  }
  return [...found.values()];
}

// --- internal ---

function isSuspect(trigger: ObjectTrigger, ref: BucketRef): boolean {
  return rekeying(trigger, ref, { arns: new Set(), unread: new Set() }) !== null;
}

/**
 * Whether a rule covers the objects of a group; others may be encrypted under any key. If the rule
 * could not be determined, one might. A key that a rule excepts is excepted for the event
 * source that the rule uses.
 */
async function isLookedAfter(
  { policy, reader, now }: Pick<ObjectPorts, "policy" | "reader" | "now">,
  { object, triggers }: ObjectGroup,
): Promise<boolean> {
  const ref = object.bucket;
  const inForce = await policy();
  const known: Facts = { ref, now: now(), keys: new Map(), pins: new Map() };
  const { answer } = await ask(
    "applicableRule",
    (facts) => applicableRule(inForce.policy, facts),
    known,
    (need) => lookAtFact(reader, ref, need),
  );
  if (answer.kind === "plan") return answer.plan.verdict === "unknown";
  const scope = objectScope(answer.rule, false);
  if (scope.kind === "out" || isDirectoryBucket(ref)) return false;
  const isOwnSource = triggers.some(({ source }) => source === scope.objects.source);
  return !isOwnSource || exceptedBy(scope.objects, object.key) === undefined;
}

async function declaredBy(
  { policy, reader }: Pick<ObjectPorts, "policy" | "reader">,
  ref: BucketRef,
): Promise<DeclaredKeys> {
  return declaredKeys((await policy()).policy.policy, ref, (arn) => reader.key(ref, arn, false));
}

function withSign(
  signs: Signs | undefined,
  group: ObjectGroup,
  trigger: ObjectTrigger,
  declared: DeclaredKeys,
): Signs | undefined {
  const { object } = group;
  const sign = rekeying(trigger, object.bucket, declared);
  if (sign === null) return signs;
  const { key, versionId } = object;
  logger.warn("re-keyed", { ...object.bucket, key, versionId, event: trigger.eventId, rekeying: sign });
  const { eventTime } = trigger;
  const before = signs ?? { ref: object.bucket, window: emptyWindow(eventTime, eventTime), hasSseC: false, events: [] };
  return {
    ...before,
    hasSseC: before.hasSseC || sign.kind === "customer-key",
    window: withRekeying(before.window, object, sign, trigger),
    events: [...before.events, trigger.eventId],
  };
}
