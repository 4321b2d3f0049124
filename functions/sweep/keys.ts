import { getKeyPolicy } from "#aws/kms/key-policy";
import { readKeyRecord, saveKeyRecord } from "#aws/ledger/key-risks";
import { sendBodies } from "#aws/sqs/queue";
import type { Alert } from "#core/alert/schema";
import { grantCalls } from "#core/event/calls";
import { parseKmsArn } from "#core/key/arn";
import { buildKeyAlert } from "#core/key-risk/alert";
import { type Dependents, noDependents } from "#core/key-risk/dependents";
import { isDoubtful } from "#core/key-risk/doubtful";
import type { KeyHealth } from "#core/key-risk/health";
import { policyHealth } from "#core/key-risk/policy-health";
import { isBeingTold, type KeyRecord, toTell } from "#core/key-risk/record";
import { leaseEnd } from "#core/ledger/lease";
import type { BucketRef } from "#core/names";
import { RetryableError } from "#core/retryable";
import type { KeysMessage } from "#core/sweep/messages";
import { plainLook } from "../bucket/message.ts";
import { nextHop } from "../queue/hops.ts";
import { alertId } from "../runtime/alert-id.ts";
import { logger, metrics } from "../runtime/telemetry.ts";
import type { Delivery } from "./delivery.ts";
import { dependentsOf } from "./dependents.ts";
import { type SeenKey, seenKeys } from "./seen-keys.ts";
import type { SweepShared } from "./shared.ts";

/**
 * Looks at KMS keys: those that an event names, or all that the policy names. A key at risk is told
 * once, with how many buckets depend on it, and so is its end; then the buckets that waited for it
 * are looked at again, and those that still wait a while later once more, since who looked at them
 * may not have seen the change yet. What the event says of the key is not believed: KMS is asked.
 * @throws RetryableError on throttling, 5xx and timeouts, and where another instance was faster;
 *   TooManyHops.
 */
export async function lookAtKeys(shared: SweepShared, message: KeysMessage, delivery: Delivery): Promise<void> {
  const { policy } = (await shared.policy()).policy;
  const { trigger, again, arns } = message;
  const subjects: Subject[] = [];
  for (const seen of await seenKeys(shared, policy, arns)) {
    const known = await withoutOutbox(shared, await readKeyRecord(shared.ledger, shared.scope, seen.look.arn));
    const health = await judged(shared, seen, known, trigger);
    const news = toTell(known, health);
    const isUsable = seen.health.kind === "usable";
    if (news !== null || (trigger !== null && seen.isDeclared))
      subjects.push({ ...seen, health, isUsable, known, news });
  }
  const ours = subjects.filter(({ isDeclared }) => isDeclared || !isGrant(trigger));
  const waiting = new Map<string, BucketRef>();
  if (ours.length > 0) {
    const all = await dependentsOf(shared, policy, ours);
    for (const [at, subject] of ours.entries()) {
      const dependents = all[at] ?? noDependents;
      await tell(shared, subject, dependents, trigger);
      if (subject.isUsable) for (const ref of dependents.waiting) waiting.set(ref.bucket, ref);
    }
  }
  await lookAgain(shared, [...waiting.values()]);
  if (trigger === null || again) return;
  if (waiting.size === 0 && !ours.some(({ health }) => isDoubtful(trigger.eventName, health))) return;
  const hops = nextHop(delivery.hops, "KMS may not show yet what was done");
  await shared.later({ ...message, again: true }, SECONDS_UNTIL_SHOWN, hops);
}

// --- internal ---

interface Subject extends SeenKey {
  /** Whether its state lets it be used, whatever its policy says. */
  readonly isUsable: boolean;
  readonly known: KeyRecord | null;
  readonly news: ReturnType<typeof toTell>;
}

/**
 * KMS is eventually consistent: most changes show within seconds.
 * https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency
 */
const SECONDS_UNTIL_SHOWN = 15;

/**
 * The health of a key, its policy included where somebody changed that, or where it was found to
 * refuse: a policy that has always named single roles is nobody's news.
 */
