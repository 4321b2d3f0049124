import type { AdvancedEventSelector } from "@aws-sdk/client-cloudtrail";
import { type Selectors, type TrailSeen, trailsHere } from "#aws/cloudtrail/trails";
import { safe } from "#core/safe";
import { type Answer, finding, notKnown, ok } from "./answer.ts";
import type { Check } from "./check.ts";

/**
 * Does a trail log writing management events of this account and Region? Without one no call on a
 * bucket ever reaches EventBridge, and nothing else says so.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export const trailCheck: Check = {
  name: "trail",
  look: async ({ cloudtrail }) => [judgeTrails(await trailsHere(cloudtrail))],
};

/** The answer about the trails of a Region. Pure. */
export function judgeTrails(trails: readonly TrailSeen[]): Answer {
  const judged = trails.map((each) => ({ ...each, logs: logsManagement(each) }));
  const good = judged.find(({ logs }) => logs === "yes");
  if (good !== undefined) return ok(`trail ${safe(good.name)} logs management events here`);
  const unread = judged.find(({ logs }) => logs === "unknown");
  if (unread !== undefined) {
    return notKnown(
      `whether trail ${safe(unread.name)} logs management events could not be read`,
      "allow cloudtrail:GetTrailStatus and cloudtrail:GetEventSelectors on it, or run doctor in the account that owns it",
    );
  }
  const stopped = judged.find(({ logs }) => logs === "stopped");
  if (stopped !== undefined) {
    return finding(
      `trail ${safe(stopped.name)} is stopped, and no other logs management events here: no event arrives`,
      `start it: aws cloudtrail start-logging --name ${safe(stopped.arn)}`,
    );
  }
  return finding(
    "no trail logs writing management events of this account and Region: no event arrives, and nothing is repaired",
    "deploy with BUCKETSEAL_TRAIL=create, or let a trail log them here",
  );
}

// --- internal ---

function logsManagement({ logging, selectors }: TrailSeen): "yes" | "no" | "stopped" | "unknown" {
  if (selectors.known && !selectsManagement(selectors.value)) return "no";
  if (!selectors.known || !logging.known) return "unknown";
  return logging.value ? "yes" : "stopped";
}

function selectsManagement({ basic, advanced }: Selectors): boolean {
  return (
    basic.some(
      ({ IncludeManagementEvents, ReadWriteType }) => IncludeManagementEvents === true && ReadWriteType !== "ReadOnly",
    ) || advanced.some(isManagement)
  );
}

/**
 * Only KMS and RDS Data API can be left out of management events by their source; a selector that
 * names one source logs nothing else.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
 */
function isManagement({ FieldSelectors = [] }: AdvancedEventSelector): boolean {
  const field = (name: string) => FieldSelectors.find(({ Field }) => Field === name);
  const source = field("eventSource")?.Equals;
  return (
    field("eventCategory")?.Equals?.includes("Management") === true &&
    field("readOnly")?.Equals?.includes("true") !== true &&
    (source === undefined || source.includes("s3.amazonaws.com"))
  );
}
