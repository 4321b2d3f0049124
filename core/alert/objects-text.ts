import { actorText } from "./actor.ts";
import type { ObjectWindow } from "./digest.ts";
import type { Alert } from "./schema.ts";

type Objects = NonNullable<Alert["objects"]>;

/** The reasons of an alert about objects, in lines for people: counts by outcome and by reason. */
export function windowReasons(
  { counts, reasons, rekeyed }: Pick<ObjectWindow, "counts" | "reasons" | "rekeyed">,
  unconfirmed: number,
): readonly string[] {
  const signs = rekeyed > 0 ? [`${objects(rekeyed)} written under a key outside the policy, or with SSE-C`] : [];
  const outcomes = Object.entries(counts).map(([outcome, count]) => `${objects(count)} ${BECAME[outcome] ?? outcome}`);
  const open = unconfirmed > 0 ? [`${objects(unconfirmed)} whose repair was started but never confirmed`] : [];
  const codes = Object.entries(reasons).map(([code, count]) => `${code.replaceAll("-", " ")}: ${objects(count)}`);
  return [...signs, ...outcomes, ...open, ...codes];
}

/** That windows say what was told before. */
export function foldedText({ count, from, to }: NonNullable<Alert["repeated"]>["folded"][number]): string {
  const windows = count === 1 ? "one alert" : `${count} alerts`;
  return `told before, and counted between ${from} and ${to} instead of told in ${windows}`;
}

/** The headline of an alert about a bucket's objects. */
export function objectsHeadline(bucket: string, { from, to, counts, rekeyed, unconfirmed }: Objects): string {
  const when = `between ${from} and ${to}`;
  const of = (count: number) => `${objects(count)} of the bucket ${bucket} ${count === 1 ? "was" : "were"}`;
  if (rekeyed > 0) return `${of(rekeyed)} encrypted under a key outside the policy, or with SSE-C, ${when}.`;
  const { changed = 0, unreadable = 0, ...others } = counts;
  const rest = Object.values(others).reduce((sum, count) => sum + count, 0);
  const total = changed + rest;
  if (total > 0) return `${of(total)} not encrypted as declared ${when}; ${repaired(total, changed)}.`;
  if (unreadable > 0) return `${of(unreadable)} seen ${when} and could not be judged, so nothing was changed.`;
  return `The repair of ${objects(unconfirmed.length)} of the bucket ${bucket} was started ${when} but never confirmed.`;
}

/** One sample object. */
export function sampleText({ key, versionId, outcome, reason }: Objects["samples"][number]): string {
  const version = versionId === null ? "" : ` (version ${versionId})`;
  return `${key}${version}: ${outcome}${reason === null ? "" : `, ${reason}`}`;
}

/** The writers of the objects, one line each. */
export function writers({ actors }: Objects): readonly (readonly [label: string, value: string])[] {
  return actors.map((actor, at) => [at === 0 ? "Who" : "and", actorText(actor)] as const);
}

// --- internal ---

const BECAME: Readonly<Record<string, string>> = {
  changed: "re-encrypted as declared",
  reported: "not as declared, reported only",
  held: "not as declared, held back",
  contested: "repeatedly undone, left alone",
  unreadable: "that could not be judged",
  superseded: "overwritten by someone else meanwhile",
  failed: "not as declared, re-encryption failed",
};

function objects(count: number): string {
  return `${count} ${count === 1 ? "object" : "objects"}`;
}

function repaired(total: number, changed: number): string {
  if (changed === total) return total === 1 ? "it is now" : "all of them are now";
  if (changed === 0) return total === 1 ? "it was not changed" : "none of them was changed";
  return `${changed} of them ${changed === 1 ? "is" : "are"} now`;
}
