import { safe } from "#core/safe";
import { draft } from "./draft.ts";
import type { Alert, MemberNews } from "./schema.ts";

/** Builds the alert about an account of the organization, which a hub cannot act in, say. */
export function buildMemberAlert(input: {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Where it was noticed. */
  readonly ref: { readonly account: string; readonly region: string };
  readonly kind: MemberNews;
  /** What AWS says, or what disagrees. */
  readonly why: string;
  /** The stage, for the commands. */
  readonly stage: string;
}): Alert {
  const { kind, ref, why, stage } = input;
  return {
    ...draft(input, JUDGED[kind]),
    reasons: [safe(why, MAX_WHY)],
    next: NEXT[kind](ref.account, safe(stage)),
    member: { kind, account: ref.account, why: safe(why, MAX_WHY) },
  };
}

/** What happened, for the subject. */
export function memberHappened({ kind }: NonNullable<Alert["member"]>): string {
  return HAPPENED[kind];
}

export function memberHeadline({ kind, account }: NonNullable<Alert["member"]>): string {
  return HEADLINES[kind](account);
}

// --- internal ---

const MAX_WHY = 1000;

const JUDGED = {
  "not enrolled": { outcome: "unreadable", severity: "high" },
  unreachable: { outcome: "unreadable", severity: "high" },
  "refused event": { outcome: "failed", severity: "high" },
} as const;

const HAPPENED: Readonly<Record<MemberNews, string>> = {
  "not enrolled": "account not enrolled",
  unreachable: "account unreachable",
  "refused event": "event refused",
};

const HEADLINES: Readonly<Record<MemberNews, (account: string) => string>> = {
  "not enrolled": (account) =>
    `The account ${account} is not enrolled: its member role cannot be assumed, so nothing in it is looked at.`,
  unreachable: (account) => `The buckets of account ${account} could not be listed, so nothing is known of them.`,
  "refused event": (account) =>
    `An event of account ${account} was refused: its record disagrees with its envelope, and nothing was looked at.`,
};

const NEXT: Readonly<Record<MemberNews, (account: string, stage: string) => string[]>> = {
  "not enrolled": (account, stage) => [
    `Deploy the member template in account ${account}: bucketseal org rollout --stage ${stage} prints the commands, bucketseal org template --stage ${stage} the template`,
    "If it is there, compare its external id, organization and role names with the hub's; a service control policy may deny sts:AssumeRole too",
    `Once it is enrolled, its buckets are looked at with the next sweep: bucketseal sweep --account ${account} --stage ${stage}`,
  ],
  unreachable: (account) => [
    `Find out what denies s3:ListAllMyBuckets to the member role of account ${account}, such as a service control policy; the next sweep tries again`,
  ],
  "refused event": (account) => [
    `Find out what sends it: EventBridge sets an event's account, and only somebody in account ${account} can have sent this one to the hub's bus`,
    "Nothing else of this kind is told for the account again",
  ],
};
