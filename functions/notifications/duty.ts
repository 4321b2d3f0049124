/** The duty to keep S3's own events switched on for buckets whose rule relies on them. */

import { changeNotificationState, readNotificationState } from "#aws/ledger/notification-state";
import { buildNotificationAlert } from "#core/alert/notifications";
import type { Work } from "#core/bucket/work";
import { longest } from "#core/cut";
import type { Plan } from "#core/decide/plan";
import { foldNotification } from "#core/ledger/telling/notification-fold";
import type { Rule } from "#core/policy/policy";
import { alertId } from "../runtime/alert-id.ts";
import { foldSeconds, tellCounted, withCounted } from "./counted.ts";
import { forgetDeleted } from "./forget.ts";
import type { DutySettings } from "./look.ts";
import { lookAtNotifications } from "./look.ts";
import { closeGaps, reportGaps } from "./report-gaps.ts";

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
    const fold = await reportGaps(settings, work, rule, isOn);
    if (finding === undefined) return closeGaps(settings, ref);
    let next = fold;
    const told = finding === null ? null : memory(JSON.stringify(finding));
    if (finding !== null && told !== state.told) {
      const { now, publish, isMember } = settings.ports;
      const id = alertId("notifications", ref.account, ref.region, ref.bucket, rule.id, told ?? "", reports);
      const time = { now: now(), seconds: await foldSeconds(settings.ports) };
      const folded = foldNotification(fold, finding, id, time);
      next = folded.fold;
      const said = {
        id,
        now: now(),
        ref,
        isMember: isMember?.(ref),
        rule: rule.id,
        finding,
        trigger,
        ...withCounted(folded),
      };
      if (folded.isTold) await publish(buildNotificationAlert(said));
    }
    if (told !== state.told && again !== null) await settings.lookAgain(work, again);
    if (told !== state.told)
      await changeNotificationState(settings.ledger, ref, {
        told,
        reports: reports + 1,
        ...(next === fold ? {} : { fold: next }),
      });
    await tellCounted(settings, work, rule.id, finding, next);
    await closeGaps(settings, ref);
  };
}

// --- internal ---

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
