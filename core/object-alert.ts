import { actorShown } from "./actor-shown.ts";
import { adviceFor } from "./advice.ts";
import type { Alert } from "./alert-schema.ts";
import type { ObjectWindow } from "./object-window.ts";
import { safe } from "./safe.ts";
import { severityOf } from "./severity.ts";
import type { BucketRef, Outcome, ReasonCode } from "./types.ts";

/** Makes the one alert about the objects of a bucket in a window of time. */
export function buildObjectAlert(input: {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly ref: BucketRef;
  readonly window: ObjectWindow;
  /** Keys whose repair was begun and never recorded as finished. */
  readonly unconfirmed: readonly string[];
}): Alert {
  const { id, now, ref, window, unconfirmed } = input;
  const codes = Object.keys(window.reasons) as ReasonCode[];
  const outcome = worst(window);
  return {
    schema: "bucketseal.alert/1",
    id,
    time: new Date(now).toISOString(),
    outcome,
    severity: window.rekeyed > 0 ? "critical" : severityOf(outcome, codes),
    account: ref.account,
    region: ref.region,
    bucket: safe(ref.bucket),
    rule: window.rules.length === 1 ? (window.rules[0] ?? null) : null,
    mode: null,
    actor: window.actors[0] === undefined ? null : actorShown(window.actors[0]),
    event: null,
    before: null,
    after: null,
    reasons: reasonsOf(window, unconfirmed),
    next: [...rekeyAdvice(window), ...adviceFor(outcome, codes, adviceContext(ref, window))],
    latencyMs: null,
    policy: null,
    objects: {
      from: window.from,
      to: window.to,
      counts: { ...window.counts },
      reasons: { ...window.reasons },
      rekeyed: window.rekeyed,
      actors: window.actors.map(actorShown),
      samples: window.samples.map(({ key, versionId, outcome: became, reason }) => ({
        key: safe(key, MAX_KEY),
        versionId: versionId === null ? null : safe(versionId),
        outcome: became,
        reason: reason === null ? null : safe(reason, MAX_REASON),
      })),
      unconfirmed: unconfirmed.slice(0, MAX_UNCONFIRMED).map((key) => safe(key, MAX_KEY)),
    },
  };
}

// --- internal ---

const MAX_KEY = 1100;
const MAX_REASON = 300;
const MAX_UNCONFIRMED = 20;

/** From bad to worse; the worst that happened is what the alert is called. */
const ORDER: readonly Outcome[] = ["superseded", "changed", "reported", "held", "unreadable", "contested", "failed"];

function worst({ counts, rekeyed }: ObjectWindow): Outcome {
  return ORDER.findLast((outcome) => counts[outcome] !== undefined) ?? (rekeyed > 0 ? "reported" : "left alone");
}

function reasonsOf({ counts, reasons, rekeyed }: ObjectWindow, unconfirmed: readonly string[]): string[] {
  const signs = rekeyed > 0 ? [`${objects(rekeyed)} written under a key outside the policy, or with SSE-C`] : [];
  const outcomes = Object.entries(counts).map(([outcome, count]) => `${objects(count)} ${outcome}`);
  const codes = Object.entries(reasons).map(([code, count]) => `${code}: ${count}`);
  const open = unconfirmed.length > 0 ? [`${objects(unconfirmed.length)} begun and never confirmed`] : [];
  return [...signs, ...outcomes, ...open, ...codes];
}

function objects(count: number): string {
  return `${count} ${count === 1 ? "object" : "objects"}`;
}

function rekeyAdvice({ rekeyed }: ObjectWindow): string[] {
  if (rekeyed === 0) return [];
  return [
    "Find out at once whether the caller was meant to use that key: encrypting objects under a key that only the caller holds is how data is held to ransom.",
    "If not, take the caller's credentials away (deactivate the key, revoke the role's sessions) before anything else; older versions of the objects are still there where the bucket is versioned.",
  ];
}

function adviceContext(ref: BucketRef, { rules }: ObjectWindow): Parameters<typeof adviceFor>[2] {
  return { ref: { ...ref, bucket: safe(ref.bucket) }, rule: rules[0] ?? null, declaredKey: null };
}
