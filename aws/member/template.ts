import { forwardedDetail } from "#core/event/calls";
import { HUB_ROLE_PATH, hubBusName, hubRoleName } from "#core/org/names";
import type { OrgSettings } from "#core/org/settings";
import { forwarding } from "./forwarding.ts";
import { memberRole } from "./role.ts";

/** The hub that a member works with. */
export interface MemberOf {
  readonly stage: string;
  /** The hub's account. */
  readonly account: string;
  readonly settings: Omit<OrgSettings, "directory">;
  /** Whether the hub may switch on buckets' events about their objects. */
  readonly manageNotifications: boolean;
}

/** A CloudFormation template as plain data. */
export interface MemberTemplate {
  readonly Parameters: Readonly<Record<string, { readonly Default: string }>>;
  readonly Resources: Readonly<Record<string, object>>;
  readonly [section: string]: unknown;
}

/**
 * The template of a member account, the same in every account and Region: the rule that forwards
 * the few events that matter, and, in the home Region only, the role by which the hub acts. Plain
 * CloudFormation under 10 KB: no files, no transform, so that StackSets and people can deploy it
 * with nothing prepared. The parameters' defaults are the hub's.
 */
export function memberTemplate(hub: MemberOf): MemberTemplate {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `Bucketseal, stage ${hub.stage}: lets the hub in account ${hub.account} keep the encryption of this account's S3 buckets`,
    Parameters: parameters(hub),
    Conditions: {
      Home: equals({ Ref: "AWS::Region" }, { Ref: "HomeRegion" }),
      // The hub's own rules see what happens where it is.
      Forwards: {
        "Fn::Not": [
          {
            "Fn::And": [
              equals({ Ref: "AWS::AccountId" }, { Ref: "HubAccount" }),
              equals({ Ref: "AWS::Region" }, { Ref: "HubRegion" }),
            ],
          },
        ],
      },
      Bound: { "Fn::Not": [equals({ Ref: "PermissionsBoundary" }, "")] },
      Manages: equals({ Ref: "ManageNotifications" }, "on"),
    },
    Resources: {
      MemberRole: memberRole(SESSION_TAG),
      ...forwarding(`bucketseal-${hub.stage}-forward`, forwardedDetail),
    },
    Outputs: { MemberRole: { Condition: "Home", Value: { "Fn::GetAtt": ["MemberRole", "Arn"] } } },
  };
}

// --- internal ---

/** The tag of a session: which stage acts. */
const SESSION_TAG = "bucketseal:stage";

function parameters({ stage, account, settings, manageNotifications }: MemberOf): MemberTemplate["Parameters"] {
  const { id, homeRegion, externalId, role } = settings;
  const text = (Default: string, AllowedPattern: string) => ({ Type: "String", Default, AllowedPattern });
  const region = text(homeRegion, "^[a-z]{2,}(-[a-z]+)+-[0-9]+$");
  const name = (acting: "bucket" | "sweep") => text(hubRoleName(stage, acting), "^[\\w+=,.@-]{1,64}$");
  return {
    HubAccount: text(account, "^[0-9]{12}$"),
    HubRegion: region,
    HubBus: text(hubBusName(stage), "^[\\w.-]{1,256}$"),
    HubRolePath: text(HUB_ROLE_PATH, PATH),
    HubBucketRole: name("bucket"),
    HubSweepRole: name("sweep"),
    OrganizationId: text(id, "^o-[a-z0-9]{10,32}$"),
    ExternalId: text(externalId, "^[\\w+=,.@:/-]{16,1224}$"),
    HomeRegion: region,
    RolePath: text(role.path, PATH),
    RolePrefix: text(role.prefix ?? `bucketseal-${stage}-`, "^[\\w+=,.@-]{1,44}$"),
    PermissionsBoundary: text("", "^(arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+)?$"),
    ManageNotifications: text(manageNotifications ? "on" : "off", "^(on|off)$"),
  };
}

const PATH = "^/([\\w+=,.@-]+/)*$";

const equals = (one: unknown, other: unknown) => ({ "Fn::Equals": [one, other] });
