import { backfillFacts, backfillHeadline } from "#core/alert/existing/backfill";
import { jobFacts, jobHeadline } from "#core/alert/existing/job";
import { ROLLBACK } from "#core/event/rollback";
import { accountsHeadline } from "./accounts.ts";
import { actorText } from "./actor.ts";
import { digestFacts, digestHeadline, digestLists } from "./day-digest-text.ts";
import { keyHeadline } from "./key-text.ts";
import { memberHeadline } from "./member.ts";
import { objectsHeadline, sampleText, writers } from "./objects-text.ts";
import { runFacts, runHeadline } from "./run-text.ts";
import type { Alert } from "./schema.ts";

/** An alert as email text: a headline, then who, what, why and what to do next. */
export function alertText(alert: Alert): string {
  const sections = [
    headline(alert),
    table(facts(alert)),
    list("Why", alert.reasons),
    ...(alert.policy?.kind === "moved" ? policyLists(alert.policy) : []),
    ...(alert.digest === undefined ? [] : digestLists(alert.digest)),
    list("For example", (alert.objects?.samples ?? []).map(sampleText)),
    list("What to do next", alert.next),
    footer(alert),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

const SSE_C = { "SSE-C": "SSE-C blocked", NONE: "SSE-C allowed", "not-stated": "SSE-C not stated" } as const;

/** A bucket's encryption in one line: `aws:kms, key arn:…, bucket key on, SSE-C blocked`. */
export function encryptionText({ algorithm, key, bucketKey, sseC }: NonNullable<Alert["before"]>): string {
  const usesKey = key !== undefined || algorithm?.startsWith("aws:");
  return [
    algorithm ?? "no default (S3 uses AES256)",
    ...(usesKey ? [key === undefined ? "no key named" : `key ${key}`] : []),
    ...(usesKey || bucketKey ? [`bucket key ${bucketKey ? "on" : "off"}`] : []),
    SSE_C[sseC],
  ].join(", ");
}

// --- internal ---

const CHANGES: ReadonlySet<string> = new Set(["PutBucketEncryption", "DeleteBucketEncryption"]);

function headline(alert: Alert): string {
  const { bucket, outcome, run, key, digest, accounts, member } = alert;
  if (accounts !== undefined) return accountsHeadline(accounts);
  if (digest !== undefined) return digestHeadline(digest);
  if (run !== undefined) return runHeadline(run);
  if (alert.backfill !== undefined) return backfillHeadline(alert);
  if (alert.job !== undefined) return jobHeadline(bucket, alert.job);
  if (key !== undefined) return keyHeadline(key, alert);
  if (member !== undefined) return memberHeadline(member);
  if (bucket === null) return policyHeadline(alert);
  if (alert.objects !== null) return objectsHeadline(bucket, alert.objects);
  switch (outcome) {
    case "changed":
      return `The bucket ${bucket} was changed ${CHANGES.has(alert.event?.name ?? "") ? "back " : ""}to ${short(alert)}.`;
    case "held":
      return `The bucket ${bucket} differs from policy. Bucketseal held the change back: a person has to decide.`;
    case "reported":
      return `The bucket ${bucket} differs from policy. Bucketseal did not change it.`;
    case "contested":
      return `The bucket ${bucket} is contested: someone keeps undoing Bucketseal's changes, so it stopped.`;
    case "unreadable":
      return `The bucket ${bucket} could not be judged, so nothing was changed.`;
    case "failed":
      return `The bucket ${bucket} differs from policy, and changing it failed.`;
    case "gone":
      return `The bucket ${bucket} is gone.`;
    case "exempt":
      return alert.event?.name !== ROLLBACK
        ? `The bucket ${bucket} is exempt and was left alone.`
        : `The bucket ${bucket} was rolled back to ${short(alert)} by a person, and is left alone for a time.`;
    case "superseded":
      return `The bucket ${bucket} was changed by someone else meanwhile, so Bucketseal will look at it again.`;
    case "left alone":
      return `The bucket ${bucket} needs no change.`;
  }
}

function short({ after }: Alert): string {
  return after?.algorithm ?? "the declared encryption";
}

function policyHeadline({ policy }: Alert): string {
  if (policy?.kind === "refused") {
    const which = policy.version === null ? "A version" : `Version ${policy.version}`;
    return `${which} of the policy was refused; nothing is written until this is resolved: ${policy.why}`;
  }
  if (policy === null) return "The policy changed.";
  return policy.from === null
    ? `Version ${policy.to} of the policy, the first one, is in force.`
    : `Version ${policy.to} of the policy replaced version ${policy.from}.`;
}

function facts(alert: Alert): readonly (readonly [label: string, value: string])[] {
  const { actor, event, before, after, outcome, rule, mode } = alert;
  const wasWritten = outcome === "changed" || outcome === "superseded" || event?.name === ROLLBACK;
  return [
    ...(actor === null || alert.objects !== null ? [] : [["Who", actorText(actor)] as const]),
    ...(alert.objects === null ? [] : writers(alert.objects)),
    ...(alert.policy?.kind === "moved" && alert.policy.by !== null ? [["Who", alert.policy.by] as const] : []),
    ...(alert.run === undefined ? [] : runFacts(alert.run)),
    ...(alert.backfill === undefined ? [] : backfillFacts(alert.backfill)),
    ...(alert.job === undefined ? [] : jobFacts(alert.job)),
    ...(alert.digest === undefined ? [] : digestFacts(alert.digest)),
    ...(event === null ? [] : [["What", `${event.name} at ${event.time}`] as const]),
    ["Where", `account ${accountText(alert)}, ${alert.region}`] as const,
    ...(before === null ? [] : [[wasWritten ? "Before" : "Is", encryptionText(before)] as const]),
    ...(after === null ? [] : [[wasWritten ? "After" : "Declared", encryptionText(after)] as const]),
    ...(rule === null ? [] : [["Rule", mode === null ? rule : `${rule} (mode ${mode})`] as const]),
  ];
}

function accountText({ account, accountName }: Alert): string {
  return accountName === undefined ? account : `${account} (${accountName})`;
}

function table(rows: ReturnType<typeof facts>): string {
  return rows.map(([label, value]) => `${`${label}:`.padEnd(10)}${value}`).join("\n");
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? "" : [`${title}:`, ...items.map((item) => `- ${item}`)].join("\n");
}

function policyLists({ weaker, stronger }: Extract<Alert["policy"], { kind: "moved" }>): readonly string[] {
  return [list("Weaker than before", weaker), list("Stronger than before", stronger)];
}

function footer({ id, severity, latencyMs }: Alert): string {
  const took = latencyMs === null ? "" : `, ${(latencyMs / 1000).toFixed(1)} s after the call`;
  return `Severity ${severity}${took}. Alert ${id}.`;
}
