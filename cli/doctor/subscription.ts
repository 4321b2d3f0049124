import { type SubscriptionSeen, subscriptionsOf } from "#aws/sns/subscriptions";
import type { Fact } from "#core/fact";
import { safe } from "#core/safe";
import { plural } from "../terminal/plural.ts";
import { type Answer, finding, ok, RESTORE, unread } from "./answer.ts";
import type { Check } from "./check.ts";

/** Does anybody hear the alerts: are there subscriptions, and are they confirmed? */
export const subscriptionsCheck: Check = {
  name: "subscriptions",
  look: async ({ sns, deployment: { topicArn, silenceTopicArn } }) => {
    const answers = [judgeSubscriptions("the alerts", await subscriptionsOf(sns, topicArn), true)];
    if (silenceTopicArn !== undefined) {
      const what = "the topic that says that alerts cannot be sent";
      answers.push(judgeSubscriptions(what, await subscriptionsOf(sns, silenceTopicArn), false));
    }
    return answers;
  },
};

/** The answer about who hears a topic. Pure. */
export function judgeSubscriptions(
  what: string,
  seen: Fact<readonly SubscriptionSeen[] | null>,
  isNeeded: boolean,
): Answer {
  if (!seen.known) return unread(seen, `who hears ${what}`, "sns:ListSubscriptionsByTopic");
  if (seen.value === null) return finding(`the topic of ${what} is gone`, RESTORE);
  const pending = seen.value.filter(({ confirmed }) => !confirmed);
  if (pending.length > 0) {
    const named = pending.slice(-3).map(({ protocol, endpoint }) => `${safe(protocol)} ${safe(endpoint)}`);
    return finding(
      `${plural(pending.length, "subscription")} to ${what} not confirmed: ${named.join(", ")}`,
      "open the link in AWS's message to that address, or subscribe it again",
    );
  }
  if (seen.value.length > 0) return ok(`${plural(seen.value.length, "subscription")} to ${what}, all confirmed`);
  return isNeeded
    ? finding(`nobody hears ${what}`, "subscribe to the topic, or deploy with BUCKETSEAL_ALERT_EMAIL=ADDRESS")
    : ok(`nobody hears ${what}; the alarm goes to the alerts, too`);
}
