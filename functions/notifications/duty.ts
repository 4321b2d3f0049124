/** The duty to keep S3's own events switched on for buckets whose rule relies on them. */

import { RetryableError } from "#aws/error";
import { changeNotificationState, readNotificationState, saveNotificationState } from "#aws/ledger/notification-state";
import { buildNotificationAlert } from "#core/alert/notifications";
import type { Work } from "#core/bucket/work";
import { longest } from "#core/cut";
import type { Plan } from "#core/decide/plan";
import type { Rule } from "#core/policy/policy";
import { alertId } from "../runtime/alert-id.ts";
import { forgetDeleted } from "./forget.ts";
import { gapsAfter } from "./gaps.ts";
import type { DutySettings } from "./look.ts";
import { lookAtNotifications } from "./look.ts";

/**
 * Checks after each look at a bucket whether it sends S3's own events, if its objects' rule relies
 * on them. Events that are off are reported once, or switched on where both the rule and the
 * deployment allow it.
 * @throws RetryableError on throttling, 5xx and timeouts; the message is redelivered.
 */
export function notificationDuty(settings: DutySettings): (work: Work, plan: Plan) => Promise<void> {
  return async (work, plan) => {
    await forgetDeleted(settings.ledger, work, plan.verdict === "gone" ? settings.ports.now() : null);
    const { policy, observeOnly } = await settings.ports.policy();
    const rule = policy.policy.rules.find(({ id }) => id === plan.rule);
    if (rule === undefined || QUIET.has(plan.verdict) || !needsEvents(rule)) return;
    const { ref } = work;
    const state = await readNotificationState(settings.ledger, ref);
    const { reports = 0 } = state;
    const { finding, trigger, again, isOn } = await lookAtNotifications(
      settings,
      work,
      rule,
      observeOnly !== null,
      state,
    );
    await reportGaps(settings, work, rule, isOn);
    if (finding === undefined) return;
    const told = finding === null ? null : memory(JSON.stringify(finding));
    if (finding !== null && told !== state.told) {
      const { now, publish } = settings.ports;
      const id = alertId("notifications", ref.account, ref.region, ref.bucket, rule.id, told ?? "", reports);
      await publish(buildNotificationAlert({ id, now: now(), ref, rule: rule.id, finding, trigger }));
    }
    if (told !== state.told && again !== null) await settings.lookAgain(work, again);
    if (told !== state.told) await changeNotificationState(settings.ledger, ref, { told, reports: reports + 1 });
  };
}

// --- internal ---

/** How often a gap is worked out anew because another look was faster. */
const ATTEMPTS = 5;

/**
 * Reports the times in which the bucket sent no events, each once, and keeps them for a backfill.
 * The calls that begin and end a gap may be looked at by two functions at once, so what is kept is
 * saved only over what was read.
 */
async function reportGaps(
  settings: DutySettings,
  work: Work,
  rule: Rule,
  isOn: boolean | null,
  attempt = 1,
): Promise<void> {
  const { ports, ledger } = settings;
  const { ref, triggers } = work;
  const state = await readNotificationState(ledger, ref);
  const calls = triggers.filter(({ eventName }) => eventName === "PutBucketNotification");
  const { ended, ...kept } = gapsAfter(state, calls, isOn === null ? null : { isOn }, ports.now());
  for (const { id: began, from, to } of ended) {
    const id = alertId("notification-gap", ref.account, ref.region, ref.bucket, began);
    const trigger = calls.find(({ eventId }) => eventId === began) ?? null;
    const finding = { kind: "gap", from, to } as const;
    await ports.publish(buildNotificationAlert({ id, now: ports.now(), ref, rule: rule.id, finding, trigger }));
  }
  const isNews = JSON.stringify(kept.switches) !== JSON.stringify(state.switches ?? []);
  if (!isNews && ended.length === 0) return;
  if (await saveNotificationState(ledger, ref, { ...state, ...kept }, state)) return;
  if (attempt >= ATTEMPTS) throw new RetryableError("other looks keep changing what is known of a bucket's events");
  await reportGaps(settings, work, rule, isOn, attempt + 1);
}

/**
 * A finding as the ledger remembers it: a long one, which quotes others' triggers, by its digest.
 */
function memory(finding: string): string {
  return finding.length > longest.text ? alertId(finding) : finding;
}

const QUIET: ReadonlySet<Plan["verdict"]> = new Set(["gone", "exempt", "unmanaged", "unknown"]);

function needsEvents({ objects, mode }: Rule): boolean {
  return mode !== "off" && objects !== undefined && objects.onWrite !== "off" && objects.source === "s3-events";
}
