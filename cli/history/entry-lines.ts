import { actorName } from "#core/alert/actor";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import type { HistoryEntry } from "#core/ledger/history";
import { safe } from "#core/safe";
import type { Output } from "../terminal/output.ts";
import { printable } from "../terminal/printable.ts";

/** The JSON shape of an entry, as TypeScript. */
export const entryShape = `{ id, at, outcome, was: string | null, rule: string | null, exemption: string | null, mode: string | null,
  policyVersion: number | null, before: Encryption | null, after: Encryption | null,   // Encryption: { algorithm?, key?, bucketKey, sseC }
  actor: { type, arn, accountId, session, sourceIdentity, sourceIp, invokedBy } | null,
  event: { eventId, eventName, eventTime } | null, reasons: string[], alert: string | null, latencyMs: number | null,
  rollback?: { by, why: string | null, to, until } }`;

/** Who caused an entry, for people. */
function causeOf({ actor, rollback }: HistoryEntry): string {
  if (rollback !== undefined) return safe(rollback.by.split("/").at(-1) ?? rollback.by);
  return actor === null ? "not known" : safe(actorName(actor) ?? actor.type);
}

/** An entry of a history as lines: what happened, then what was found and written, and why. */
export function entryLines(entry: HistoryEntry, out: Output): string[] {
  const { at, outcome, rule, event, before, after, rollback } = entry;
  const call = rollback === undefined ? (event?.eventName ?? "no event") : "rollback";
  const head = [`by ${causeOf(entry)}`, safe(call), rule === null ? "no rule" : `rule ${safe(rule)}`].join(", ");
  const colour = outcome === "left alone" || outcome === "exempt" ? "dim" : outcome === "changed" ? "green" : "red";
  return [
    `${at.slice(0, 19)}Z  ${out.paint(colour, outcome)}`,
    `    ${head}`,
    ...(before === null ? [] : stateLines("found", before)),
    ...(after === null ? [] : stateLines("wrote", after)),
    ...entry.reasons.map((text) => out.paint("dim", `    because ${printable(text)}`)),
    out.paint("dim", `    event ${safe(entry.id)}`),
  ];
}

/** A configuration in lines that fit: a key's ARN is as long as a line. */
function stateLines(title: string, { algorithm, key, bucketKey, sseC }: BucketEncryption | WantedEncryption): string[] {
  const words = [
    safe(algorithm ?? "no default (AES256)"),
    `bucket key ${bucketKey ? "on" : "off"}`,
    `SSE-C ${{ "SSE-C": "blocked", NONE: "allowed", "not-stated": "not stated" }[sseC]}`,
  ];
  return [`    ${title} ${words.join(", ")}`, ...(key === undefined ? [] : [`          ${safe(key)}`])];
}