async function judged(
  { clients, scope }: SweepShared,
  { look, health }: SeenKey,
  known: KeyRecord | null,
  trigger: KeysMessage["trigger"],
): Promise<KeyHealth> {
  const at = parseKmsArn(look.arn);
  const isAsked = trigger?.eventName === "PutKeyPolicy" || (known !== null && BY_POLICY.has(known.state));
  if (!isAsked || health.kind !== "usable" || at?.kind !== "key" || at.account !== scope.account) return health;
  return policyHealth(health, look.arn, await getKeyPolicy(clients.kms, look.arn));
}

const BY_POLICY: ReadonlySet<string> = new Set(["refused", "unclear"]);

/** What a grant changes concerns those who use the key; its state stays as it is. */
function isGrant(trigger: KeysMessage["trigger"]): boolean {
  return trigger !== null && grantCalls.includes(trigger.eventName);
}

/** Tells what there is to tell of a key, once. */
async function tell(
  shared: SweepShared,
  { look, health, known, news, isDeclared }: Subject,
  dependents: Dependents,
  trigger: KeysMessage["trigger"],
): Promise<void> {
  const { kind, state, key } = health;
  // A name of the policy that stands for nothing here concerns nobody until a bucket needs it.
  const isMeant = isDeclared && (trigger !== null || (kind === "at risk" && key !== null));
  if (news === null || (news === "stands" && dependents.using + dependents.declared === 0 && !isMeant)) return;
  const rev = (known?.rev ?? 0) + 1;
  const now = shared.clock.now();
  const id = alertId("key", look.arn, rev);
  const alert = buildKeyAlert({ id, now, ref: shared.scope, look, health, dependents, trigger });
  const since = new Date(now).toISOString();
  const record = { arn: look.arn, rev, kind, state, since, outbox: alert, heldUntil: leaseEnd(now) };
  logger.info("the state of a key is told", { key: look.arn, state, ...alert.key });
  metrics.addMetric("KeysAtRisk", "Count", kind === "at risk" ? 1 : 0);
  if (!(await saveKeyRecord(shared.ledger, shared.scope, record))) {
    throw new RetryableError(`another instance was faster to look at ${look.arn}`);
  }
  await sent(shared, record, alert);
}

/**
 * The record once an alert that another instance left behind has been sent: it is claimed first, so
 * that it is sent once.
 */
async function withoutOutbox(shared: SweepShared, record: KeyRecord | null): Promise<KeyRecord | null> {
  if (record === null || record.outbox === null) return record;
  const now = shared.clock.now();
  if (isBeingTold(record, now)) throw new RetryableError(`another instance is telling of ${record.arn}`);
  const mine = { ...record, rev: record.rev + 1, heldUntil: leaseEnd(now) };
  if (!(await saveKeyRecord(shared.ledger, shared.scope, mine))) {
    throw new RetryableError(`another instance was faster to tell of ${record.arn}`);
  }
  return sent(shared, mine, record.outbox);
}

/** The record once its alert has been sent. */
async function sent({ ledger, scope, publish }: SweepShared, record: KeyRecord, alert: Alert): Promise<KeyRecord> {
  await publish(alert);
  const { heldUntil: _, ...rest } = record;
  const told = { ...rest, rev: record.rev + 1, outbox: null };
  if (await saveKeyRecord(ledger, scope, told)) return told;
  throw new RetryableError(`another instance was faster to tell of ${record.arn}`);
}

/** Has buckets looked at that waited for a key which can be used now. */
async function lookAgain({ clients, settings, org }: SweepShared, refs: readonly BucketRef[]): Promise<void> {
  if (refs.length === 0) return;
  logger.info("buckets that waited for a key are looked at again", { buckets: refs.length });
  const group = (account: string) => (org === null ? {} : { group: account });
  const looks = refs.map((ref) => ({ body: JSON.stringify(plainLook(ref)), hops: 1, ...group(ref.account) }));
  const failed = await sendBodies(clients.sqs, settings.LANE_QUEUE_URL, looks);
  if (failed.length > 0) throw new RetryableError(`SQS did not take ${failed.length} of ${looks.length} looks`);
}
