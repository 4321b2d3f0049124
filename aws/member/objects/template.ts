import type { MemberOf, MemberTemplate } from "#aws/member/template";
import { codeBucketPrefix } from "#core/org/names";
import { memberObjectAlarms } from "./alarms.ts";
import { memberObjectFunction } from "./function.ts";
import { memberObjectQueues } from "./queues.ts";
import { memberRedrive } from "./redrive.ts";
import { memberObjectRole } from "./role.ts";
import { memberObjectRules } from "./rules.ts";

/** A hub with an object plane, as it is deployed. */
export interface PlaneOf extends MemberOf {
  /** The role by which object functions in members read and write what is the hub's. */
  readonly planeRoleArn: string;
  readonly policyTable: string;
  readonly ledgerTable: string;
  readonly topicArn: string;
  readonly pauseParameter: string;
  /** The key of the function's code. */
  readonly code: string;
}

/**
 * The object plane of a member account, once for each Region: events about objects stay in the
 * account, and so does the function that looks at them. The function's code comes from the hub's
 * bucket; the policy, the pause switch, the findings and the alerts are the hub's, by one role
 * there. Plain CloudFormation, without transform. The parameters' defaults are the hub's.
 */
export function objectsTemplate(hub: PlaneOf): MemberTemplate {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `Bucketseal, stage ${hub.stage}: keeps the encryption of objects in this account and Region, for the hub in account ${hub.account}`,
    Parameters: parameters(hub),
    Conditions: {
      Bound: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "PermissionsBoundary" }, ""] }] },
      Rings: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "AlarmTopic" }, ""] }] },
    },
    Resources: {
      ...memberObjectQueues(),
      ...memberObjectRules(),
      ...memberObjectRole(),
      ...memberObjectFunction(),
      ...memberObjectAlarms(),
      ...memberRedrive(hub.stage),
    },
    Outputs: { ObjectRole: { Value: { "Fn::GetAtt": ["ObjectRole", "Arn"] } } },
  };
}

// --- internal ---

function parameters(hub: PlaneOf): MemberTemplate["Parameters"] {
  const { stage, account, settings } = hub;
  const text = (Default: string, AllowedPattern: string) => ({ Type: "String", Default, AllowedPattern });
  const number = (Default: string, MinValue: number, MaxValue: number) => ({
    Type: "Number",
    Default,
    MinValue,
    MaxValue,
  });
  return {
    HubRegion: text(settings.homeRegion, "^[a-z]{2,}(-[a-z]+)+-[0-9]+$"),
    PlaneRole: text(hub.planeRoleArn, "^arn:[a-z-]+:iam::[0-9]{12}:role/.+$"),
    PolicyTable: text(hub.policyTable, TABLE),
    LedgerTable: text(hub.ledgerTable, TABLE),
    TopicArn: text(hub.topicArn, "^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:.+$"),
    PauseParameter: text(hub.pauseParameter, "^/bucketseal/[^/]+/writes$"),
    CodeBucketPrefix: text(codeBucketPrefix(stage, account), "^[a-z0-9-]{3,49}$"),
    CodeKey: text(hub.code, "^.{1,1024}$"),
    RolePath: text(settings.role.path, "^/([\\w+=,.@-]+/)*$"),
    RolePrefix: text(settings.role.prefix ?? `bucketseal-${stage}-`, "^[\\w+=,.@-]{1,44}$"),
    PermissionsBoundary: text("", "^(arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+)?$"),
    AlarmTopic: text("", "^(arn:[a-z-]+:sns:.+)?$"),
    Concurrency: number("10", 2, 1000),
    WindowSeconds: number("60", 5, 600),
    UpdateOutsideAws: text("off", "^(on|off)$"),
  };
}

const TABLE = "^[A-Za-z0-9_.-]{3,255}$";
