import type { AdvancedEventSelector } from "@aws-sdk/client-cloudtrail";
import { type TrailSeen, trailsHere } from "#aws/cloudtrail/trails";
import { objectCalls } from "#core/event/calls";
import type { Policy } from "#core/policy/policy";
import { safe } from "#core/safe";
import { objectEventsHint } from "../stage/object-events-hint.ts";
import { type Answer, finding, notKnown, ok } from "./answer.ts";
import type { Check } from "./check.ts";

/**
 * Where rules look after objects: are object events deployed, and does a trail log data events if
 * a rule relies on them?
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
export const dataEventsCheck: Check = {
  name: "data-events",
  look: async ({ cloudtrail, deployment, policy }) => {
    const inForce = await policy();
    const hint = objectEventsHint(inForce, deployment);
    if (hint !== null) return [finding(hint, "deploy with BUCKETSEAL_OBJECTS=on, or take objects: out of the rules")];
    const rules = needing(inForce);
    return rules.length === 0 ? [] : [judgeDataEvents(await trailsHere(cloudtrail), rules)];
  },
};

/** The answer about trails of data events, for rules that rely on them. Pure. */
export function judgeDataEvents(trails: readonly TrailSeen[], rules: readonly string[]): Answer {
  const judged = trails.map((each) => ({ ...each, logs: logsObjects(each) }));
  const by = (logs: string) => judged.find((each) => each.logs === logs);
  const [all, some, unread] = [by("all"), by("some"), by("unknown")];
  if (all !== undefined) return ok(`trail ${safe(all.name)} logs the writes of objects here`);
  const named = `rule ${rules
    .slice(0, 3)
    .map((id) => safe(id))
    .join(", ")}`;
  if (unread !== undefined) {
    return notKnown(
      `whether trail ${safe(unread.name)} logs data events could not be read, and ${named} relies on them`,
      "allow cloudtrail:GetTrailStatus and cloudtrail:GetEventSelectors on it",
    );
  }
  if (some !== undefined) {
    return notKnown(
      `trail ${safe(some.name)} logs the writes of objects in some buckets only, and ${named} relies on data events`,
      "check that its selectors name every bucket of these rules",
    );
  }
  return finding(
    `no trail logs the writes of objects here, and ${named} relies on data events: no object of theirs is looked at`,
    "deploy with BUCKETSEAL_DATA_TRAIL=create, or add data events to a trail, or use source: s3-events",
  );
}

// --- internal ---

function needing({ rules }: Policy): readonly string[] {
  return rules.flatMap(({ id, mode, objects }) =>
    mode !== "off" && objects !== undefined && objects.onWrite !== "off" && objects.source === "data-events"
      ? [id]
      : [],
  );
}

function logsObjects({ logging, selectors }: TrailSeen): "all" | "some" | "no" | "unknown" {
  if (!selectors.known || !logging.known) return "unknown";
  if (!logging.value) return "no";
  const { basic, advanced } = selectors.value;
  const values = basic.flatMap(({ ReadWriteType, DataResources = [] }) =>
    ReadWriteType === "ReadOnly"
      ? []
      : DataResources.flatMap(({ Type, Values = [] }) => (Type === "AWS::S3::Object" ? Values : [])),
  );
  if (values.some((value) => /^arn:[a-z-]+:s3(:::)?$/.test(value))) return "all";
  const chosen = advanced.map(objectsOf);
  if (chosen.includes("all")) return "all";
  return values.length > 0 || chosen.includes("some") ? "some" : "no";
}

/** Buckets that a selector leaves out are its owner's wish; buckets that it names are only some. */
function objectsOf({ FieldSelectors = [] }: AdvancedEventSelector): "all" | "some" | "no" {
  const field = (name: string) => FieldSelectors.find(({ Field }) => Field === name);
  const calls = field("eventName")?.Equals;
  if (field("resources.type")?.Equals?.includes("AWS::S3::Object") !== true) return "no";
  if (field("readOnly")?.Equals?.includes("true") === true) return "no";
  if (calls !== undefined && !objectCalls.every((call) => calls.includes(call))) return "some";
  const arn = field("resources.ARN");
  return arn === undefined || (arn.StartsWith === undefined && arn.Equals === undefined && arn.EndsWith === undefined)
    ? "all"
    : "some";
}
