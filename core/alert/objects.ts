import { timesOf } from "#core/backfill/window";
import type { BucketRef } from "#core/names";
import type { Outcome } from "#core/outcome";
import { adviceForObjects } from "#core/reason/advice";
import { type BucketCommands, bucketCommands } from "#core/reason/bucket-commands";
import type { ReasonCode } from "#core/reason/reason";
import { type Severity, severities } from "#core/reason/severity";
import { severityOf } from "#core/reason/severity-of";
import { safe, safeAgain } from "#core/safe";
import { actorShown } from "./actor.ts";
import type { ObjectWindow } from "./digest.ts";
import { draft } from "./draft.ts";
import { foldedText, windowReasons } from "./objects-text.ts";
import type { Alert } from "./schema.ts";

/** Builds the alert about a bucket's objects in a window. */
export function buildObjectAlert(input: {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly ref: BucketRef;
  /** Whether it is in another account or Region than the stage's own. */
  readonly isMember?: boolean | undefined;
  readonly window: ObjectWindow;
  /** Keys whose repair was started but never recorded as finished. */
  readonly unconfirmed: readonly string[];
  /** Only where windows are told together that say what was told before. */
  readonly repeated?: Alert["repeated"];
}): Alert {
  const { ref, isMember = false, window, unconfirmed, repeated } = input;
  const counted = Object.keys(window.reasons) as ReasonCode[];
  const codes: ReasonCode[] = unconfirmed.length === 0 ? counted : [...counted, "earlier-write-unconfirmed"];
  const outcome = worst(window, unconfirmed.length);
  const [first = null, another] = window.rules;
  const rule = another === undefined ? first : null;
  const shown = { ...ref, bucket: safe(ref.bucket) };
  const actors = window.actors.map(actorShown);
  return {
    ...draft(input, { outcome, severity: severityOfObjects(window, outcome, codes) }),
    rule,
    actor: actors[0] ?? null,
    reasons: [...windowReasons(window, unconfirmed.length), ...(repeated?.folded ?? []).map(foldedText)],
    next: [
      ...rekeyAdvice(window, bucketCommands(shown, isMember)),
      ...adviceForObjects(codes, { ref: shown, isMember, rule, declaredKey: null, written: timesOf([window]) }),
    ],
    objects: {
      from: window.from,
      to: window.to,
      counts: { ...window.counts },
      reasons: { ...window.reasons },
      rekeyed: window.rekeyed,
      actors,
      samples: window.samples.map(({ key, versionId, outcome: became, reason }) => ({
        key: safe(key, MAX_KEY),
        versionId: versionId === null ? null : safe(versionId, MAX_VERSION),
        outcome: became,
        reason: reason === null ? null : safeAgain(reason, MAX_REASON),
      })),
      unconfirmed: unconfirmed.slice(0, MAX_UNCONFIRMED).map((key) => safe(key, MAX_KEY)),
    },
    ...(repeated === undefined ? {} : { repeated }),
  };
}

// --- internal ---

/** An ordinary key of 1,024 bytes is shown whole; one that must be escaped throughout is cut. */
const MAX_KEY = 1024;
const MAX_VERSION = 128;
const MAX_REASON = 240;
const MAX_UNCONFIRMED = 5;

/** From least to most severe; the most severe is the alert's outcome. */
const ORDER: readonly Outcome[] = ["superseded", "changed", "reported", "held", "unreadable", "contested", "failed"];

function worst({ counts, rekeyed }: ObjectWindow, unconfirmed: number): Outcome {
  const found = ORDER.findLast((outcome) => counts[outcome] !== undefined);
  if (unconfirmed > 0 && found !== "contested" && found !== "failed") return "unreadable";
  return found ?? (rekeyed > 0 ? "reported" : "left alone");
}

/**
 * Severity. Objects are repaired in bulk, so a repair matters less than a bucket's; re-keying is
 * always critical.
 */
function severityOfObjects({ rekeyed }: ObjectWindow, outcome: Outcome, codes: readonly ReasonCode[]): Severity {
  if (rekeyed > 0) return "critical";
  if (outcome !== "changed") return severityOf(outcome, codes);
  const raised = severityOf("left alone", codes);
  return severities.indexOf(raised) > severities.indexOf("low") ? raised : "low";
}

/**
 * What a foreign key touched is found by when it was written; UpdateObjectEncryption, however,
 * keeps an object's date.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
 */
function rekeyAdvice({ rekeyed, from, to }: ObjectWindow, commands: BucketCommands): string[] {
  if (rekeyed === 0) return [];
  const backfill = commands.backfill(timesOf([{ from, to }]));
  return [
    "Find out now whether the caller was supposed to use that key: ransomware encrypts objects under a key that only the attacker holds.",
    `If not, first revoke the caller's credentials (deactivate the access key, revoke the role's sessions). If the bucket is versioned, older versions of the objects still exist. Then see what was touched and can be brought back: ${backfill} (without the times for objects that were re-encrypted in place, which keep their date).`,
  ];
}
