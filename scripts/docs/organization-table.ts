import { memberLedgerPermissions } from "#aws/ledger/permissions";
import { memberObjectPermissions } from "#aws/member/objects/permissions";
import { memberManagePermissions, memberRolePermissions } from "#aws/member/permissions";
import {
  accountFactPermissions,
  accountListPermissions,
  accountTagPermissions,
  ancestorPermissions,
  ofAccount,
} from "#aws/organizations/permissions";
import type { Permission } from "#aws/permission";
import { policyReadPermissions } from "#aws/policy/permissions";
import { alertPermissions } from "#aws/sns/permissions";
import { redrivePermissions } from "#aws/sqs/permissions";
import { pausePermissions } from "#aws/ssm/permissions";
import { memberPermissions } from "#aws/sts/permissions";
import { code, markdownTable } from "./markdown-table.ts";

/** What an organization's roles may do and why: those in members, then what the hub's gain. */
export function organizationTable(): string {
  const rows: [role: string, permissions: readonly Permission[]][] = [
    ["member role", memberRolePermissions()],
    ["member role, if `ManageNotifications` is `on`", memberManagePermissions()],
    ["forwarding role", FORWARDING],
    [
      "hub: bucket and sweep function",
      memberPermissions("arn:aws:iam::*:role/bucketseal/bucketseal-STAGE-member", "ORGANIZATION"),
    ],
    ["hub: bucket function", accountTagPermissions(["arn:aws:organizations::*:account/ORGANIZATION/*"])],
    ["hub: object function", ofAccount("arn:aws:organizations::*:account/ORGANIZATION/HUB")],
    ["hub: sweep function", accountFactPermissions()],
    ["hub: sweep function", accountListPermissions(false)],
    ["hub: sweep function, if the file names `ous`", accountListPermissions(true)],
    ["object function's role in a member", memberObjectPermissions()],
    ["redrive role in a member", redrivePermissions(["DeadLetters.Arn", "Undelivered.Arn"], ["Events.Arn"])],
    ["hub: role for object functions in members", PLANE],
  ];
  return markdownTable(
    ["role", "actions", "on", "only where", "why"],
    rows.flatMap(([role, permissions]) => permissions.map((each) => row(role, each))),
  );
}

// --- internal ---

/** The only right of the forwarding role (aws/member/forwarding.ts). */
const FORWARDING: readonly Permission[] = [
  {
    sid: "Forward",
    actions: ["events:PutEvents"],
    resources: ["arn:aws:events:REGION:HUB:event-bus/bucketseal-STAGE"],
  },
];

/** What the hub's stack grants the role of its object plane (stacks/org/object-plane.ts). */
const PLANE: readonly Permission[] = [
  ...policyReadPermissions("POLICY_TABLE"),
  ...memberLedgerPermissions("LEDGER_TABLE", "CALLER"),
  ...pausePermissions(["/bucketseal/STAGE/writes", "/bucketseal/STAGE/paused"]),
  ...alertPermissions("TOPIC", "TOPIC_KEY", "REGION"),
  ...ancestorPermissions([
    "arn:aws:organizations::*:account/ORGANIZATION/*",
    "arn:aws:organizations::*:ou/ORGANIZATION/*",
  ]),
  ...ofAccount("arn:aws:organizations::*:account/ORGANIZATION/CALLER"),
];

const WHY: Readonly<Record<string, string>> = {
  SeeTheAccount:
    "a sweep looks at every bucket of the account; Regions that are not opted in are reported instead of tried; whether the account closes what a bucket opens to everybody",
  ReadBuckets: "what a bucket is encrypted under, and its tags where a rule matches on them",
  RepairBuckets: "the repair; the only thing that is written by default",
  LookForHazards: "what a write could break is looked at right before it",
  SeeAccountBlock: "whether the account closes what a bucket opens to everybody",
  LookAtKeys: "whether the declared key can be used; keys of a central account, too, if their policies allow it",
  SeeWhoMayUseKeys: "whether those who read and write the bucket may use the declared key",
  SeeNotifications: "whether a bucket sends events about its objects",
  SwitchOnNotifications: "for rules that say `manageNotifications: true`",
  Forward: "sends the few events that matter to the hub's bus, and to no other",
  ActInMembers: "to look and to repair there: this one role, in accounts of this organization",
  KnowAccounts: "what the account is called, for alerts, and that a suspended one is left out",
  LookAtObjects: "what an object is encrypted under, and whether it is locked",
  LookAtBuckets: "whether a missing object is missing, and what rules match on",
  UpdateObjects: "the repair, in place; no bytes are written",
  ReEncryptThroughS3: "what S3 does with the keys of an update",
  TakeMessages: "its queue",
  ComeBackSooner: "its queue",
  LookAgainAndBury: "its queue and dead-letter queue",
  TakeDeadLetters: "people see dead letters of the member's object function, and drop them",
  PutThemBack: "those that were looked at go back, and are counted",
  SendThemAgain: "and to their queue again, once their cause is gone",
  ReachTheHub: "one role of the hub, for everything that is the hub's",
  WriteTheLog: "its log",
  ReadThePolicy: "what is declared; never written",
  KeepFindings: "windows and intents of the caller's own account",
  PinKeysAndRaiseAlarms: "pins and integrity alarms of the caller's own account",
  ReadThePauseSwitch: "nothing is written while writes are paused, or where that cannot be read",
  Alert: "its alerts are the hub's",
  EncryptAlerts: "the topic's key, through SNS only",
  PlaceInTheOrganization: "the units of an account, for rules that match on them",
  TagsOfAccounts: "the tags of an account, for rules that match on them",
  ListAccounts: "a sweep covers all accounts, and reports those that are not enrolled",
};

function row(role: string, { sid, actions, resources, conditions = {} }: Permission): string[] {
  const why = WHY[sid];
  if (why === undefined) throw new Error(`scripts/docs/organization-table.ts does not say why there is ${sid}`);
  const only = Object.values(conditions).flatMap((keys) =>
    Object.entries(keys).map(([key, value]) => `\`${key}\`: ${code([value].flat().map(readable))}`),
  );
  return [role, code([...actions]), code(resources.map(readable)), only.join("; "), why];
}

function readable(text: string): string {
  return text
    .replaceAll(/\$\{AWS::Partition\}/g, "aws")
    .replaceAll(/\$\{AWS::AccountId\}/g, "ACCOUNT")
    .replaceAll(/\$\{(?:AWS::)?([\w.]+)\}/g, "$1");
}
